package script;

import module java.base;

/**
 * Turns what one connection sends into text that is safe to print. A read ends where the network
 * cut, perhaps in the middle of a character: the first bytes of such a character wait here for the
 * rest. Invalid UTF-8 becomes U+FFFD. Control characters are escaped, so that no client can move
 * the cursor or forge a line of ours.
 *
 * <p>One object serves one connection; not for more than one thread at a time.
 */
public final class NetworkText {
    /** A character of UTF-8 is at most four bytes long, so at most three of them wait. */
    private static final int LONGEST_REST = 3;

    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer rest = ByteBuffer.allocate(LONGEST_REST);

    /** Consumes what was read. Returns the characters that are now complete, escaped. */
    public String decode(ByteBuffer bytes) {
        return decode(bytes, false);
    }

    /** Returns U+FFFD if the stream ended inside a character, otherwise nothing. */
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
     * Returns a text from outside with every control character, line feeds too, and every character
     * that standard output cannot show written as a Java escape.
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
     * Terminals obey the C0 and C1 controls; line separators and direction marks deceive the
     * reader.
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
