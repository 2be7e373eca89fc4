package aio;

/**
 * Thrown in a coroutine at the place where it is suspended, to end it from outside: see {@link
 * Task#cancel} and {@link Coroutine#close}. It is an {@link Error} so that a {@code catch
 * (Exception e)} around a request does not swallow it. {@code finally} blocks run, and they may
 * await. Counterpart: asyncio's {@code CancelledError}, which is a {@code BaseException} for the
 * same reason.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /** Makes an error with a message that says what was cancelled. */
    public CancelledError(String message) {
        super(message);
    }
}
