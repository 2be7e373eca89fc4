package aio.websocket;

import module java.base;

/**
 * What one side of a WebSocket sends: a message, or a control frame.
 *
 * @param opcode one of this class's constants (RFC 6455, section 11.8)
 * @param bytes what it contains; null for text
 * @param text null unless it is text
 */
record Message(int opcode, byte[] bytes, String text) {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
}
