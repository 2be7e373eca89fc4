//SOURCES ../CancelledError.java ../EventLoop.java ../ReadEvent.java ../SleepEvent.java
//SOURCES ../Task.java ../TimerHandle.java ChannelOutput.java ClientWatch.java Countdown.java
//SOURCES HttpResponse.java HttpServer.java RequestParser.java
package aio.http;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.CancelledError;
import aio.EventLoop;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.Task;
import aio.TimerHandle;

/**
 * One client's connection: a coroutine that reads a request, calls the handler, sends the answer,
 * and starts over.
 *
 * <pre>
 *            first byte           head complete          whole
 *  idle ------------------> head -----------------> body ---------> handler
 *   ^   | late               | late: 408             | late: 408       |
 *   |   +--> close           +--> linger, close      +--> linger, close|
 *   +------------------------- answer written -------------------------+
 * </pre>
 *
 * While a request is handled nothing is read, so TCP slows down a client that sends without
 * reading. The answers to pipelined requests are sent together.
 */
final class HttpConnection {
    /**
     * How many bytes of a refused client are read and dropped, so that it gets to see the answer.
     */
    private static final int LINGER_BYTES = 256 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);

    /** How long a stopping server waits for a request that an idle client has already sent. */
    private static final Duration LAST_LOOK = Duration.ofMillis(50);

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    final HttpServer server;
    final ChannelOutput out;

    private final SocketChannel channel;
    private final ReadEvent input;
    private final Limits.Times times;
    private final RequestParser parser;
    private final Task<?> task;

    private boolean keepAlive = true;

    private boolean lingers;

    /** The time that the client has left to send a request; null while there is one. */
    private Countdown idle;

    private TimerHandle idleTimer;

    /** True while the coroutine waits for the first bytes of a request. */
    private boolean waits;

    /** How many answers to pipelined requests are in {@link #out}. */
    private int heldBack;

    /** How many bytes of content the server counts for this connection. */
    private int heldContent;

    /** What is spoken after HTTP; null until a handler has switched protocols. */
    private Upgrade upgrade;

    /** Null unless the current handler wants to know whether its client leaves. */
    private ClientWatch watch;

    /** Starts to serve a channel in non-blocking mode. */
    HttpConnection(HttpServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
        input = new ReadEvent(channel);
        times = server.limits.times();
        out = new ChannelOutput(channel, times.write());
        parser = new RequestParser(server.limits.sizes());
        idle = new Countdown(times.idle());
        idleTimer = EventLoop.current().callLater(times.idle(), this::checkIdle);
        task = EventLoop.current().createTask("http connection", this::serve);
    }

    private void serve() throws Exception {
        try (channel) {
            serveRequests();
            out.flush();
            if (upgrade != null) {
                idleTimer.cancel();
                out.sendAtOnce();
                if (server.isStopping()) upgrade.stop(); // it may have begun before there was one
                upgrade.run(channel, parser.takeRest());
                return;
            }
            // Closing a socket with unread input resets the connection, and the client may never
            // see the answer (RFC 9112, section 9.6). Even one that has asked for the end may send
            // an empty line more.
            if (lingers || !parser.isBetweenMessages() || hasInput()) linger();
        } catch (IOException | TimeoutException e) {
            // The client is gone or takes nothing, so there is nobody to tell.
            if (upgrade != null && e instanceof TimeoutException) throw e;
        } finally {
            end();
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

    /** Reads until a request is complete; an EOFException if the client ends its side before. */
    private HttpRequest receive() throws IOException, HttpException {
        out.flush();
        heldBack = 0;
        HttpRequest request = parser.isBetweenMessages() ? feed(awaitFirst()) : null;
        if (request != null) return request;
        try {
            var head = new Countdown(times.header());
            while (request == null && !parser.isInContent()) request = feed(awaitMore(head));
            var body = new Countdown(times.body());
            while (request == null) request = feed(awaitMore(body));
            return request;
        } catch (TimeoutException e) {
            throw new HttpException(408, "the request took too long");
        }
    }

    /** Waits for a request's first bytes, until {@link #checkIdle} cancels the wait. */
    private byte[] awaitFirst() throws IOException {
        idle = new Countdown(times.idle());
        waits = !server.isStopping();
        try {
            if (waits) return await(input);
        } catch (CancelledError e) {
            if (!server.isStopping() || !channel.isOpen()) throw e;
        } finally {
            waits = false;
            idle = null;
        }
        return whatIsThere();
    }

    /** While the server stops: reads a request that has arrived, and does not wait for another. */
    private byte[] whatIsThere() throws IOException {
        try {
            return waitFor(input, LAST_LOOK);
        } catch (TimeoutException e) {
            return new byte[0];
        }
    }

    private byte[] awaitMore(Countdown time) throws IOException, TimeoutException {
        if (parser.takeExpectsContinue()) out.append(CONTINUE);
        out.flush();
        return waitFor(input, time.check());
    }

    /** Feeds the parser, and returns the request if it is now complete. */
    private HttpRequest feed(byte[] bytes) throws IOException, HttpException {
        if (bytes.length == 0) throw new EOFException("the client has ended its side");
        parser.feed(bytes);
        HttpRequest request = parser.poll();
        if (!holdContent(parser.contentSize())) throw tooMuchContent();
        return request;
    }

    /** Sets how many bytes of content this connection holds; returns whether they are allowed. */
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
        int cancelling = task.cancelling();
        out.flushIfSuspended();
        var response = new HttpResponse(this, request);
        try {
            server.handler.handle(request, response);
            response.finish();
            upgrade = response.upgrade();
            if (upgrade != null) keepAlive = false;
        } catch (HttpException e) {
            fail(request, response, e, e);
        } catch (CancelledError e) {
            if (task.cancelling() > cancelling || (watch != null && watch.sawEnd())) throw e;
            fail(request, response, internalError(), e); // something that it awaited was cancelled
        } catch (Throwable t) {
            fail(request, response, internalError(), t);
        } finally {
            holdContent(0);
            if (watch != null) parser.feed(watch.stop());
            watch = null;
        }
        if (out.size() >= ChannelOutput.MAX_BYTES) out.flush();
        if (++heldBack < server.limits.pipelined()) return;
        out.flush();
        heldBack = 0;
        await(new SleepEvent(Duration.ZERO)); // let other connections run
    }

    private void fail(HttpRequest request, HttpResponse response, HttpException answer, Throwable t)
            throws IOException {
        // The handler failed because its client is gone.
        if (out.failure() != null) throw out.failure();
        boolean late = response.isHeadSent();
        if (late || t != answer) EventLoop.current().callExceptionHandler(request + " failed", t);
        if (late) {
            // It is too late for another status, so the client gets an answer that is cut off.
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

    private boolean hasInput() throws IOException {
        return channel.read(ByteBuffer.allocate(1)) > 0;
    }

    /** Ends our side, then reads until the client ends its own. */
    private void linger() throws IOException, TimeoutException {
        channel.shutdownOutput();
        var patience = new Countdown(LINGER_TIME);
        for (int skipped = 0, count = 1; count > 0 && skipped < LINGER_BYTES; skipped += count) {
            count = waitFor(input, patience.check()).length;
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

    void onClose(Runnable callback) {
        if (watch == null) watch = new ClientWatch(channel);
        watch.onClose(callback);
    }

    // ---- For the server

    /**
     * Ends the connection, or its other protocol, unless a request has started, or has arrived and
     * is not read yet.
     */
    void endIfIdle() {
        if (waits) task.cancel();
        if (upgrade != null) upgrade.stop();
    }

    /**
     * Ends the connection if it has been idle for too long; otherwise sets the timer for when that
     * may be. So one timer serves many requests.
     */
    private void checkIdle() {
        Duration left = idle == null ? times.idle() : idle.left();
        if (left.isPositive()) idleTimer = EventLoop.current().callLater(left, this::checkIdle);
        else cancel();
    }

    /** Closes the connection at once and cancels the coroutine. */
    void cancel() {
        keepAlive = false;
        task.cancel();
        EventLoop.current().closeChannel(channel);
        end();
    }

    private void end() {
        idleTimer.cancel();
        holdContent(0);
        server.ended(this);
    }
}
