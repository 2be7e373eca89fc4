//SOURCES EventLoop.java
package aio;

/**
 * A callback that a loop will run at its time, unless it is cancelled first. Made by {@link
 * EventLoop#callLater} and {@link EventLoop#callAt}; to be used on that loop. Counterpart:
 * asyncio's {@code TimerHandle}.
 */
public final class TimerHandle implements Comparable<TimerHandle> {
    private final EventLoop loop;
    private final long when;

    /** Orders timers with the same deadline: first made, first run. */
    private final long sequence;

    /** Null once it has run or was cancelled, so that a cancelled timer holds nothing alive. */
    private Runnable callback;

    TimerHandle(EventLoop loop, long when, long sequence, Runnable callback) {
        this.loop = loop;
        this.when = when;
        this.sequence = sequence;
        this.callback = callback;
    }

    /** Keeps the callback from running; does nothing if it has run or is cancelled already. */
    public void cancel() {
        if (callback != null) {
            callback = null;
            loop.timerCancelled();
        }
    }

    /** Returns whether the callback has neither run nor been cancelled. */
    public boolean isPending() {
        return callback != null;
    }

    /** Returns the deadline in nanoseconds, on the scale of {@link EventLoop#time}. */
    public long when() {
        return when;
    }

    void run() {
        Runnable due = callback;
        if (due != null) {
            callback = null;
            due.run();
        }
    }

    @Override
    public int compareTo(TimerHandle other) {
        long difference = when - other.when;
        return Long.signum(difference != 0 ? difference : sequence - other.sequence);
    }
}
