//SOURCES Headers.java Status.java
package aio.http;

/**
 * Thrown by a handler to answer with a 4xx or 5xx status. The message becomes the body of the
 * answer, so don't put anything into it that the client must not see. Counterpart: Tornado's {@code
 * HTTPError}.
 */
public class HttpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Headers headers = new Headers();

    /**
     * Makes an exception with a status code (RFC 9110, section 15) and a line of text that explains
     * it.
     *
     * @param message the text; null for the reason phrase of the status
     * @throws IllegalArgumentException if the status is not 400 to 599
     */
    public HttpException(int status, String message) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("an HttpException is 4xx or 5xx, not " + status);
        }
        super(message == null ? Status.reason(status) : message, null, false, false);
        this.status = status;
    }

    /** Returns the status code. */
    public int status() {
        return status;
    }

    /**
     * Returns header fields for the answer. Add to them, for example the {@code Allow} of a 405.
     */
    public Headers headers() {
        return headers;
    }
}
