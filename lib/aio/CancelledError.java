package aio;

/**
 * Ends a coroutine from outside: thrown at the point where it is suspended, by {@link Task#cancel}
 * and {@link Coroutine#close}, and by {@link Future#result} of a cancelled future.
 *
 * <p>An {@link Error}, so that a {@code catch (Exception e)} around a request or a connection does
 * not swallow it by accident; {@code finally} blocks run, and may await. Counterpart: asyncio's
 * {@code CancelledError}, a {@code BaseException} for the same reason.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what was cancelled
     */
    public CancelledError(String message) {
        super(message);
    }
}
