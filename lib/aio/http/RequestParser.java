//SOURCES HttpRequest.java MessageParser.java
package aio.http;

import module java.base;

/** Parses the requests of a connection; see {@link MessageParser}. */
final class RequestParser extends MessageParser<HttpRequest> {
    private String method;
    private String target;
    private int minorVersion;
    private String host;
    private String expectation;
    private boolean expectsContinue;
    private HttpRequest request;

    RequestParser(Limits.Sizes limits) {
        super(limits);
    }

    /** Returns, once for each request, whether the client waits for a 100 to send its content. */
    boolean takeExpectsContinue() {
        boolean waits = expectsContinue && isAtContent();
        if (waits) expectsContinue = false;
        return waits;
    }

    /** {@code METHOD TARGET HTTP/1.x}, with one blank at each gap (RFC 9112, section 3). */
    @Override
    void startLine(String line) throws HttpException {
        int methodEnd = line.indexOf(' ');
        int targetEnd = line.indexOf(' ', methodEnd + 1);
        if (targetEnd < 0 || !Syntax.isToken(line, 0, methodEnd)) {
            throw new HttpException(400, "a request line that is not 'METHOD target HTTP/1.1'");
        }
        minorVersion = minorVersion(line.substring(targetEnd + 1));
        method = line.substring(0, methodEnd);
        target = line.substring(methodEnd + 1, targetEnd);
        HttpRequest.checkTarget(target);
    }

    /** Returns the minor version of {@code HTTP/1.x}; 505 for another major version. */
    static int minorVersion(String version) throws HttpException {
        if (version.equals("HTTP/1.1")) return 1;
        if (!version.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new HttpException(400, "a malformed protocol version");
        }
        if (version.charAt(5) != '1')
            throw new HttpException(505, "only HTTP/1.1 and 1.0 are supported here");
        return version.charAt(7) - '0';
    }

    @Override
    void noteField(String name, String value) throws HttpException {
        if (Syntax.isWord(name, "host")) host = once(host, name, value);
        else if (Syntax.isWord(name, "expect")) expectation = once(expectation, name, value);
        else super.noteField(name, value);
    }

    @Override
    long contentLength() throws HttpException {
        HttpRequest.checkHost(host, minorVersion);
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
        HttpRequest whole = request;
        whole.body = content;
        headers.freeze();
        // An idle connection keeps nothing of its last request.
        method = target = host = expectation = null;
        request = null;
        headers = null;
        return whole;
    }
}
