//SOURCES Headers.java HttpException.java Limits.java Output.java Syntax.java
package aio.http;

import module java.base;

/**
 * Parses messages from bytes that arrive in pieces of any size (RFC 9112). It does no I/O.
 *
 * <pre>{@code
 *             line      empty line           length or none
 * START_LINE ------> FIELDS ---------+-----------------------------> CONTENT --> message
 *     ^               ^  |           |                                   |
 *     |               +--+ field     | chunked                           |
 *     |                              v                                   |
 *     |     CHUNK_END --CRLF--> CHUNK_SIZE --0--> TRAILERS --empty--> message
 *     |        ^                     |                                   |
 *     |        +---- CHUNK_DATA <----+ n                                 |
 *     +------------------------------------------------------------------+
 * }</pre>
 *
 * A line ends with CR LF and with nothing else, and anything that the grammar does not allow is
 * refused: if two parsers on the way of a request guess differently where it ends, a client can
 * smuggle a request past the first. After a parser has thrown, it cannot be used any more, because
 * nobody knows where the next message begins.
 */
abstract class MessageParser<M> {
    /** {@link #contentLength} returns these for content in chunks, and up to the end of input. */
    static final long CHUNKED = -1;

    static final long UNTIL_EOF = -2;

    private static final byte[] NOTHING = {};

    /** The longest line with a chunk's size and extensions, in bytes. */
    private static final int CHUNK_LINE = 256;

    private static final Pattern CHUNK_EXTENSIONS =
            Pattern.compile(
                    "(;[!#$%&'*+.^_`|~\\w-]+(=([!#$%&'*+.^_`|~\\w-]+|\"([^\"\\\\]|\\\\.)*\"))?)*");

    private enum State {
        START_LINE,
        FIELDS,
        CONTENT,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS
    }

    final Limits.Sizes limits;
    Headers headers;

    // The fields that say where the message ends; null if it has none.
    private String coding;
    private String length;

    private State state = State.START_LINE;

    // The bytes that are not parsed yet: from..to of the buffer; no line ends before scanned.
    private byte[] buffer = NOTHING;
    private int from;
    private int scanned;
    private int to;

    private int fieldBytes;
    private int fieldCount;
    private boolean blankLineSeen;

    /** How many bytes of the content, or of the chunk, have not arrived. */
    private long missing;

    /** The content so far; null if none has arrived. */
    private Output content;

    /** How many bytes of chunk sizes and extensions have arrived. */
    private int overhead;

    MessageParser(Limits.Sizes limits) {
        this.limits = limits;
    }

    /** Parses a start line, without its CR LF. */
    abstract void startLine(String line) throws HttpException;

    /** Returns the length of the content, CHUNKED or UNTIL_EOF. Called after the fields. */
    abstract long contentLength() throws HttpException;

    /** Makes the message from the start line, the headers and this content. */
    abstract M message(byte[] content);

    /** Adds bytes that have arrived; from now on the array belongs to the parser. */
    void feed(byte[] bytes) {
        if (from == to) {
            buffer = bytes;
            from = 0;
            scanned = 0;
            to = bytes.length;
        } else {
            byte[] both = Arrays.copyOfRange(buffer, from, to + bytes.length);
            System.arraycopy(bytes, 0, both, to - from, bytes.length);
            buffer = both;
            scanned -= from;
            to = both.length;
            from = 0;
        }
    }

    /** Returns whether no byte of the next message has arrived. */
    boolean isBetweenMessages() {
        return state == State.START_LINE && from == to && !blankLineSeen;
    }

    /** Returns whether the fields are complete and the content is not. */
    boolean isInContent() {
        return state.compareTo(State.FIELDS) > 0;
    }

    /** Returns whether the fields are complete and no byte of the content has arrived. */
    boolean isAtContent() {
        return isInContent() && state != State.TRAILERS && content == null && from == to;
    }

    /** Returns how many bytes of the current message's content have arrived. */
    int contentSize() {
        return content == null ? 0 : content.size();
    }

    /** Returns the bytes after the last message, and forgets them: another protocol's. */
    byte[] takeRest() {
        byte[] rest = Arrays.copyOfRange(buffer, from, to);
        discard();
        return rest;
    }

    /** Frees the memory. In the middle of a message, the parser cannot be used any more. */
    void discard() {
        buffer = NOTHING;
        from = to = scanned = 0;
        content = null;
    }

    /** Returns the message that the end of the input completes, or null. */
    M pollAtEof() {
        return state == State.CONTENT && missing > Integer.MAX_VALUE ? finish() : null;
    }

    /** Returns the next message, or null if it is not complete yet. */
    M poll() throws HttpException {
        while (true) {
            switch (state) {
                case START_LINE -> {
                    if (!hasLine(limits.startLine(), 414)) return null;
                    startLine();
                }
                case FIELDS, TRAILERS -> {
                    if (!hasLine(limits.headerBytes() - fieldBytes, 431)) return null;
                    if (lineLength() > 0) field();
                    else if (state == State.TRAILERS) return finish();
                    else beginContent();
                }
                case CONTENT -> {
                    takeContent();
                    if (missing > 0) return null;
                    return finish();
                }
                case CHUNK_SIZE -> {
                    if (!hasLine(CHUNK_LINE, 400)) return null;
                    chunkSize();
                }
                case CHUNK_DATA -> {
                    takeContent();
                    if (missing > 0) return null;
                    state = State.CHUNK_END;
                }
                case CHUNK_END -> {
                    if (!hasLine(0, 400)) return null;
                    from = scanned;
                    state = State.CHUNK_SIZE;
                }
            }
        }
    }

    private void startLine() throws HttpException {
        if (lineLength() == 0) {
            // RFC 9112, section 2.2: one is allowed, for clients that add CR LF to a body.
            if (blankLineSeen) throw new HttpException(400, "empty lines before the request line");
            blankLineSeen = true;
        } else {
            startLine(text(from, scanned - 2));
            headers = new Headers();
            coding = null;
            length = null;
            state = State.FIELDS;
            fieldBytes = 0;
            fieldCount = 0;
        }
        from = scanned;
    }

    private void field() throws HttpException {
        int end = scanned - 2;
        int colon = Syntax.endOfToken(buffer, from, end);
        if (colon == from || colon == end || buffer[colon] != ':') {
            throw new HttpException(400, "a header line that is not 'name: value'");
        }
        if (!Syntax.isFieldValue(buffer, colon, end)) {
            throw new HttpException(400, "a control character in a header field");
        }
        int first = colon + 1;
        int last = end;
        while (first < last && isBlank(buffer[first])) first++;
        while (last > first && isBlank(buffer[last - 1])) last--;
        fieldBytes += end - from;
        if (++fieldCount > limits.headerCount()) {
            throw new HttpException(431, "more than " + limits.headerCount() + " header fields");
        }
        // Trailers are dropped: few header fields make sense there (RFC 9110, 6.5.1).
        if (state == State.FIELDS) {
            String name = text(from, colon);
            String value = text(first, last);
            headers.addParsed(name, value);
            noteField(name, value);
        }
        from = scanned;
    }

    /** Notes the fields that the parser needs, which is faster than a search for each later. */
    void noteField(String name, String value) throws HttpException {
        if (Syntax.isWord(name, "content-length")) length = once(length, name, value);
        if (Syntax.isWord(name, "transfer-encoding")) coding = once(coding, name, value);
    }

    /**
     * Returns the value. A second value is an error, because parsers differ in which of the two
     * counts.
     */
    static String once(String before, String name, String value) throws HttpException {
        if (before != null) throw new HttpException(400, "two " + name + " headers");
        return value;
    }

    /**
     * Returns how the headers delimit the message (RFC 9112, section 6): the content's length,
     * CHUNKED, or UNTIL_EOF if they do not say.
     */
    long framing(int minorVersion) throws HttpException {
        if (coding == null) {
            if (length == null) return UNTIL_EOF;
            long number = Syntax.number(length);
            if (number < Long.MAX_VALUE) return number;
            throw new HttpException(400, "a malformed Content-Length");
        }
        if (length != null) {
            throw new HttpException(400, "both Content-Length and Transfer-Encoding");
        }
        if (minorVersion == 0) throw new HttpException(400, "Transfer-Encoding in HTTP/1.0");
        if (Syntax.isWord(coding, "chunked")) return CHUNKED;
        String[] codings = coding.split(",");
        for (int i = 0; i < codings.length - 1; i++) {
            if (Syntax.isWord(codings[i].strip(), "chunked")) {
                throw new HttpException(400, "chunked is not the last transfer coding");
            }
        }
        throw new HttpException(501, "a transfer coding other than chunked");
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private void beginContent() throws HttpException {
        from = scanned;
        long length = contentLength();
        if (length > limits.body()) throw tooLarge();
        missing = length == UNTIL_EOF ? Long.MAX_VALUE : length;
        overhead = 0;
        state = length == CHUNKED ? State.CHUNK_SIZE : State.CONTENT;
    }

    private void chunkSize() throws HttpException {
        String line = text(from, scanned - 2);
        int digits = 0;
        while (digits < line.length() && HexFormat.isHexDigit(line.charAt(digits))) digits++;
        String size = line.substring(0, digits);
        boolean wellFormed =
                digits > 0
                        && digits <= 8
                        && Syntax.isFieldValue(line)
                        && CHUNK_EXTENSIONS.matcher(line.substring(digits)).matches();
        if (!wellFormed) {
            throw new HttpException(400, "a chunk whose size or extension is malformed");
        }
        missing = HexFormat.fromHexDigitsToLong(size);
        overhead += scanned - from;
        from = scanned;
        if (contentSize() + missing > limits.body()) throw tooLarge();
        if (overhead > limits.headerBytes() + 8L * contentSize()) {
            throw new HttpException(400, "chunks with more extensions than content");
        }
        state = missing == 0 ? State.TRAILERS : State.CHUNK_DATA;
        if (missing == 0) {
            fieldBytes = 0;
            fieldCount = 0;
        }
    }

    private void takeContent() throws HttpException {
        int count = (int) Math.min(missing, to - from);
        if (count == 0) return;
        if (content == null) content = new Output();
        content.append(buffer, from, count);
        missing -= count;
        from += count;
        scanned = from;
        if (content.size() > limits.body()) throw tooLarge();
    }

    private HttpException tooLarge() {
        return new HttpException(413, "the content is longer than " + limits.body() + " bytes");
    }

    private M finish() {
        if (state == State.TRAILERS) from = scanned;
        state = State.START_LINE;
        blankLineSeen = false;
        byte[] bytes = content == null ? NOTHING : content.toByteArray();
        content = null;
        if (from == to) discard();
        return message(bytes);
    }

    /** Returns whether a whole line has arrived, at from..scanned; an error if it is too long. */
    private boolean hasLine(int limit, int statusIfLonger) throws HttpException {
        int end = scanned;
        while (end < to && buffer[end] != '\n') end++;
        boolean whole = end < to;
        scanned = whole ? end + 1 : end;
        if (end - from > limit + 1L || (end - from == limit + 1L && buffer[end - 1] != '\r')) {
            throw new HttpException(statusIfLonger, "a line or a head longer than the limit");
        }
        if (whole && (end == from || buffer[end - 1] != '\r')) {
            throw new HttpException(400, "a line that does not end with CR LF");
        }
        return whole;
    }

    private int lineLength() {
        return scanned - 2 - from;
    }

    /** Returns the bytes as characters of ISO-8859-1. */
    private String text(int start, int end) {
        return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
