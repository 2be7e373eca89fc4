//SOURCES HttpRequest.java HttpResponse.java
package aio.http;

/** Answers requests. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request. It runs in a coroutine and may await. Meanwhile other connections are
     * served, and later requests of this connection wait. When it returns, what it wrote is sent.
     *
     * @throws HttpException to answer with this status and message
     * @throws Exception for any other failure, and if something that it awaits was cancelled: the
     *     client gets a 500 without details, and the loop's exception handler gets the request line
     *     and the failure
     */
    void handle(HttpRequest request, HttpResponse response) throws Exception;
}
