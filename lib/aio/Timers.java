//SOURCES Report.java TimerHandle.java
package aio;

import module java.base;

/** The callbacks that a loop will run later, in the order of their times. */
final class Timers {
    private final NavigableSet<TimerHandle> pending = new TreeSet<>();
    private final Consumer<TimerHandle> onCancel;
    private long made;

    /** Makes an empty set; cancelling a timer calls {@code onCancel}, which removes it. */
    Timers(Consumer<TimerHandle> onCancel) {
        this.onCancel = onCancel;
    }

    TimerHandle add(long when, Runnable callback) {
        var timer = new TimerHandle(when, made++, callback, onCancel);
        pending.add(timer);
        return timer;
    }

    void remove(TimerHandle timer) {
        pending.remove(timer);
    }

    /** Returns the nanoseconds until the first timer is due, but no more than {@code most}. */
    long untilFirst(long most) {
        if (pending.isEmpty()) return most;
        return Math.min(most, pending.first().when() - System.nanoTime());
    }

    /** Removes the timers that are due, and passes on their callbacks. */
    void moveDue(Consumer<Runnable> ready) {
        if (pending.isEmpty()) return;
        long now = System.nanoTime();
        while (!pending.isEmpty() && pending.first().when() - now <= 0) {
            ready.accept(new Due(pending.removeFirst()));
        }
    }

    /** Returns the timer that is due if this callback is one's, or null. */
    static TimerHandle of(Object callback) {
        return callback instanceof Due due ? due.timer : null;
    }

    /** A timer in the ready queue, where it may still be cancelled. */
    private static final class Due implements Runnable {
        private final TimerHandle timer;
        private Runnable callback;

        Due(TimerHandle timer) {
            this.timer = timer;
        }

        @Override
        public void run() {
            callback = timer.take();
            if (callback != null) callback.run();
        }

        @Override
        public String toString() {
            return callback == null ? "a timer" : Report.name(callback);
        }
    }
}
