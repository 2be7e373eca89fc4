//SOURCES ../CancelledError.java ../EventLoop.java ../ReadEvent.java ../SleepEvent.java
// ../Task.java
//SOURCES ChannelOutput.java Countdown.java HttpResponse.java HttpServer.java RequestParser.java
package aio.http;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.CancelledError;
import aio.EventLoop;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.Task;

/**
 * One client's connection: a coroutine that reads a request, has it handled, sends the answer, and
 * does it again.
 *
 * <pre>
 *            first byte           head complete          whole
 *  idle ------------------> head -----------------> body ---------> handler
 *   ^   |in time: none       | late: 408             | late: 408       |
 *   |   +--> close           +--> linger, close      +--> linger ...   |
 *   +------------------------- answer written -------------------------+
 * </pre>
 *
 * While a request is handled nothing is read, so a client that sends without reading is slowed down
 * by TCP. Answers to pipelined requests leave together.
 */
final class HttpConnection {
    /** How much is read while a handler runs that wants to know when its client leaves. */
    private static final int AHEAD_BYTES = 64 * 1024;

    /**
     * How much of what a refused client still sends is thrown away, so that it reads the answer.
     */
    private static final int LINGER_BYTES = 256 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    final HttpServer server;
    final ChannelOutput out;

    private final SocketChannel channel;
    private final Limits.Times times;
    private final RequestParser parser;
    private final Task<?> task;

    private boolean keepAlive = true;
    private boolean lingers;

    /** No request has begun since the last answer. */
    private boolean idle = true;

    private boolean cancelled;

    /** The client has ended its side while a handler ran. */
    private boolean left;

    /** How many answers to pipelined requests wait in {@link #out}. */
    private int heldBack;

    /** How many bytes of a request's content the server counts for this connection. */
    private int heldContent;

    /** What is to run when the client has ended its side; null if nothing is. */
    private Runnable onClose;

    /** What was read while a handler ran. */
    private Output ahead;

    /** The loop calls {@link #readAhead}. */
    private boolean readsAhead;

    /** Begins to serve a channel in non-blocking mode. */
    HttpConnection(HttpServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
        this.times = server.limits.times();
        this.out = new ChannelOutput(channel, times.write());
        this.parser = new RequestParser(server.limits.sizes());
        this.task = EventLoop.current().createTask("http connection", this::serve);
    }

    private void serve() {
        try (channel) {
            serveRequests();
            out.flush();
            // A socket that is closed with input unread resets the connection, and the client may
            // never see the answer.
            if (lingers || !parser.isBetweenMessages()) linger();
        } catch (IOException | TimeoutException e) {
            // The client has gone, is silent or takes nothing: nothing is left to do for it.
        } finally {
            holdContent(0);
            server.ended(this);
        }
    }

    private void serveRequests() throws IOException {
        try {
            while (keepAlive && !(server.isStopping() && parser.isBetweenMessages())) {
                HttpRequest request = parser.poll();
                if (request == null) request = receive();
                if (!holdContent(request.body().length)) throw tooMuchContent();
                respond(request);
            }
        } catch (HttpException e) {
            parser.discard();
            holdContent(0);
            endAfterAnswer();
            answer(new HttpResponse(this, null), e);
        }
    }

    /** Reads until a request is whole; EOFException if none will be. */
    private HttpRequest receive() throws IOException, HttpException {
        idle = parser.isBetweenMessages();
        try {
            HttpRequest request = idle ? read(times.idle()) : null;
            idle = false;
            if (request != null) return request;
            var head = new Countdown(times.header());
            while (request == null && !parser.isInContent()) request = read(head.left());
            var body = new Countdown(times.body());
            while (request == null) request = read(body.left());
            return request;
        } catch (TimeoutException e) {
            if (idle) throw new EOFException("the client is silent");
            throw new HttpException(408, "the request took too long");
        }
    }

    /** Reads once, and returns the request if it is whole then. */
    private HttpRequest read(Duration time) throws IOException, TimeoutException, HttpException {
        if (parser.takeExpectsContinue()) out.append(CONTINUE);
        out.flush();
        heldBack = 0;
        byte[] bytes = waitFor(new ReadEvent(channel), time);
        if (bytes.length == 0) throw new EOFException("the client has ended its side");
        parser.feed(bytes);
        HttpRequest request = parser.poll();
        if (!holdContent(parser.contentSize())) throw tooMuchContent();
        return request;
    }

    /** Has so many bytes counted, instead of what was; returns whether the server has room. */
    private boolean holdContent(int bytes) {
        int difference = bytes - heldContent;
        heldContent = bytes;
        return server.holdContent(difference) || bytes == 0;
    }

    private static HttpException tooMuchContent() {
        return new HttpException(503, "too many requests with content at once: try again later");
    }

    private void respond(HttpRequest request) throws IOException {
        keepAlive = request.keepsAlive() && !server.isStopping();
        out.flushIfSuspended();
        var response = new HttpResponse(this, request);
        try {
            server.handler.handle(request, response);
            response.finish();
        } catch (HttpException e) {
            fail(request, response, e, e);
        } catch (CancelledError e) {
            if (cancelled || left || server.isCancelled()) throw e;
            fail(request, response, internalError(), e); // what it awaited was cancelled
        } catch (Throwable t) {
            fail(request, response, internalError(), t);
        } finally {
            holdContent(0);
            if (onClose != null) endReadAhead();
        }
        if (out.size() >= ChannelOutput.MAX_BYTES) out.flush();
        if (++heldBack < server.limits.pipelined()) return;
        out.flush();
        heldBack = 0;
        await(new SleepEvent(Duration.ZERO)); // so that other connections get their turn
    }

    private void fail(HttpRequest request, HttpResponse response, HttpException answer, Throwable t)
            throws IOException {
        if (out.failure() != null)
            throw out.failure(); // what the handler saw is that its client has gone
        boolean late = response.isHeadSent();
        if (late || t != answer) EventLoop.current().callExceptionHandler(request + " failed", t);
        if (late) {
            // It is too late for another status: the client sees an answer that is cut off.
            out.flush();
            throw new EOFException("an answer that could not be finished");
        }
        answer(new HttpResponse(this, request), answer);
    }

    private static HttpException internalError() {
        return new HttpException(500, null);
    }

    private static void answer(HttpResponse response, HttpException e) throws IOException {
        response.status(e.status());
        e.headers().forEach(response.headers()::add);
        response.write(e.getMessage() + "\n");
        response.finish();
    }

    /** Ends our side, and reads until the client has ended its own. */
    private void linger() throws IOException, TimeoutException {
        channel.shutdownOutput();
        var patience = new Countdown(LINGER_TIME);
        for (int skipped = 0, count = 1; count > 0 && skipped < LINGER_BYTES; skipped += count) {
            count = waitFor(new ReadEvent(channel), patience.left()).length;
        }
    }

    // ---- For the response

    boolean keepsAlive() {
        return keepAlive;
    }

    void endAfterAnswer() {
        keepAlive = false;
        lingers = true;
    }

    /** Has the callback run when the client ends its side, until the handler returns. */
    void onClose(Runnable callback) {
        onClose = callback;
        if (ahead == null) ahead = new Output();
        try {
            if (!readsAhead) EventLoop.current().addReader(channel, this::readAhead);
            readsAhead = true;
        } catch (IOException e) {
            EventLoop.current().callSoon(callback); // the connection is closed
        }
    }

    /** Called by the loop when there is input, or the end of it, while a handler waits. */
    private void readAhead() {
        ByteBuffer buffer = ByteBuffer.allocate(AHEAD_BYTES - ahead.size());
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException e) {
            count = -1;
        }
        ahead.append(buffer.array(), 0, buffer.position());
        if (count >= 0 && buffer.hasRemaining()) return;
        stopReadAhead();
        if (count >= 0) return; // it asks for so much that there is a client
        keepAlive = false;
        left = true;
        onClose.run();
    }

    private void stopReadAhead() {
        if (readsAhead) EventLoop.current().removeReader(channel);
        readsAhead = false;
    }

    private void endReadAhead() {
        stopReadAhead();
        onClose = null;
        if (ahead.size() > 0) parser.feed(ahead.toByteArray());
        ahead = null;
    }

    // ---- For the server

    void cancelIfIdle() {
        if (idle) cancel();
    }

    /** Ends the connection at once, and the coroutine as soon as it lets itself be cancelled. */
    void cancel() {
        cancelled = true;
        task.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
        server.ended(this);
    }
}
