//SOURCES ../WriteEvent.java HttpResponse.java HttpServer.java Output.java RequestParser.java
package aio.http;

import static aio.EventLoop.await;

import module java.base;

import aio.CancelledError;
import aio.EventLoop;
import aio.WriteEvent;

/**
 * One client's connection. While it waits for its client it holds no coroutine; when something has
 * come, one of the server's serves it as far as that goes.
 *
 * <pre>
 *            first byte           head complete          whole
 *  WAITING -------------> HEAD -----------------> BODY ---------> HANDLING
 *   ^   |idle: close       | late: 408, close      | late: 408      |
 *   |   +--> end           +--> end                +--> end         |
 *   +------------------------- answer written ----------------------+
 * </pre>
 *
 * While a request is handled nothing is read, so a client that sends without reading is slowed down
 * by TCP. Answers to pipelined requests leave together.
 */
final class HttpConnection {
    /** How much is collected before it is sent. */
    private static final int SEND_BYTES = 32 * 1024;

    /**
     * How much of what a refused client still sends is thrown away, so that it reads the answer.
     */
    private static final int LINGER_BYTES = 256 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum Phase {
        WAITING,
        HEAD,
        BODY,
        HANDLING,
        CLOSING
    }

    final HttpServer server;
    final Output out = new Output();

    private final SocketChannel channel;
    private final RequestParser parser;
    private boolean keepAlive = true;
    private boolean lingers;
    private int skipped;
    private int heldBack;

    /** It waits for a coroutine. */
    private boolean queued;

    /** A coroutine is at work on it. */
    private boolean served;

    /** The loop tells when there is input. */
    private boolean reading;

    /** Wants to know when the client has ended its side. */
    private Runnable onClose;

    /** Why nothing can be sent any more. */
    private IOException broken;

    // For the server's look at the clock.
    private Phase phase = Phase.WAITING;
    private long deadline;
    private ByteBuffer sending;
    private int sentTo;
    private long sentAt;

    /** Will flush what pipelined answers hold back, should a handler suspend. */
    private boolean flushScheduled;

    HttpConnection(HttpServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
        this.parser = new RequestParser(server.limits.sizes());
        deadline = server.deadline(server.limits.times().idle());
    }

    /** Called by the loop when there is input. */
    void readable() {
        if (served) {
            if (onClose != null) lookForEnd();
            else stopReading();
        } else if (!queued) {
            queued = true;
            server.workers.execute(this::serve);
        }
    }

    /** While a handler waits that wants to know whether its client is still there. */
    private void lookForEnd() {
        try {
            byte[] bytes = server.read(channel);
            if (bytes == null) return;
            stopReading();
            if (bytes.length > 0) {
                parser.feed(bytes); // the next request: it shows that there is a client
                return;
            }
        } catch (IOException e) {
            stopReading();
        }
        keepAlive = false;
        Runnable callback = onClose;
        onClose = null;
        callback.run();
    }

    private void stopReading() {
        EventLoop.current().removeReader(channel);
        reading = false;
    }

    /** Serves what has come; in a coroutine. */
    private void serve() {
        queued = false;
        served = true;
        boolean goesOn = false;
        try {
            goesOn = phase == Phase.CLOSING ? skip() : serveRequests();
            if (goesOn && !reading) startReading();
        } catch (IOException e) {
            goesOn = false; // the client has gone: nothing is left to do for it
        } finally {
            served = false;
            if (!goesOn) close();
        }
    }

    /** Has the server told when something comes. */
    void startReading() throws IOException {
        EventLoop.current().addReader(channel, this::readable);
        reading = true;
    }

    /** Returns whether the connection goes on. */
    private boolean serveRequests() throws IOException {
        byte[] bytes = server.read(channel);
        if (bytes == null) return true;
        if (bytes.length == 0) return false; // the end; a request that is not whole gets no answer
        parser.feed(bytes);
        try {
            HttpRequest request;
            while (keepAlive && (request = parser.poll()) != null) respond(request);
            if (keepAlive && parser.takeExpectsContinue()) out.append(CONTINUE);
        } catch (HttpException e) {
            refuse(e);
        }
        flush();
        if (!keepAlive && !parser.isBetweenMessages()) lingers = true; // there is unread input
        if (lingers) linger();
        else if (parser.isInContent()) enter(Phase.BODY, server.limits.times().body());
        else if (!parser.isBetweenMessages()) enter(Phase.HEAD, server.limits.times().header());
        else enter(Phase.WAITING, server.limits.times().idle());
        return lingers || (keepAlive && !(phase == Phase.WAITING && server.isStopping()));
    }

    private void enter(Phase next, Duration time) {
        if (phase == next) return;
        phase = next;
        deadline = server.deadline(time);
    }

    private void respond(HttpRequest request) throws IOException {
        phase = Phase.HANDLING;
        onClose = null;
        keepAlive = request.keepsAlive() && !server.isStopping();
        if (out.size() > 0) flushIfSuspended();
        var response = new HttpResponse(this, request);
        try {
            server.handler.handle(request, response);
            response.finish();
        } catch (HttpException e) {
            fail(request, response, e, e);
        } catch (CancelledError | VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            fail(request, response, new HttpException(500, Status.reason(500)), t);
        }
        if (++heldBack >= server.limits.pipelined() || out.size() >= SEND_BYTES) flush();
    }

    private void fail(HttpRequest request, HttpResponse response, HttpException answer, Throwable t)
            throws IOException {
        if (broken != null) throw broken; // what the handler saw is that its client has gone
        if (t != answer) server.log(request, t);
        if (response.isHeadSent()) {
            if (t == answer) server.log(request, t);
            // It is too late for another status: the client sees an answer that is cut off.
            flush();
            throw new EOFException("an answer that could not be finished");
        }
        answer(new HttpResponse(this, request), answer);
    }

    /** Answers what the parser refused, and ends the connection. */
    private void refuse(HttpException e) throws IOException {
        phase = Phase.HANDLING;
        endAfterAnswer();
        answer(new HttpResponse(this, null), e);
        flush();
    }

    private static void answer(HttpResponse response, HttpException e) throws IOException {
        response.status(e.status());
        e.headers().forEach(response.headers()::add);
        response.write(e.getMessage() + "\n");
        response.finish();
    }

    /**
     * A socket that is closed with input unread resets the connection, and the client may never see
     * the answer. So: end our side, and read until the client has ended its own.
     */
    private void linger() throws IOException {
        enter(Phase.CLOSING, LINGER_TIME);
        channel.shutdownOutput();
    }

    private boolean skip() throws IOException {
        byte[] bytes = server.read(channel);
        if (bytes == null) return true;
        skipped += bytes.length;
        return bytes.length > 0 && skipped < LINGER_BYTES;
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
        onClose = callback;
    }

    /** Sends the bytes after what waits in {@link #out}, or adds them to it. */
    void send(byte[] bytes) throws IOException {
        if (bytes.length < SEND_BYTES) {
            out.append(bytes);
        } else {
            flush();
            write(ByteBuffer.wrap(bytes));
        }
    }

    /** Sends what waits in {@link #out}. */
    void flush() throws IOException {
        heldBack = 0;
        if (out.size() == 0) return;
        ByteBuffer direct = server.sendBuffer();
        if (out.size() <= direct.remaining()) {
            // Nearly always the channel takes it all; the buffer is everybody's, so only at once.
            try {
                out.moveTo(direct);
                channel.write(direct.flip());
            } catch (IOException e) {
                broken = e;
                throw e;
            }
            if (!direct.hasRemaining()) return;
            write(ByteBuffer.allocate(direct.remaining()).put(direct).flip());
        } else {
            write(out.toBuffer());
            out.clear();
        }
    }

    private void write(ByteBuffer buffer) throws IOException {
        sending = buffer;
        sentAt = server.now();
        sentTo = buffer.position();
        try {
            await(new WriteEvent(channel, buffer));
        } catch (IOException e) {
            broken = e;
            throw e;
        } finally {
            sending = null;
        }
    }

    /** Should the handler suspend, the answers before its own need not wait for it. */
    private void flushIfSuspended() {
        if (flushScheduled) return;
        flushScheduled = true;
        EventLoop.current()
                .callSoon(() -> {
                    flushScheduled = false;
                    if (phase != Phase.HANDLING || sending != null || out.size() == 0) return;
                    try {
                        ByteBuffer buffer = out.toBuffer();
                        channel.write(buffer);
                        out.drop(buffer.position());
                    } catch (IOException e) {
                        // The connection's own write will meet it.
                    }
                });
    }

    // ---- For the server

    /** Ends the connection if it is late; called every now and then. */
    void checkTime() {
        if (sending != null && sending.position() != sentTo) {
            sentTo = sending.position();
            sentAt = server.now();
        }
        boolean late =
                sending != null
                        ? server.now() - sentAt > server.limits.times().write().toNanos()
                        : phase != Phase.HANDLING && server.now() - deadline > 0;
        if (!late) return;
        if (phase == Phase.HEAD || phase == Phase.BODY) sayTimeout();
        close();
    }

    private void sayTimeout() {
        try {
            keepAlive = false;
            answer(
                    new HttpResponse(this, null),
                    new HttpException(408, "the request took too long"));
            channel.write(out.toBuffer());
            channel.shutdownOutput();
        } catch (IOException e) {
            // Then it does not hear why.
        }
    }

    /** Ends the connection if no request has begun on it. */
    void closeIfIdle() {
        if (parser.isBetweenMessages() && !served && !queued) close();
    }

    /** Ends the connection; a coroutine that writes to it fails. */
    void close() {
        if (reading) stopReading();
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
        server.ended(this);
    }
}
