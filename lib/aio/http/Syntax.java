//SOURCES HttpException.java
package aio.http;

import module java.base;

/**
 * The characters and numbers that HTTP allows, checked one by one. The JDK's own methods accept
 * more: signs, digits of other scripts, and other white space.
 */
final class Syntax {
    private static final String ALPHANUMERIC =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** The characters of a method and of a field name (RFC 9110, section 5.6.2). */
    private static final boolean[] TOKEN = table(ALPHANUMERIC + "!#$%&'*+-.^_`|~");

    /** The characters of a path and of a query, with the percent sign (RFC 3986, 3.3 and 3.4). */
    private static final boolean[] TARGET = table(ALPHANUMERIC + "-._~!$&'()*+,;=:@/?%");

    /**
     * The characters of a host name. RFC 3986 also allows punctuation, which no name server does.
     */
    private static final boolean[] HOST = table(ALPHANUMERIC + "-._~");

    /** Visible characters, blanks, tabs and the bytes from 0x80 on (RFC 9110, section 5.5). */
    private static final boolean[] FIELD_VALUE = new boolean[256];

    static {
        Arrays.fill(FIELD_VALUE, ' ', 256, true);
        FIELD_VALUE['\t'] = true;
        FIELD_VALUE[0x7f] = false;
    }

    private static final Pattern IP_LITERAL = Pattern.compile("\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]");

    private Syntax() {}

    private static boolean[] table(String characters) {
        var table = new boolean[256];
        characters.chars().forEach(c -> table[c] = true);
        return table;
    }

    static boolean isToken(String text) {
        return isToken(text, 0, text.length());
    }

    static boolean isToken(String text, int from, int to) {
        return to > from && endOf(TOKEN, text, from, to) == to;
    }

    static boolean isTarget(String text) {
        return !text.isEmpty() && endOf(TARGET, text, 0, text.length()) == text.length();
    }

    /** Returns the index of the first character that is not in the table, or {@code to}. */
    private static int endOf(boolean[] table, String text, int from, int to) {
        int end = from;
        while (end < to && text.charAt(end) < 256 && table[text.charAt(end)]) end++;
        return end;
    }

    /** Returns the index of the first byte that is in no token, or {@code to}. */
    static int endOfToken(byte[] bytes, int from, int to) {
        return endOf(TOKEN, bytes, from, to);
    }

    static boolean isFieldValue(byte[] bytes, int from, int to) {
        return endOf(FIELD_VALUE, bytes, from, to) == to;
    }

    private static int endOf(boolean[] table, byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && table[bytes[end] & 0xff]) end++;
        return end;
    }

    static boolean isFieldValue(String text) {
        return endOf(FIELD_VALUE, text, 0, text.length()) == text.length();
    }

    /**
     * Returns whether the text is a host, with or without a port (RFC 3986, section 3.2); a user or
     * a password is not allowed.
     */
    static boolean isAuthority(String text) {
        int end =
                text.startsWith("[") ? text.indexOf(']') + 1 : endOf(HOST, text, 0, text.length());
        if (end == 0 || (text.charAt(0) == '[' && !IP_LITERAL.matcher(text).lookingAt())) {
            return false;
        }
        if (end == text.length() || text.substring(end).equals(":")) return true;
        return text.charAt(end) == ':' && number(text.substring(end + 1)) <= 65535;
    }

    /** Parses a number that is all digits; {@code Long.MAX_VALUE} if it is none or too large. */
    static long number(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i == 18) return Long.MAX_VALUE;
            number = number * 10 + digit;
        }
        return text.isEmpty() ? Long.MAX_VALUE : number;
    }

    /** Returns whether the text is this word, ignoring case. The word is in lower case. */
    static boolean isWord(String text, String word) {
        if (text.length() != word.length()) return false;
        for (int i = 0; i < word.length(); i++) {
            int c = text.charAt(i);
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != word.charAt(i)) return false;
        }
        return true;
    }

    private static boolean isPlain(String text, boolean plusIsBlank) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c >= 0x80 || (plusIsBlank && c == '+')) return false;
        }
        return true;
    }

    /** Percent-encodes characters beyond ASCII as UTF-8; half a surrogate pair is an error. */
    static String encode(String text) {
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half a character in a URI", e);
        }
        var encoded = new StringBuilder();
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (b >= 0) encoded.append((char) b);
            else encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return encoded.toString();
    }

    /**
     * Decodes percent-encoding once; the bytes are UTF-8.
     *
     * @throws HttpException 400 if the encoding is malformed or the bytes are not UTF-8
     */
    static String decode(String text, boolean plusIsBlank) throws HttpException {
        if (isPlain(text, plusIsBlank)) return text;
        var bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()
                        || !HexFormat.isHexDigit(text.charAt(i + 1))
                        || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                    throw new HttpException(400, "a percent sign without two hexadecimal digits");
                }
                bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.put((byte) (plusIsBlank && c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new HttpException(400, "percent-encoded bytes that are not UTF-8");
        }
    }
}
