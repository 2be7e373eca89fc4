//SOURCES WebSocketException.java
package aio.websocket;

import module java.base;

/** Decodes text that arrives in pieces, and refuses bytes that are no UTF-8 at once. */
final class Utf8 {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final StringBuilder text = new StringBuilder();

    /** The first bytes of a character whose other bytes have not arrived: three at most. */
    private byte[] rest = {};

    void add(byte[] bytes) throws WebSocketException {
        decode(bytes, false);
    }

    /** Returns the text, and starts over. */
    String end() throws WebSocketException {
        decode(new byte[0], true);
        String whole = text.toString();
        text.setLength(0);
        text.trimToSize();
        decoder.reset();
        return whole;
    }

    private void decode(byte[] bytes, boolean isLast) throws WebSocketException {
        var in = ByteBuffer.allocate(rest.length + bytes.length).put(rest).put(bytes).flip();
        var out = CharBuffer.allocate(in.remaining());
        if (decoder.decode(in, out, isLast).isError())
            throw new WebSocketException(1007, "text that is not UTF-8");
        rest = new byte[in.remaining()];
        in.get(rest);
        text.append(out.flip());
    }
}
