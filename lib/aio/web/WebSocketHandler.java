//SOURCES ../http/HttpException.java ../websocket/Handshake.java RequestHandler.java
package aio.web;

import module java.base;

import aio.http.HttpException;
import aio.websocket.Handshake;
import aio.websocket.WebSocket;

/**
 * Handles one WebSocket of a route. Its methods run in the connection's coroutine and may await;
 * {@link #writeMessage} may be called from any coroutine of the loop. Counterpart: Tornado's {@code
 * WebSocketHandler}.
 */
public abstract class WebSocketHandler extends RequestHandler {
    private WebSocket socket;

    /** For subclasses. */
    protected WebSocketHandler() {}

    /** Called when the connection is open; by default does nothing. */
    protected void open() throws Exception {}

    /** Called with each text. */
    protected abstract void onMessage(String message) throws Exception;

    /** Called with each message of bytes; by default closes with 1003, 'not acceptable'. */
    protected void onMessage(byte[] message) throws Exception {
        close(1003, "text only, please");
    }

    /** Called once when the connection has ended, in whatever way; see {@link #socket}. */
    protected void onClose() throws Exception {}

    /**
     * Returns whether a page from this origin may connect. A browser sends the origin of the page
     * (RFC 6454), and lets any page connect to any server, with the user's cookies. By default only
     * a page of this server may.
     */
    protected boolean checkOrigin(String origin) {
        return origin.equalsIgnoreCase("http://" + request().host())
                || origin.equalsIgnoreCase("https://" + request().host());
    }

    /** Returns what the client may send; by default {@link WebSocket.Limits#DEFAULT}. */
    protected WebSocket.Limits limits() {
        return WebSocket.Limits.DEFAULT;
    }

    /** Returns the connection; null before {@link #open}. */
    protected final WebSocket socket() {
        return socket;
    }

    /** Sends a text, and returns when the kernel has taken it. */
    protected final void writeMessage(String message) throws IOException {
        socket.send(message);
    }

    /** Closes the connection, see {@link WebSocket#close}. */
    protected final void close(int code, String reason) {
        socket.close(code, reason);
    }

    @Override
    protected final void get() throws Exception {
        String origin = request().headers().get("Origin");
        if (origin != null && !checkOrigin(origin))
            throw new HttpException(403, "a page from " + origin + " may not connect");
        Handshake.accept(request(), response(), limits(), this::run);
    }

    private void run(WebSocket opened) throws Exception {
        socket = opened;
        try {
            open();
            for (Object message; (message = socket.receive()) != null; ) {
                if (message instanceof String text) onMessage(text);
                else onMessage((byte[]) message);
            }
        } finally {
            onClose();
        }
    }
}
