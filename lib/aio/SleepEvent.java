//SOURCES Event.java
//SOURCES EventLoop.java
//SOURCES Task.java
//SOURCES TimerHandle.java
package aio;

import java.time.Duration;

/**
 * Waits for a time; gives that time. With {@link Duration#ZERO} the other tasks get a turn.
 * Counterpart: {@code asyncio.sleep}.
 */
public final class SleepEvent extends Event<Duration> {
    private final Duration duration;

    /** When to wake; null while nobody sleeps. */
    private TimerHandle timer;

    /**
     * @param duration how long, from the {@code await} on; the loop's timers are good to about 1 ms
     */
    public SleepEvent(Duration duration) {
        this.duration = duration;
    }

    @Override
    protected Duration poll() {
        if (timer == null || timer.when() - System.nanoTime() > 0) {
            return null;
        }
        timer = null;
        return duration;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) {
        timer =
                timer == null
                        ? loop.callLater(duration, task::wake)
                        : loop.callAt(timer.when(), task::wake);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        timer.cancel();
    }

    @Override
    public String toString() {
        return "SleepEvent(" + duration + ")";
    }
}
