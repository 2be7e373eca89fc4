package aio;

/**
 * Ends a coroutine from outside, where it is suspended: see {@link Task#cancel} and {@link
 * Coroutine#close}. An {@link Error}, so that a {@code catch (Exception e)} around a request does
 * not swallow it; {@code finally} blocks run, and may await. Counterpart: asyncio's {@code
 * CancelledError}, a {@code BaseException} for the same reason.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /** Makes one with a message that says what was cancelled. */
    public CancelledError(String message) {
        super(message);
    }
}
