//SOURCES ../http/HttpException.java ../http/HttpRequest.java ../http/HttpResponse.java
package aio.websocket;

import module java.base;

import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;

/** The opening handshake: an HTTP request that asks for another protocol (RFC 6455, section 4). */
final class Handshake {
    /** Whoever appends this to the key knows the protocol, and isn't a cache that repeats. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /** Returns the value of Sec-WebSocket-Accept that answers a key. */
    static String accept(String key) {
        try {
            byte[] both = (key + GUID).getBytes(StandardCharsets.US_ASCII);
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(both);
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-1
        }
    }

    /**
     * Checks a client's request, and sets the field that accepts it.
     *
     * @throws HttpException 400 if it is no handshake, 426 if it asks for another version
     */
    static void check(HttpRequest request, HttpResponse response) throws HttpException {
        boolean asks =
                request.method().equals("GET")
                        && !request.isHttp10()
                        && hasToken(request.headers().get("Upgrade"), "websocket")
                        && hasToken(request.headers().get("Connection"), "upgrade");
        if (!asks) throw new HttpException(400, "this page speaks WebSocket only");
        if (!"13".equals(request.headers().get("Sec-WebSocket-Version"))) {
            var refusal = new HttpException(426, "this server speaks version 13 of WebSocket");
            refusal.headers().add("Sec-WebSocket-Version", "13");
            throw refusal;
        }
        String key = request.headers().get("Sec-WebSocket-Key");
        if (key == null || !isKey(key)) throw new HttpException(400, "no key of 16 bytes");
        response.header("Sec-WebSocket-Accept", accept(key));
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean hasToken(String list, String token) {
        return list != null
                && Stream.of(list.split(",")).anyMatch(t -> t.strip().equalsIgnoreCase(token));
    }
}
