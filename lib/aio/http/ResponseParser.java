//SOURCES ClientResponse.java MessageParser.java RequestParser.java
package aio.http;

import module java.base;

/** Parses what a server answers to one request; see {@link MessageParser}. */
final class ResponseParser extends MessageParser<ClientResponse> {
    private final boolean toHead;
    private int minorVersion;
    private int status;
    private String reason;

    /**
     * @param toHead the request's method is HEAD: the answer has no content, whatever it says
     */
    ResponseParser(Limits limits, boolean toHead) {
        super(limits);
        this.toHead = toHead;
    }

    /** {@code HTTP/1.x 200 reason}; the reason may be empty (RFC 9112, section 4). */
    @Override
    void startLine(byte[] bytes, int from, int to) throws HttpException {
        String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        if (line.length() < 12 || line.charAt(8) != ' ' || !isEndOfStatus(line)) {
            throw new HttpException(400, "a status line that is not 'HTTP/1.1 200 OK'");
        }
        minorVersion = RequestParser.minorVersion(bytes, from, from + 8);
        status = (int) Syntax.number(line.substring(9, 12));
        if (status < 100 || status > 599) throw new HttpException(400, "a malformed status code");
        reason = line.length() > 13 ? line.substring(13) : "";
        if (!Syntax.isFieldValue(reason)) throw new HttpException(400, "a malformed reason");
    }

    private static boolean isEndOfStatus(String line) {
        return line.length() == 12 || line.charAt(12) == ' ';
    }

    @Override
    long contentLength() throws HttpException {
        long length = framing(minorVersion);
        return toHead || Status.hasNoContent(status) ? 0 : length;
    }

    @Override
    ClientResponse message(byte[] content) {
        return new ClientResponse(status, reason, headers, content);
    }
}
