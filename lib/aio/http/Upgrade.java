package aio.http;

import module java.base;

/**
 * Another protocol, which a connection speaks after the answer 101 (RFC 9110, section 7.8). See
 * {@link HttpResponse#upgrade}.
 */
public interface Upgrade {
    /**
     * Speaks the protocol to its end, in the connection's coroutine. The channel is closed when
     * this returns or throws. An {@code IOException} is an ordinary end; any other failure goes to
     * the loop's exception handler. At the end of the server's grace it is cancelled.
     *
     * @param channel in non-blocking mode
     * @param received what has arrived after the request; may be empty
     */
    void run(SocketChannel channel, byte[] received) throws Exception;

    /** The server stops: says goodbye, so that {@link #run} ends soon. By default nothing. */
    default void stop() {}
}
