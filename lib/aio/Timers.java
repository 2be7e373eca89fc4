//SOURCES TimerHandle.java
package aio;

import module java.base;

/** The loop's timers: a heap, earliest first, and of equal times the first made. */
final class Timers {
    private final PriorityQueue<TimerHandle> heap = new PriorityQueue<>();
    private long made;
    private int cancelled;

    TimerHandle add(long when, Runnable callback) {
        var timer = new TimerHandle(this, when, made++, Objects.requireNonNull(callback));
        heap.add(timer);
        return timer;
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    /** When the first is due. */
    long first() {
        return heap.element().when();
    }

    void moveDue(long now, Queue<Runnable> ready) {
        while (!heap.isEmpty() && first() - now <= 0) ready.add(heap.remove()::run);
    }

    /** Cancelled timers stay in the heap until they are due, or are most of it. */
    void oneCancelled() {
        if (++cancelled > 100 && cancelled > heap.size() / 2) {
            heap.removeIf(timer -> !timer.isPending());
            cancelled = 0;
        }
    }
}
