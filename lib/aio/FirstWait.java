package aio;

import module java.base;

/**
 * When a virtual thread waits for a channel, the JDK polls for it with file descriptors of its own,
 * which it opens at the first such wait (JDK 25). If the process has no descriptor left at that
 * moment, no virtual thread of the JVM can ever wait for a channel. So the first loop waits once,
 * for a moment, as soon as it is made.
 */
final class FirstWait {
    private static volatile boolean done;

    private FirstWait() {}

    /** Waits for a millisecond on a virtual thread, once for each JVM. */
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
