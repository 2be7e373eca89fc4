//SOURCES Headers.java Status.java
package aio.http;

/**
 * Ends a request with a status of the kind 4xx or 5xx; its message is the body of the answer, so it
 * holds nothing that the client must not see. Counterpart: Tornado's {@code HTTPError}.
 */
public class HttpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Headers headers = new Headers();

    /**
     * Makes one of a status code (RFC 9110, section 15) and a line of text that explains it.
     *
     * @param message null for the status's reason phrase
     * @throws IllegalArgumentException if the status is not of the kind 4xx or 5xx
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

    /** Returns header fields for the answer, to be added to; as 405's {@code Allow}. */
    public Headers headers() {
        return headers;
    }
}
