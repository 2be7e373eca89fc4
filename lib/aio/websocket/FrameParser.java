//SOURCES Message.java Utf8.java WebSocketException.java
package aio.websocket;

import module java.base;

/**
 * Takes the bytes of one direction of a WebSocket, in pieces of any size, and returns whole
 * messages and control frames (RFC 6455, section 5). It does no I/O. For one thread.
 *
 * <pre>
 *  byte 0: FIN | RSV1-3 | opcode     byte 1: MASK | length, 126 or 127
 *  then 2 or 8 bytes of length, if it was 126 or 127; 4 bytes of mask, if MASK; the payload
 * </pre>
 */
final class FrameParser {
    private static final int CONTINUATION = 0;
    private static final int NONE = -1;

    private final boolean masked;
    private final int limit;

    /** What was fed and not read yet: at most one header once {@link #poll} has returned null. */
    private ByteBuffer input = ByteBuffer.allocate(0);

    // The frame whose payload is being read; opcode NONE between frames.
    private int opcode = NONE;
    private boolean isLast;
    private int left;
    private final byte[] mask = new byte[4];
    private int maskIndex;
    private final ByteArrayOutputStream control = new ByteArrayOutputStream(0);

    /** The message that is being read: the opcode of its first frame, or NONE. */
    private int messageOpcode = NONE;

    private final ByteArrayOutputStream binary = new ByteArrayOutputStream(0);
    private final Utf8 text = new Utf8();
    private int messageSize;

    /**
     * Makes a parser.
     *
     * @param masked whether frames must be masked: true for those of a client
     * @param limit bytes of a message, and of a frame; above it the close code is 1009
     */
    FrameParser(boolean masked, int limit) {
        this.masked = masked;
        this.limit = limit;
    }

    /** Adds bytes; poll until null before the next call. */
    void feed(byte[] bytes) {
        if (!input.hasRemaining()) {
            input = ByteBuffer.wrap(bytes);
        } else {
            input = ByteBuffer.allocate(input.remaining() + bytes.length).put(input).put(bytes).flip();
        }
    }

    /** Returns the next message or control frame; null if more bytes are needed. */
    Message poll() throws WebSocketException {
        while (opcode != NONE || readHeader()) {
            readPayload();
            if (left > 0) return null;
            Message message = opcode >= Message.CLOSE ? endControl() : endData();
            opcode = NONE;
            if (message != null) return message;
        }
        return null;
    }

    /** Reads a header if all of it is there. */
    private boolean readHeader() throws WebSocketException {
        if (input.remaining() < 2) return false;
        int first = input.get(input.position());
        int second = input.get(input.position() + 1);
        check(first, second); // before the rest arrives: a wrong frame is refused at once
        int lengthBytes = (second & 0x7f) == 126 ? 2 : (second & 0x7f) == 127 ? 8 : 0;
        if (input.remaining() < 2 + lengthBytes + (masked ? 4 : 0)) return false;
        input.getShort();
        opcode = first & 0x0f;
        isLast = (first & 0x80) != 0;
        left = length(second & 0x7f);
        if (masked) input.get(mask);
        maskIndex = 0;
        if (opcode < Message.CLOSE && opcode != CONTINUATION) messageOpcode = opcode;
        return true;
    }

    private void check(int first, int second) throws WebSocketException {
        int code = first & 0x0f;
        boolean isControl = code >= Message.CLOSE;
        if ((first & 0x70) != 0) throw error("reserved bits are set, but no extension is in use");
        if (code > Message.PONG || (code > Message.BINARY && !isControl))
            throw error("unknown opcode " + code);
        if (isControl && (first & 0x80) == 0) throw error("a control frame in fragments");
        if (isControl && (second & 0x7f) > 125) throw error("a control frame over 125 bytes");
        if (code == CONTINUATION && messageOpcode == NONE)
            throw error("a continuation of no message");
        if (code != CONTINUATION && !isControl && messageOpcode != NONE)
            throw error("a new message inside another");
        if (((second & 0x80) != 0) != masked)
            throw error(masked ? "a frame without a mask" : "a server's frame with a mask");
    }

    private int length(int sevenBits) throws WebSocketException {
        long length = sevenBits;
        if (sevenBits == 126) length = input.getShort() & 0xffff;
        if (sevenBits == 127) length = input.getLong();
        boolean isMinimal = sevenBits < 126 || length > (sevenBits == 126 ? 125 : 0xffff);
        if (!isMinimal) throw error("a length in more bytes than it needs"); // or negative
        if (opcode < Message.CLOSE && messageSize + length > limit)
            throw new WebSocketException(1009, "a message over " + limit + " bytes");
        return (int) length;
    }

    private void readPayload() throws WebSocketException {
        int count = Math.min(left, input.remaining());
        if (count == 0) return;
        byte[] bytes = new byte[count];
        input.get(bytes);
        if (masked) for (int i = 0; i < count; i++) bytes[i] ^= mask[maskIndex++ & 3];
        left -= count;
        if (opcode >= Message.CLOSE) {
            control.writeBytes(bytes);
            return;
        }
        messageSize += count;
        if (messageOpcode == Message.TEXT) text.add(bytes);
        else binary.writeBytes(bytes);
    }

    private Message endControl() throws WebSocketException {
        byte[] payload = control.toByteArray();
        control.reset();
        if (opcode == Message.CLOSE) checkClose(ByteBuffer.wrap(payload));
        return new Message(opcode, payload, null);
    }

    private static void checkClose(ByteBuffer payload) throws WebSocketException {
        if (!payload.hasRemaining()) return;
        if (payload.remaining() == 1) throw error("a close frame of one byte");
        int code = payload.getShort() & 0xffff;
        boolean isForWire = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
        if (!isForWire && (code < 3000 || code > 4999)) throw error("close code " + code);
        var reason = new Utf8();
        reason.add(Arrays.copyOfRange(payload.array(), 2, payload.limit()));
        reason.end();
    }

    /** Ends a frame of a message; returns the message if it was its last. */
    private Message endData() throws WebSocketException {
        if (!isLast) return null;
        int type = messageOpcode;
        messageOpcode = NONE;
        messageSize = 0;
        if (type == Message.TEXT) return new Message(type, null, text.end());
        byte[] payload = binary.toByteArray();
        binary.reset();
        return new Message(type, payload, null);
    }

    private static WebSocketException error(String message) {
        return new WebSocketException(1002, message);
    }
}
