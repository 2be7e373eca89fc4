package aio;

import module java.base;

/**
 * A callback that its loop will run at a time, unless it is cancelled; to be used on that loop.
 * Made by {@link EventLoop#callLater} and {@link EventLoop#callAt}. Counterpart: {@code
 * asyncio.TimerHandle}.
 */
public final class TimerHandle implements Comparable<TimerHandle> {
    private final Set<TimerHandle> timers;
    private final long when;

    /** Of timers for the same time the first made runs first. */
    private final long sequence;

    /** Null once it has run or was cancelled, so as to hold nothing alive. */
    private Runnable callback;

    TimerHandle(Set<TimerHandle> timers, long when, long sequence, Runnable callback) {
        this.timers = timers;
        this.when = when;
        this.sequence = sequence;
        this.callback = callback;
    }

    /** Keeps the callback from running; does nothing if it has run or was cancelled. */
    public void cancel() {
        callback = null;
        timers.remove(this);
    }

    /** Returns whether the callback has neither run nor been cancelled. */
    public boolean isPending() {
        return callback != null;
    }

    /** Returns when it is due, in nanoseconds of {@link EventLoop#time}. */
    public long when() {
        return when;
    }

    void run() {
        Runnable due = callback;
        callback = null;
        if (due != null) due.run();
    }

    @Override
    public int compareTo(TimerHandle other) {
        long difference = when == other.when ? sequence - other.sequence : when - other.when;
        return Long.signum(difference);
    }
}
