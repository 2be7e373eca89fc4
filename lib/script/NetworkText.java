package script;

import module java.base;

/**
 * Turns what one connection sends into text that is safe to print. A read may end in the middle of
 * a character; the first bytes of that character are kept until the rest arrives. Invalid UTF-8
 * becomes U+FFFD. Control characters are escaped, so that no client can move the cursor or forge a
 * line of the server's output.
 *
 * <p>Use one object for each connection, by one thread at a time.
 */
public final class NetworkText {
    /** A character of UTF-8 has at most four bytes, so at most three of them are kept. */
    private static final int LONGEST_REST = 3;

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer rest = ByteBuffer.allocate(LONGEST_REST);

    /** Consumes the bytes. Returns the characters that are now complete, escaped. */
    public String decode(ByteBuffer bytes) {
        return decode(bytes, false);
    }

    /** Returns U+FFFD if the stream ended inside a character, otherwise an empty text. */
    public String end() {
        return decode(ByteBuffer.allocate(0), true);
    }

    private String decode(ByteBuffer bytes, boolean last) {
        var input =
                ByteBuffer.allocate(rest.position() + bytes.remaining())
                        .put(rest.flip())
                        .put(bytes)
                        .flip();
        var output = CharBuffer.allocate(input.remaining() + 1);
        decoder.decode(input, output, last);
        rest.clear().put(input);
        return escape(output.flip());
    }

    /**
     * Returns the text with every control character (also line feeds), and every character that
     * standard output cannot encode, written as a Java escape.
     */
    public static String escape(CharSequence text) {
        CharsetEncoder shown = System.out.charset().newEncoder();
        var escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    String character = Character.toString(c);
                    if (c == '\n') escaped.append("\\n");
                    else if (c == '\r') escaped.append("\\r");
                    else if (c == '\t') escaped.append("\\t");
                    else if (!isSafe(c) || !shown.canEncode(character))
                        character.chars().forEach(u -> escaped.append(String.format("\\u%04x", u)));
                    else escaped.append(character);
                });
        return escaped.toString();
    }

    /**
     * Returns whether a character is safe to print. Terminals execute the C0 and C1 control
     * characters; line separators and direction marks mislead the reader.
     */
    private static boolean isSafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.FORMAT,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
