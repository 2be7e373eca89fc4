package aio;

import module java.base;

/**
 * A callback that its loop will run at a time, unless it is cancelled. Made by {@link
 * EventLoop#callLater} and {@link EventLoop#callAt}. Counterpart: {@code asyncio.TimerHandle}.
 */
public final class TimerHandle implements Comparable<TimerHandle> {
    private final Consumer<TimerHandle> onCancel;
    private final long when;

    /** Of timers for the same time the first made runs first. */
    private final long sequence;

    /** Null once it has run or was cancelled, so as to hold nothing alive. */
    private Runnable callback;

    TimerHandle(long when, long sequence, Runnable callback, Consumer<TimerHandle> onCancel) {
        this.when = when;
        this.sequence = sequence;
        this.callback = callback;
        this.onCancel = onCancel;
    }

    /**
     * Keeps the callback from running; does nothing if it has run or was cancelled, or when the
     * loop is closed. Called on the loop, or while it does not run; {@code IllegalStateException}
     * in another thread.
     */
    public void cancel() {
        onCancel.accept(this);
        callback = null;
    }

    /** Returns whether the callback has neither run nor been cancelled. */
    public boolean isPending() {
        return callback != null;
    }

    /** Returns when it is due, in nanoseconds of {@link EventLoop#time}. */
    public long when() {
        return when;
    }

    /** Takes the callback out, to be run; null if it was cancelled. */
    Runnable take() {
        Runnable due = callback;
        callback = null;
        return due;
    }

    @Override
    public int compareTo(TimerHandle other) {
        long difference = when == other.when ? sequence - other.sequence : when - other.when;
        return Long.signum(difference);
    }
}
