//SOURCES ../Event.java ../EventLoop.java WaitQueue.java
package aio.tasks;

import module java.base;

import aio.Event;
import aio.EventLoop;

/**
 * A number of permits: whoever finds none waits until one is released. It limits how many tasks do
 * something at the same time:
 *
 * {@snippet :
 * var permits = new Semaphore(20);
 * try (var _ = await(permits.acquire())) {
 *     fetch(link);
 * }
 * }
 *
 * Tasks get permits in the order in which they began to wait. A task that is cancelled while it
 * waits takes none. It belongs to the loop on which it was made; anywhere else its methods throw
 * {@code IllegalStateException}. Counterpart: {@code asyncio.Semaphore}.
 */
public final class Semaphore {
    private final EventLoop loop = EventLoop.current();
    private final WaitQueue acquirers = new WaitQueue(this::hasPermit);
    private int permits;

    /**
     * Makes a semaphore of the loop that runs the caller.
     *
     * @param permits how many permits there are at first, 0 or more
     */
    public Semaphore(int permits) {
        if (permits < 0) throw new IllegalArgumentException("permits: " + permits);
        this.permits = permits;
    }

    /** Returns an event that waits for a permit and takes it. Closing the permit releases it. */
    public Event<Permit> acquire() {
        return acquirers.event("Semaphore.acquire", this::take);
    }

    private Permit take() {
        permits--;
        return new Permit();
    }

    private boolean hasPermit() {
        return permits > 0;
    }

    /** Adds a permit, one that was acquired or a new one. */
    public void release() {
        loop.checkThread();
        permits++;
        acquirers.wakeFirst();
    }

    /** Returns whether {@link #acquire} would have to wait. */
    public boolean locked() {
        loop.checkThread();
        return permits == 0 || !acquirers.isEmpty();
    }

    /** A permit that was acquired. */
    public final class Permit implements AutoCloseable {
        private boolean released;

        private Permit() {}

        /** Releases the permit; a second call does nothing. */
        @Override
        public void close() {
            loop.checkThread();
            if (released) return;
            released = true;
            release();
        }
    }
}
