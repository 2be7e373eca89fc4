//SOURCES WebSocketException.java
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
    /** A message of all its fragments, or a control frame; a text is UTF-8. */
    record Message(int opcode, byte[] payload) {}

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int NONE = -1;

    private final boolean masked;
    private final int limit;

    /** The message that is being read, as far as it has come. */
    ByteArrayOutputStream data = new ByteArrayOutputStream(0);

    /** What was fed and not read; less than a control frame after {@link #poll} returned null. */
    ByteBuffer input = ByteBuffer.allocate(0);

    /** The opcode of the first frame of the message that is being read, or NONE. */
    private int message = NONE;

    // The frame that is being read; its opcode is NONE between frames.
    private int opcode = NONE;
    private boolean isLast;
    private int left;
    private final byte[] mask = new byte[4];
    private int maskIndex;

    /** Makes a parser for frames with or without a mask, of messages of at most so many bytes. */
    FrameParser(boolean masked, int limit) {
        this.masked = masked;
        this.limit = limit;
    }

    /** Adds bytes that have arrived. */
    void feed(byte[] bytes) {
        int size = input.remaining() + bytes.length;
        input = ByteBuffer.allocate(size).put(input).put(bytes).flip();
    }

    /** Returns the next message or control frame; null if more bytes are needed. */
    Message poll() throws WebSocketException {
        while (opcode != NONE || readHeader()) {
            boolean isControl = opcode >= CLOSE;
            if (isControl && input.remaining() < left) return null;
            byte[] bytes = readPayload();
            if (!isControl) data.writeBytes(bytes);
            if (left > 0) return null;
            Message whole = isControl ? control(bytes) : isLast ? endMessage() : null;
            opcode = NONE;
            if (whole != null) return whole;
        }
        return null;
    }

    /** Reads a header if all of it is there; a wrong one is refused after its first bytes. */
    private boolean readHeader() throws WebSocketException {
        if (input.remaining() < 2) return false;
        int first = input.get(input.position());
        int second = input.get(input.position() + 1);
        int length = second & 0x7f;
        check(first, first & 0x0f, length);
        if (second < 0 != masked) throw error(masked ? "a frame without a mask" : "a masked frame");
        int lengthBytes = length < 126 ? 0 : length == 126 ? 2 : 8;
        if (input.remaining() < 2 + lengthBytes + (masked ? 4 : 0)) return false;
        input.getShort();
        opcode = first & 0x0f;
        isLast = first < 0;
        long size = length < 126 ? length : longLength(length == 126);
        if (opcode < CLOSE && size > limit - data.size())
            throw new WebSocketException(1009, "a message over " + limit + " bytes");
        left = (int) size;
        if (masked) input.get(mask);
        maskIndex = 0;
        if (opcode == TEXT || opcode == BINARY) message = opcode;
        return true;
    }

    private void check(int first, int opcode, int length) throws WebSocketException {
        boolean isControl = opcode >= CLOSE;
        if ((first & 0x70) != 0) throw error("reserved bits are set, but no extension is in use");
        if (opcode > PONG || (opcode > BINARY && !isControl)) throw error("opcode " + opcode);
        if (isControl && first >= 0) throw error("a control frame in fragments");
        if (isControl && length > 125) throw error("a control frame over 125 bytes");
        if (!isControl && (opcode == CONTINUATION) == (message == NONE))
            throw error(message == NONE ? "a continuation of nothing" : "a message in another");
    }

    /** Reads a length of 2 or 8 bytes, which must not fit into fewer (section 5.2). */
    private long longLength(boolean isShort) throws WebSocketException {
        long length = isShort ? input.getShort() & 0xffff : input.getLong();
        if (length < (isShort ? 126 : 0x10000)) throw error("a length of more bytes than needed");
        return length;
    }

    private byte[] readPayload() {
        byte[] bytes = new byte[Math.min(left, input.remaining())];
        input.get(bytes);
        if (masked) for (int i = 0; i < bytes.length; i++) bytes[i] ^= mask[maskIndex++ & 3];
        left -= bytes.length;
        return bytes;
    }

    private Message control(byte[] bytes) throws WebSocketException {
        if (opcode == CLOSE && bytes.length > 0) {
            if (bytes.length == 1) throw error("a close frame of one byte");
            var payload = ByteBuffer.wrap(bytes);
            int code = payload.getShort() & 0xffff;
            boolean isDefined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
            if (!isDefined && (code < 3000 || code > 4999)) throw error("close code " + code);
            checkUtf8(payload);
        }
        return new Message(opcode, bytes);
    }

    private Message endMessage() throws WebSocketException {
        var whole = new Message(message, data.toByteArray());
        data = new ByteArrayOutputStream(0); // a large one is not kept
        message = NONE;
        if (whole.opcode() == TEXT) checkUtf8(ByteBuffer.wrap(whole.payload()));
        return whole;
    }

    private static void checkUtf8(ByteBuffer bytes) throws WebSocketException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException e) {
            throw new WebSocketException(1007, "text that is not UTF-8");
        }
    }

    private static WebSocketException error(String message) {
        return new WebSocketException(1002, message);
    }
}
