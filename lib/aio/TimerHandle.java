package aio;

import module java.base;

/**
 * A callback that its loop will run at a set time, unless it is cancelled. {@link
 * EventLoop#callLater} and {@link EventLoop#callAt} return one. Counterpart: {@code
 * asyncio.TimerHandle}.
 */
public final class TimerHandle implements Comparable<TimerHandle> {
    private final Consumer<TimerHandle> onCancel;
    private final long when;

    /** Orders timers for the same time: the one that was made first runs first. */
    private final long sequence;

    /** Null once it has run or was cancelled, so that it can be garbage collected. */
    private Runnable callback;

    TimerHandle(long when, long sequence, Runnable callback, Consumer<TimerHandle> onCancel) {
        this.when = when;
        this.sequence = sequence;
        this.callback = callback;
        this.onCancel = onCancel;
    }

    /**
     * Keeps the callback from running. Does nothing if it has run or was cancelled, or if the loop
     * is closed. Call it on the loop, or while the loop is not running; on another thread it throws
     * {@code IllegalStateException}.
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

    /** Returns the callback; null once it has run or was cancelled. */
    Runnable callback() {
        return callback;
    }

    /** Removes the callback and returns it, to be run; null if it was cancelled. */
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
