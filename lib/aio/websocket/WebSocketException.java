package aio.websocket;

import module java.base;

/** The peer broke the protocol, or a limit. It is told so by a close frame. */
public final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1;
    final int code; // RFC 6455, section 7.4.1

    WebSocketException(int code, String message) {
        super(message);
        this.code = code;
    }
}
