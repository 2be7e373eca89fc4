//SOURCES HttpRequest.java MessageParser.java
package aio.http;

import module java.base;

/** Parses the requests that come in on a connection; see {@link MessageParser}. */
final class RequestParser extends MessageParser<HttpRequest> {
    private String method;
    private String target;
    private int minorVersion;
    private String host;
    private String expectation;
    private boolean expectsContinue;
    private HttpRequest request;

    // A client that asks again often asks the same: that is compared, and not parsed.
    private byte[] lastBytes;
    private HttpRequest lastRequest;

    RequestParser(Limits limits) {
        super(limits);
    }

    @Override
    HttpRequest poll() throws HttpException {
        if (lastBytes != null && skipIfNext(lastBytes)) return lastRequest;
        return super.poll();
    }

    /** Whether the client waits for a 100 before it sends its content; true once a request. */
    boolean takeExpectsContinue() {
        boolean waits = expectsContinue && isAtContent();
        if (waits) expectsContinue = false;
        return waits;
    }

    /** {@code METHOD TARGET HTTP/1.x}, with one blank at each gap (RFC 9112, section 3). */
    @Override
    void startLine(byte[] bytes, int from, int to) throws HttpException {
        int methodEnd = from;
        while (methodEnd < to && bytes[methodEnd] != ' ') methodEnd++;
        int targetEnd = methodEnd + 1;
        while (targetEnd < to && bytes[targetEnd] != ' ') targetEnd++;
        if (targetEnd >= to || !Syntax.isToken(bytes, from, methodEnd)) {
            throw new HttpException(400, "a request line that is not 'METHOD target HTTP/1.1'");
        }
        minorVersion = minorVersion(bytes, targetEnd + 1, to);
        if (!Syntax.isTarget(bytes, methodEnd + 1, targetEnd)) {
            throw new HttpException(400, "a target with a character that must be encoded");
        }
        host = null;
        expectation = null;
        method = text(bytes, from, methodEnd);
        target = text(bytes, methodEnd + 1, targetEnd);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Of {@code HTTP/1.1}, the last digit; another first digit is another protocol. */
    static int minorVersion(byte[] bytes, int from, int to) throws HttpException {
        boolean wellFormed =
                to - from == 8
                        && bytes[from] == 'H'
                        && bytes[from + 1] == 'T'
                        && bytes[from + 2] == 'T'
                        && bytes[from + 3] == 'P'
                        && bytes[from + 4] == '/'
                        && isDigit(bytes[from + 5])
                        && bytes[from + 6] == '.'
                        && isDigit(bytes[from + 7]);
        if (!wellFormed) throw new HttpException(400, "a malformed protocol version");
        if (bytes[from + 5] != '1') throw new HttpException(505, "only HTTP/1.1 is spoken here");
        return bytes[from + 7] - '0';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    @Override
    void heed(String name, String value) throws HttpException {
        if (Syntax.isWord(name, "host")) host = once(host, name, value);
        else if (Syntax.isWord(name, "expect")) expectation = once(expectation, name, value);
        else super.heed(name, value);
    }

    @Override
    long contentLength() throws HttpException {
        if (host == null && minorVersion > 0) throw new HttpException(400, "no Host header");
        if (host != null && !Syntax.isAuthority(host)) {
            throw new HttpException(400, "a malformed Host header");
        }
        request = new HttpRequest(method, target, minorVersion, host, headers);
        long length = framing(minorVersion);
        checkExpectation();
        if (length >= 0 || length == CHUNKED) return length;
        switch (method) {
            case "POST", "PUT", "PATCH" ->
                    throw new HttpException(411, method + " needs a Content-Length");
            default -> {
                return 0;
            }
        }
    }

    private void checkExpectation() throws HttpException {
        expectsContinue = false;
        if (expectation == null || minorVersion == 0) return;
        if (!Syntax.isWord(expectation, "100-continue")) {
            throw new HttpException(417, "an expectation other than 100-continue");
        }
        expectsContinue = true;
    }

    @Override
    HttpRequest message(byte[] content) {
        request.body = content;
        headers.freeze();
        lastBytes = messageBytes();
        lastRequest = lastBytes == null ? null : request;
        return request;
    }
}
