//SOURCES ../EventLoop.java ../http/Upgrade.java Handshake.java WebSocket.java
package aio.websocket;

import static aio.EventLoop.waitFor;

import module java.base;

import aio.EventLoop;
import aio.ReadEvent;
import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.Upgrade;

/** A server's end of a WebSocket, from the handshake to the closed connection. */
public final class ServerSide implements Upgrade {
    /** How long the client may take to answer our close frame. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What a server does with a connection. */
    @FunctionalInterface
    public interface Session {
        /** Receives and sends, until {@link WebSocket#receive} returns null or as it likes. */
        void run(WebSocket socket) throws Exception;
    }

    private final WebSocket.Limits limits;
    private final Session session;

    /** Null until the answer is sent. */
    private WebSocket socket;

    private ServerSide(WebSocket.Limits limits, Session session) {
        this.limits = Objects.requireNonNull(limits);
        this.session = Objects.requireNonNull(session);
    }

    /**
     * Accepts a handshake. When the handler of the request has returned, the session runs in the
     * connection's coroutine; when it ends, the connection is closed with code 1000, or 1011 if it
     * failed. A server that stops closes it with 1001.
     *
     * @throws HttpException if the request is no handshake
     */
    public static void accept(
            HttpRequest request, HttpResponse response, WebSocket.Limits limits, Session session)
            throws HttpException {
        Handshake.check(request, response);
        response.upgrade("websocket", new ServerSide(limits, session));
    }

    @Override
    public void run(SocketChannel channel, byte[] received) throws Exception {
        socket = new WebSocket(channel, false, received, limits);
        int code = 1011; // a failure of ours
        try {
            session.run(socket);
            code = 1000;
        } catch (IOException e) {
            code = 1002; // broken, or told so before: the frame is not sent twice
            throw e;
        } finally {
            socket.close(code, "");
        }
        awaitEnd(new ReadEvent(channel));
    }

    /** Drops what comes before the client's close frame; then it closes, or we do. */
    private static void awaitEnd(ReadEvent input) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (int count = 1; count > 0; )
                count = waitFor(input, Duration.ofNanos(end - System.nanoTime())).length;
        } catch (TimeoutException e) {
            // It had its time.
        }
    }

    @Override
    public void stop() {
        if (socket != null)
            EventLoop.current().createTask("close WebSocket", () -> socket.close(1001, ""));
    }
}
