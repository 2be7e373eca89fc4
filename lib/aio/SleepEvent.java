//SOURCES Awaited.java Event.java EventLoop.java Task.java TimerHandle.java
package aio;

import module java.base;

/**
 * Waits for a time and returns it. Timers are accurate to about 1 ms. With {@link Duration#ZERO} it
 * lets the other tasks run. Counterpart: {@code asyncio.sleep}.
 */
public final class SleepEvent extends Event<Duration> {
    private final Duration duration;

    /** Null until the sleep has started. */
    private TimerHandle timer;

    /** Sleeps for {@code duration}, counted from the {@code await}. */
    public SleepEvent(Duration duration) {
        this.duration = duration;
    }

    @Override
    protected void begin() {
        timer = null;
    }

    @Override
    protected Duration poll() {
        boolean over = timer != null && timer.when() - System.nanoTime() <= 0;
        return over ? duration : null;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) {
        boolean first = timer == null;
        timer = loop.callAt(first ? loop.deadline(duration) : timer.when(), task.waker);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        timer.cancel();
    }

    @Override
    Awaited awaited() {
        long millis = duration.toMillis();
        boolean whole = millis >= 1000 && millis % 1000 == 0;
        return new Awaited("a timer", "of " + (whole ? millis / 1000 + " s" : millis + " ms"));
    }

    @Override
    public String toString() {
        return "SleepEvent(" + duration + ")";
    }
}
