package tests.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;

/** Frames in the notation of {@code websocket.md}. */
final class WebSocketFrames {
    private static final List<String> TYPES =
            List.of(
                    "continuation",
                    "text",
                    "binary",
                    "3",
                    "4",
                    "5",
                    "6",
                    "7",
                    "close",
                    "ping",
                    "pong");

    private static final byte[] MASK = {0x12, 0x34, (byte) 0xab, (byte) 0xcd};

    private WebSocketFrames() {}

    /** Returns the bytes of a client's frame. */
    static byte[] parse(String line) {
        String type = line.split(" ")[0];
        String rest = line.substring(type.length()).strip();
        if (type.equals("raw")) return payload(rest);
        boolean isLast = !type.endsWith("+");
        int opcode = TYPES.indexOf(isLast ? type : type.substring(0, type.length() - 1));
        byte[] payload = type.equals("close") ? close(rest) : payload(rest);
        var out = new ByteArrayOutputStream();
        out.write((isLast ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        }
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) out.write(payload[i] ^ MASK[i & 3]);
        return out.toByteArray();
    }

    private static byte[] close(String text) {
        if (text.isEmpty()) return new byte[0];
        int code = Integer.parseInt(text.split(" ")[0]);
        byte[] reason = payload(text.substring(text.indexOf(' ') + 1));
        byte[] both = new byte[2 + reason.length];
        both[0] = (byte) (code >> 8);
        both[1] = (byte) code;
        System.arraycopy(reason, 0, both, 2, reason.length);
        return both;
    }

    /** Returns the bytes of {@code "text"} or of hexadecimal; {@code 2a*126} repeats a byte. */
    private static byte[] payload(String text) {
        if (text.startsWith("\""))
            return text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8);
        var bytes = new ByteArrayOutputStream();
        for (String word : text.split(" ")) {
            if (word.isEmpty()) continue;
            String[] parts = word.split("\\*");
            byte[] repeated = new byte[parts.length > 1 ? Integer.parseInt(parts[1]) : 1];
            Arrays.fill(repeated, (byte) HexFormat.fromHexDigits(parts[0]));
            bytes.writeBytes(repeated);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a frame of a server, which has no mask; null at the end of the stream.
     *
     * @param like how the payload is written, text or hexadecimal, if it is the same
     */
    static String read(IntFunction<byte[]> source, String like) {
        byte[] head = source.apply(2);
        if (head.length < 2) return null;
        int length = head[1] & 0xff;
        if (length == 126) length = ByteBuffer.wrap(source.apply(2)).getShort() & 0xffff;
        return show(TYPES.get(head[0] & 0x0f), source.apply(length), like);
    }

    private static String show(String type, byte[] payload, String like) {
        String text = new String(payload, StandardCharsets.UTF_8);
        if (type.equals("close") && payload.length >= 2)
            return "close %d \"%s\""
                    .formatted((payload[0] & 0xff) << 8 | payload[1] & 0xff, text(payload, 2));
        String rest = like.substring(Math.min(like.length(), type.length())).strip();
        if (like.startsWith(type + " ")
                && !rest.startsWith("\"")
                && Arrays.equals(payload(rest), payload)) return like;
        return type.equals("binary")
                ? type + " " + HexFormat.ofDelimiter(" ").formatHex(payload)
                : type + " \"" + text + "\"";
    }

    private static String text(byte[] payload, int from) {
        return new String(payload, from, payload.length - from, StandardCharsets.UTF_8);
    }
}
