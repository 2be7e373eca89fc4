package aio.websocket;

import module java.base;

/** The peer broke the protocol, or a limit. It is told so by a close frame with this code. */
public final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    WebSocketException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Returns the close code (RFC 6455, section 7.4.1), 1002 for example: a protocol error. */
    public int code() {
        return code;
    }
}
