//SOURCES CancelledError.java EventLoop.java Task.java TimerHandle.java
package aio;

import module java.base;

/**
 * A time limit for a block of code. When the time is up, the task is cancelled at the {@code await}
 * where it is, and the block's {@link CancelledError} becomes a {@link TimeoutException}. Limits
 * may be nested. Code that computes is not interrupted. Counterpart: {@code asyncio.timeout}.
 */
public final class Timeout {
    private final Task<?> task = Task.current();
    private final int cancelling = task.cancelling();
    private final TimerHandle timer;
    private boolean expired;

    private Timeout(Duration limit) {
        timer = task.loop.callLater(limit, this::expire);
    }

    /**
     * Runs a block in the calling task and returns its value.
     *
     * @param limit how long the block may take
     * @throws TimeoutException if the limit cancelled the block. If someone else has cancelled the
     *     task meanwhile, that goes first, and the {@link CancelledError} is thrown as it is
     * @throws Exception what the block throws
     */
    public static <T> T timeout(Duration limit, Callable<? extends T> block) throws Exception {
        return timeout(limit, "the block", block);
    }

    /** As {@link #timeout(Duration, Callable)}, for a block without a value. */
    public static void timeout(Duration limit, EventLoop.Body block) throws Exception {
        timeout(
                limit,
                () -> {
                    block.run();
                    return null;
                });
    }

    /** As {@link #timeout(Duration, Callable)}; the exception says what took too long. */
    static <T> T timeout(Duration limit, Object what, Callable<? extends T> block)
            throws Exception {
        var timeout = new Timeout(limit);
        T value;
        try {
            value = block.call();
        } catch (CancelledError e) {
            if (!timeout.end()) throw e;
            var late = new TimeoutException(what + " took longer than " + limit);
            late.initCause(e);
            throw late;
        } catch (Throwable t) {
            timeout.end();
            throw t;
        }
        timeout.end();
        return value;
    }

    private void expire() {
        expired = true;
        task.cancel();
    }

    /** Ends the limit; returns whether it has cancelled the task, and nobody else has. */
    private boolean end() {
        timer.cancel();
        return expired && task.uncancel() <= cancelling;
    }
}
