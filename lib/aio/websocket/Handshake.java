//SOURCES ../EventLoop.java ../Task.java ../http/HttpClient.java ../http/HttpException.java
//SOURCES ../http/HttpRequest.java ../http/HttpResponse.java ../http/Upgrade.java WebSocket.java
package aio.websocket;

import module java.base;

import aio.EventLoop;
import aio.Task;
import aio.http.Headers;
import aio.http.HttpClient;
import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.Upgrade;

/** How an HTTP connection becomes a WebSocket (RFC 6455, section 4), on the loop of the caller. */
public final class Handshake {
    /** What a server does with a connection. */
    @FunctionalInterface
    public interface Session {
        /** Receives and sends, until {@link WebSocket#receive} returns null or as it likes. */
        void run(WebSocket socket) throws Exception;
    }

    private Handshake() {}

    /**
     * Connects a client to {@code ws://host[:port]/path}, and returns when the handshake is done.
     * Close the connection's {@link WebSocket#channel} in the end.
     *
     * @param headers more fields for the request: Origin, Cookie; may be empty
     * @throws ProtocolException if the server doesn't accept
     * @throws IOException see {@link HttpClient#fetch}
     * @throws TimeoutException if it takes longer than the client's timeout
     */
    public static WebSocket connect(
            HttpClient http, URI uri, Headers headers, WebSocket.Limits limits)
            throws IOException, TimeoutException {
        if (!"ws".equalsIgnoreCase(uri.getScheme()))
            throw new IllegalArgumentException("not ws://host/path: " + uri);
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        var all = new Headers();
        headers.forEach(all::add);
        all.set("Upgrade", "websocket");
        all.set("Sec-WebSocket-Version", "13");
        all.set("Sec-WebSocket-Key", key);
        var upgraded = http.upgrade(URI.create("http" + uri.toString().substring(2)), all);
        Headers answer = upgraded.response().headers();
        if (answer(key).equals(answer.get("Sec-WebSocket-Accept"))
                && answer.get("Sec-WebSocket-Extensions") == null)
            return new WebSocket(upgraded.channel(), true, upgraded.received(), limits);
        upgraded.channel().close();
        throw new ProtocolException("the server's answer is no handshake of WebSocket");
    }

    /**
     * Accepts a client. When the handler of the request has returned, the session runs in the
     * connection's coroutine; when it ends, the connection is closed with code 1000, or 1011 if it
     * failed. A server that stops closes it with 1001.
     *
     * @throws HttpException 400 if the request is no handshake, 426 if it asks for another version
     */
    public static void accept(
            HttpRequest request, HttpResponse response, WebSocket.Limits limits, Session session)
            throws HttpException {
        if (!request.method().equals("GET") || !request.asksFor("websocket"))
            throw new HttpException(400, "this page speaks WebSocket only");
        if (!"13".equals(request.headers().get("Sec-WebSocket-Version"))) {
            var refusal = new HttpException(426, "this server speaks version 13 of WebSocket");
            refusal.headers().add("Sec-WebSocket-Version", "13");
            refusal.headers().add("Upgrade", "websocket");
            refusal.headers().add("Connection", "Upgrade, close");
            throw refusal;
        }
        String key = request.headers().get("Sec-WebSocket-Key");
        if (key == null || !key.matches("[A-Za-z0-9+/]{22}=="))
            throw new HttpException(400, "no key of 16 bytes in base64");
        response.header("Sec-WebSocket-Accept", answer(key));
        response.upgrade("websocket", serving(limits, session));
    }

    /** Returns what answers a key, from whoever knows the protocol (section 4.2.2). */
    private static String answer(String key) {
        byte[] both = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes();
        try {
            both = MessageDigest.getInstance("SHA-1").digest(both);
            return Base64.getEncoder().encodeToString(both);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-1
        }
    }

    private static Upgrade serving(WebSocket.Limits limits, Session session) {
        return new Upgrade() {
            private WebSocket socket;
            private boolean stops;

            @Override
            public void run(SocketChannel channel, byte[] received) throws Exception {
                socket = new WebSocket(channel, false, received, limits);
                if (stops) stop();
                try {
                    session.run(socket);
                    socket.end(1000);
                } catch (Throwable t) {
                    if (Task.current().cancelling() == 0) socket.end(1011);
                    throw t;
                }
            }

            @Override
            public void stop() {
                stops = true;
                if (socket != null)
                    EventLoop.current().createTask("close WebSocket", () -> socket.close(1001, ""));
            }
        };
    }
}
