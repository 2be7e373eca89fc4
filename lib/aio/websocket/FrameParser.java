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
    /** A message of all its fragments, or a control frame; with its text, or a close's reason. */
    record Message(int opcode, byte[] payload, String text) {}

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private final boolean masked;
    private final int limit;

    /** What was fed and not read; less than a frame after {@link #poll} has returned null. */
    ByteBuffer input = ByteBuffer.allocate(0);

    ByteArrayOutputStream data = new ByteArrayOutputStream(0); // the fragments that have come
    private int message = -1; // the opcode of the first one; -1 between messages

    /** Makes a parser for frames with or without a mask, of messages of at most so many bytes. */
    FrameParser(boolean masked, int limit) {
        this.masked = masked;
        this.limit = limit;
    }

    /** Adds bytes that have arrived. */
    void feed(byte[] bytes) {
        int size = input.remaining() + bytes.length;
        int end = input.limit() + bytes.length;
        if (!input.hasRemaining()) input = ByteBuffer.wrap(bytes);
        else if (end <= input.capacity()) input.limit(end).put(end - bytes.length, bytes);
        else input = ByteBuffer.allocate(2 * size).put(input).put(bytes).flip();
    }

    /** Returns the next message or control frame; null if more bytes are needed. */
    Message poll() throws WebSocketException {
        while (input.remaining() >= 2) {
            ByteBuffer frame = input.slice();
            int first = frame.get();
            int second = frame.get();
            int opcode = first & 0x0f;
            check(first, opcode, second);
            long length = second & 0x7f;
            int more = length == 126 ? 2 : length == 127 ? 8 : 0; // the bytes of a longer length
            if (frame.remaining() < more) return null;
            if (more > 0) length = more == 2 ? frame.getShort() & 0xffff : frame.getLong();
            if (more > 0 && length < (more == 2 ? 126 : 0x10000))
                throw error("a length of more bytes than needed"); // section 5.2
            if (opcode < CLOSE && length > limit - data.size())
                throw new WebSocketException(1009, "a message over " + limit + " bytes");
            if (frame.remaining() < (masked ? 4 : 0) + length) return null;
            byte[] payload = payload(frame, (int) length);
            input.position(input.position() + frame.position());
            if (opcode >= CLOSE) return control(opcode, payload);
            if (opcode != CONTINUATION) message = opcode;
            data.writeBytes(payload);
            if (first >= 0) continue;
            byte[] whole = data.toByteArray();
            data = new ByteArrayOutputStream(0); // a large one is not kept
            opcode = message;
            message = -1;
            return new Message(opcode, whole, opcode == TEXT ? text(ByteBuffer.wrap(whole)) : null);
        }
        return null;
    }

    private void check(int first, int opcode, int second) throws WebSocketException {
        boolean isControl = opcode >= CLOSE;
        if ((first & 0x70) != 0) throw error("reserved bits are set, but no extension is in use");
        if (opcode > PONG || (opcode > BINARY && !isControl)) throw error("opcode " + opcode);
        if (isControl && first >= 0) throw error("a control frame in fragments");
        if (isControl && (second & 0x7f) > 125) throw error("a control frame over 125 bytes");
        if (opcode == CONTINUATION && message < 0) throw error("a continuation of nothing");
        if (opcode > 0 && !isControl && message >= 0) throw error("a message in another");
        if (second < 0 != masked) throw error(masked ? "a frame without a mask" : "a masked frame");
    }

    private byte[] payload(ByteBuffer frame, int length) {
        int mask = masked ? frame.getInt() : 0;
        byte[] bytes = new byte[length];
        frame.get(bytes);
        if (masked) for (int i = 0; i < length; i++) bytes[i] ^= (byte) (mask >> 24 - 8 * (i & 3));
        return bytes;
    }

    private static Message control(int opcode, byte[] bytes) throws WebSocketException {
        if (opcode != CLOSE || bytes.length == 0) return new Message(opcode, bytes, "");
        if (bytes.length == 1) throw error("a close frame of one byte");
        var payload = ByteBuffer.wrap(bytes);
        int code = payload.getShort() & 0xffff;
        boolean isDefined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
        if (!isDefined && (code < 3000 || code > 4999)) throw error("close code " + code);
        return new Message(opcode, bytes, text(payload));
    }

    private static String text(ByteBuffer bytes) throws WebSocketException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new WebSocketException(1007, "text that is not UTF-8");
        }
    }

    private static WebSocketException error(String message) {
        return new WebSocketException(1002, message);
    }
}
