//SOURCES ClientResponse.java MessageParser.java RequestParser.java Status.java
package aio.http;

import module java.base;

/** Parses the response to one request; see {@link MessageParser}. */
final class ResponseParser extends MessageParser<ClientResponse> {
    private static final Pattern STATUS_LINE =
            Pattern.compile("(?s)(.{8}) ([1-5][0-9]{2})(?: (.*))?");

    private final boolean toHead;
    private int minorVersion;
    private int status;
    private String reason;

    /**
     * @param toHead whether the request was a HEAD: then the response has no content, even if its
     *     fields say so
     */
    ResponseParser(Limits.Sizes limits, boolean toHead) {
        super(limits);
        this.toHead = toHead;
    }

    /** {@code HTTP/1.x 200 reason}; the reason may be empty (RFC 9112, section 4). */
    @Override
    void startLine(String line) throws HttpException {
        Matcher parts = STATUS_LINE.matcher(line);
        if (!parts.matches() || !Syntax.isFieldValue(line)) {
            throw new HttpException(400, "a status line that is not 'HTTP/1.1 200 OK'");
        }
        minorVersion = RequestParser.minorVersion(parts.group(1));
        status = Integer.parseInt(parts.group(2));
        reason = Objects.requireNonNullElse(parts.group(3), "");
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
