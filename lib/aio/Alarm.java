package aio;

import module java.base;

/**
 * Ends a loop's wait on time. All loops share one daemon thread that does nothing else: on the
 * JDK's common pool an alarm would be late whenever the pool's threads are busy. Setting an alarm
 * costs more than most waits, so one alarm serves many of them. For one thread, the loop's.
 */
final class Alarm {
    private static final ScheduledThreadPoolExecutor CLOCK =
            new ScheduledThreadPoolExecutor(
                    1,
                    Thread.ofPlatform()
                            .daemon()
                            .name("event-loop-alarm")
                            .inheritInheritableThreadLocals(false)
                            .factory());

    static {
        CLOCK.setRemoveOnCancelPolicy(true);
        CLOCK.prestartCoreThread(); // later there may be no memory for a thread
    }

    private final Runnable action;
    private ScheduledFuture<?> pending;
    private long goesOffAt = System.nanoTime();

    /** Makes an alarm that runs {@code action} on the shared thread; it must be quick. */
    Alarm(Runnable action) {
        this.action = action;
    }

    /** Makes the alarm go off within so many nanoseconds; earlier does no harm. */
    void setWithin(long nanos) {
        long now = System.nanoTime();
        if (goesOffAt - now > 0 && goesOffAt - now <= nanos) return;
        cancel();
        pending = CLOCK.schedule(action, nanos, TimeUnit.NANOSECONDS);
        goesOffAt = now + nanos;
    }

    void cancel() {
        if (pending != null) pending.cancel(false);
        goesOffAt = System.nanoTime();
    }
}
