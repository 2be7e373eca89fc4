package aio;

import module java.base;

/**
 * The JDK waits for virtual threads with file descriptors of its own, opened when the first of them
 * waits. If none were left at that moment, no virtual thread of the JVM could ever wait. So the
 * first loop waits for a moment as soon as it is made.
 */
final class FirstWait {
    private static volatile boolean done;

    private FirstWait() {}

    /** Waits for a millisecond on a virtual thread, once in a JVM. */
    static void ensure(Selector selector) {
        if (done) return;
        CompletableFuture.runAsync(() -> select(selector), Thread::startVirtualThread).join();
        done = true;
    }

    private static void select(Selector selector) {
        try {
            selector.select(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
