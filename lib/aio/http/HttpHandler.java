//SOURCES HttpRequest.java HttpResponse.java
package aio.http;

/** Answers requests. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request. It runs as a coroutine and may await; other connections go on meanwhile,
     * this one's later requests wait. When it returns, what it wrote is sent.
     *
     * @throws HttpException to answer with its status and message
     * @throws Exception for anything else, also when what it awaits was cancelled: the client gets
     *     a 500 that tells nothing, the loop's exception handler the request line and the failure
     */
    void handle(HttpRequest request, HttpResponse response) throws Exception;
}
