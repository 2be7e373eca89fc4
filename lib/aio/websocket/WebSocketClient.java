//SOURCES ../http/HttpClient.java ServerSide.java WebSocket.java
package aio.websocket;

import module java.base;

import aio.http.Headers;
import aio.http.HttpClient;

/** Opens WebSockets to a server. Any coroutine may use it. */
public final class WebSocketClient {
    private final HttpClient http;
    private final WebSocket.Limits limits;

    /** Makes a client; the timeout is for a connect, the limits are for what servers send. */
    public WebSocketClient(Duration timeout, WebSocket.Limits limits) {
        http = new HttpClient(timeout);
        this.limits = Objects.requireNonNull(limits);
    }

    /**
     * Connects to {@code ws://host[:port]/path}, and returns when the handshake is done. Close the
     * connection's {@link WebSocket#channel} in the end.
     *
     * @param headers more fields for the request: Origin, Cookie; may be empty
     * @throws ProtocolException if the server doesn't accept
     * @throws IOException see {@link HttpClient#fetch}
     * @throws TimeoutException if it takes longer than the client's timeout
     */
    public WebSocket connect(URI uri, Headers headers) throws IOException, TimeoutException {
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
        if (ServerSide.answer(key).equals(answer.get("Sec-WebSocket-Accept"))
                && answer.get("Sec-WebSocket-Extensions") == null)
            return new WebSocket(upgraded.channel(), true, upgraded.received(), limits);
        upgraded.channel().close();
        throw new ProtocolException("the server's answer is no handshake of WebSocket");
    }
}
