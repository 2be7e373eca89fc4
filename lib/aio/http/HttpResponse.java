//SOURCES ChannelOutput.java Headers.java HttpConnection.java HttpRequest.java Output.java
//SOURCES Status.java Upgrade.java
package aio.http;

import module java.base;

/**
 * The answer to one request. The handler writes it, and this class frames it: with a Content-Length
 * if the handler never flushes or sets one itself, otherwise in chunks (RFC 9112, section 7.1). The
 * answer to HEAD has the same header and no content. Only the coroutine that handles the request
 * may use it.
 */
public final class HttpResponse {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] OK_LINE = ascii("HTTP/1.1 200 OK\r\n");
    private static final byte[] TEXT_LINE = ascii("Content-Type: text/plain; charset=utf-8\r\n");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] NOTHING = {};

    private final HttpConnection connection;
    private final boolean toHead;
    private final boolean toHttp10;
    private final Headers headers = new Headers();
    private int status = 200;
    private boolean isText;

    /** The content that is not sent yet: one array that the handler wrote, or several joined. */
    private byte[] content = NOTHING;

    private Output joined;

    /** What the connection speaks after this answer; null if it goes on with HTTP. */
    private Upgrade upgrade;

    private boolean headSent;
    private boolean finished;
    private boolean chunked;

    /** The value of Content-Length once the head is sent; -1 if there is none. */
    private long declared = -1;

    private long contentSent;

    /**
     * @param request null if the request could not be parsed
     */
    HttpResponse(HttpConnection connection, HttpRequest request) {
        this.connection = connection;
        this.toHead = request != null && request.method().equals("HEAD");
        this.toHttp10 = request != null && request.isHttp10();
    }

    /** Sets the status code, 200 to 599. The default is 200. */
    public HttpResponse status(int code) {
        checkHeadNotSent();
        if (code < 200 || code > 599) throw new IllegalArgumentException("status: " + code);
        status = code;
        return this;
    }

    /** Returns the status code. */
    public int status() {
        return status;
    }

    /** Sets a header field, see {@link Headers#set}. */
    public HttpResponse header(String name, String value) {
        headers().set(name, value);
        return this;
    }

    /**
     * Returns the header fields; change them before the head is sent. This class writes Date,
     * Transfer-Encoding and Connection itself, and Content-Length unless it is set.
     *
     * @throws IllegalStateException if the head is sent
     */
    public Headers headers() {
        checkHeadNotSent();
        return headers;
    }

    /**
     * Sets a cookie for the client to send back.
     *
     * @param attributes for example {@code HttpOnly}, {@code SameSite=Lax}, {@code Path=/}
     * @throws IllegalArgumentException if one of them contains a character that would end it (RFC
     *     6265, section 4.1.1)
     */
    public HttpResponse cookie(String name, String value, String... attributes) {
        if (!Syntax.isToken(name) || !value.matches("[!#-+\\--:<-\\[\\]-~]*")) {
            throw new IllegalArgumentException("a cookie's name or value: " + name);
        }
        var line = new StringBuilder(name).append('=').append(value);
        for (String attribute : attributes) {
            if (attribute.indexOf(';') >= 0) throw new IllegalArgumentException(attribute);
            line.append("; ").append(attribute);
        }
        headers().add("Set-Cookie", line.toString());
        return this;
    }

    /**
     * Adds text to the content, in UTF-8. Unless Content-Type is set, it becomes {@code
     * text/plain}.
     */
    public void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
        isText = true;
    }

    /** Adds bytes to the content. Don't change the array until they are flushed. */
    public void write(byte[] bytes) {
        checkNotFinished();
        if (content.length == 0 && joined == null) {
            content = bytes;
        } else {
            if (joined == null) joined = new Output().append(content);
            joined.append(bytes);
        }
    }

    /**
     * Sends what was written so far and waits until the kernel has taken it. Use it for an answer
     * that is too large for memory. The first flush sends the head, so status and headers can't
     * change after it.
     *
     * @throws IOException if the connection is broken or the client takes nothing for too long
     */
    public void flush() throws IOException {
        checkNotFinished();
        if (!headSent) sendHead(-1);
        sendContent();
        connection.out.flush();
    }

    /**
     * Runs the callback, on the loop, if the client ends its side before this answer is complete.
     * The client may have ended only its sending side and still be reading; there is no way to tell
     * before something is sent. A client that sends 8 KiB of further requests meanwhile is not
     * watched any longer. Counterpart: Tornado's {@code on_connection_close}.
     */
    public void onClose(Runnable callback) {
        checkNotFinished();
        connection.onClose(Objects.requireNonNull(callback));
    }

    /**
     * Answers with 101 (Switching Protocols): when the handler has returned and the head is sent,
     * the connection speaks another protocol. The request must have asked for it.
     *
     * @param protocol the value of the Upgrade field, for example {@code websocket}
     */
    public void upgrade(String protocol, Upgrade then) {
        header("Upgrade", protocol);
        upgrade = Objects.requireNonNull(then);
        status = 101;
    }

    /** Returns what the connection speaks after this answer; null if it goes on with HTTP. */
    Upgrade upgrade() {
        return upgrade;
    }

    /** Sends the rest. The connection calls it when the handler has returned. */
    void finish() throws IOException {
        if (!headSent) sendHead(pending());
        sendContent();
        finished = true;
        if (chunked && sendsContent()) connection.out.append(LAST_CHUNK);
        if (sendsContent() && declared >= 0 && contentSent < declared) {
            throw new IllegalStateException(
                    "wrote " + contentSent + " bytes of a Content-Length of " + declared);
        }
    }

    /** Returns whether the head is sent, so that the status can't change. */
    boolean isHeadSent() {
        return headSent;
    }

    private void checkNotFinished() {
        if (finished)
            throw new IllegalStateException("the handler has returned: too late to write");
    }

    private void checkHeadNotSent() {
        if (headSent) throw new IllegalStateException("the head of the answer is sent already");
    }

    private int pending() {
        return joined == null ? content.length : joined.size();
    }

    private boolean sendsContent() {
        return !toHead && !Status.hasNoContent(status);
    }

    /**
     * @param length of the whole content; -1 if more may follow
     */
    private void sendHead(long length) {
        String contentLength = headers.get("Content-Length");
        if (contentLength != null) {
            declared = Syntax.number(contentLength);
            if (declared == Long.MAX_VALUE || headers.getAll("Content-Length").size() > 1) {
                throw new IllegalArgumentException("Content-Length: " + contentLength);
            }
            boolean exact = length < 0 ? pending() <= declared : length == declared;
            if (sendsContent() && !exact) {
                throw new IllegalStateException(
                        "wrote " + pending() + " bytes of a Content-Length of " + contentLength);
            }
        }
        if (headers.get("Transfer-Encoding") != null) {
            throw new IllegalArgumentException("a handler does not choose the transfer coding");
        }
        headSent = true;
        Output out = connection.out;
        if (status == 200) out.append(OK_LINE);
        else out.append("HTTP/1.1 " + status + " " + Status.reason(status) + "\r\n");
        out.append(connection.server.dateLine.bytes());
        headers.forEach((name, value) -> field(out, name, value));
        if (isText && headers.get("Content-Type") == null) out.append(TEXT_LINE);
        if (contentLength == null && !Status.hasNoContent(status)) {
            if (length >= 0) out.append(LENGTH).appendDecimal(length).append(CRLF);
            else if (toHttp10) connection.endAfterAnswer();
            else chunked = true;
            if (chunked) field(out, "Transfer-Encoding", "chunked");
        }
        if (upgrade != null) field(out, "Connection", "Upgrade");
        else persistence(out);
        out.append(CRLF);
    }

    /** Says whether the connection stays open (RFC 9112, section 9.3). */
    private void persistence(Output out) {
        boolean close = headers.get("Connection") != null;
        if (close) connection.endAfterAnswer();
        if (!close && !connection.keepsAlive()) field(out, "Connection", "close");
        if (connection.keepsAlive() && toHttp10) field(out, "Connection", "keep-alive");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void field(Output out, String name, String value) {
        out.append(name).append(": ").append(value).append(CRLF);
    }

    private void sendContent() throws IOException {
        int length = pending();
        byte[] bytes = joined == null ? content : joined.toByteArray();
        content = NOTHING;
        joined = null;
        if (length == 0 || !sendsContent()) return;
        contentSent += length;
        if (declared >= 0 && contentSent > declared) {
            throw new IllegalStateException("wrote more than a Content-Length of " + declared);
        }
        if (chunked) connection.out.append(Integer.toHexString(length)).append(CRLF);
        connection.out.send(bytes);
        if (chunked) connection.out.append(CRLF);
    }
}
