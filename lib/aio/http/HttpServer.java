//SOURCES ../EventLoop.java ../Future.java ../SleepEvent.java ../Task.java ../Acceptor.java
//SOURCES HttpConnection.java HttpHandler.java Limits.java Workers.java
package aio.http;

import static aio.EventLoop.await;

import module java.base;

import aio.Acceptor;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;

/**
 * Accepts connections, and serves HTTP/1.1 and 1.0 on each (RFC 9110, RFC 9112). Unless it says
 * otherwise, a method is called on the loop that serves. Counterpart: Tornado's {@code HTTPServer}.
 */
public final class HttpServer {
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final long LONGEST_TICK = 500_000_000;

    /** RFC 9110, section 5.6.7; the JDK's own formatter writes days of one digit. */
    private static final DateTimeFormatter DATE_LINE =
            DateTimeFormatter.ofPattern("'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.US);

    final HttpHandler handler;
    final Limits limits;
    final Workers workers = new Workers();

    private final Set<HttpConnection> connections = new HashSet<>();

    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private ServerSocketChannel listener;
    private Acceptor acceptor;

    /** Completed when no more connections may be accepted for now. */
    private Future<Void> full;

    private volatile long accepted;
    private boolean stopping;

    /** Completed when a connection ends; null when nobody waits for that. */
    private Future<Void> end;

    /** A clock that costs nothing to read: moved on at every tick. */
    private long now = System.nanoTime();

    private byte[] dateLine;

    /** A server with {@link Limits#DEFAULT}. */
    public HttpServer(HttpHandler handler) {
        this(handler, Limits.DEFAULT);
    }

    /** A server that does not listen yet. */
    public HttpServer(HttpHandler handler, Limits limits) {
        this.handler = Objects.requireNonNull(handler);
        this.limits = limits;
        tick();
    }

    /**
     * Serves in the calling thread, on a loop of its own, until the thread is interrupted; then it
     * stops, see {@link #stop}. For scripts.
     *
     * @param listener bound and in non-blocking mode
     * @param grace how long requests that have begun may take to end
     * @throws Exception what ends the server before that
     */
    public void run(ServerSocketChannel listener, Duration grace) throws Exception {
        try (var loop = new EventLoop()) {
            var task = loop.createTask("http server", () -> serve(listener));
            task.addDoneCallback(_ -> loop.stop());
            var runner = Thread.ofVirtual().name("http server").start(loop::runForever);
            try {
                runner.join();
            } catch (InterruptedException e) {
                loop.callSoonThreadsafe(() -> loop.createTask("stop", () -> stop(grace)));
                runner.join();
            }
            task.result();
        }
    }

    /**
     * Accepts connections until {@link #stop}, or until its task is cancelled; returns when the
     * last of them has ended.
     *
     * @param listener bound and in non-blocking mode; it is closed at the end
     */
    public void serve(ServerSocketChannel listener) throws Exception {
        this.listener = listener;
        acceptor =
                new Acceptor(
                        listener, line -> EventLoop.current().callExceptionHandler(line, null));
        EventLoop loop = EventLoop.current();
        Task<Void> clock = loop.createTask("http clock", this::watchTime);
        try (listener) {
            while (!stopping) {
                while (connections.size() >= limits.connections()) awaitEnd();
                await(new SleepEvent(Duration.ofMillis(acceptor.pauseMillis())));
                loop.addReader(listener, this::accept);
                await(full = new Future<>());
            }
        } catch (ClosedChannelException e) {
            if (!stopping) throw e;
        } finally {
            while (stopping && !connections.isEmpty()) awaitEnd();
            clock.cancel();
        }
    }

    /** Called by the loop when a client would connect; a coroutine for it would cost a switch. */
    private void accept() {
        SocketChannel channel = acceptor.accept();
        if (channel != null) begin(channel);
        if (acceptor.pauseMillis() == 0
                && connections.size() < limits.connections()
                && listener.isOpen()) return;
        EventLoop.current().removeReader(listener);
        if (!full.isDone()) full.setResult(null); // else serve was cancelled
    }

    private void begin(SocketChannel channel) {
        accepted++;
        var connection = new HttpConnection(this, channel);
        connections.add(connection);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.startReading();
        } catch (IOException e) {
            connection.close(); // on some systems a client that has left already makes this fail
        }
    }

    /**
     * Accepts no more, closes the connections on which no request has begun, and lets the others
     * finish theirs; after {@code grace} closes them. Returns when all are closed.
     */
    public void stop(Duration grace) throws Exception {
        stopping = true;
        if (listener != null) listener.close();
        List.copyOf(connections).forEach(HttpConnection::closeIfIdle);
        EventLoop loop = EventLoop.current();
        var late =
                loop.callLater(
                        grace, () -> List.copyOf(connections).forEach(HttpConnection::close));
        while (!connections.isEmpty()) awaitEnd();
        late.cancel();
    }

    /** Returns how many connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Returns how many connections were accepted so far; any thread may ask. */
    public long accepted() {
        return accepted;
    }

    private void awaitEnd() throws Exception {
        if (end == null) end = new Future<>();
        await(end);
    }

    private void watchTime() throws IOException {
        long shortest = limits.times().shortest().toNanos();
        var pause = new SleepEvent(Duration.ofNanos(Math.min(shortest / 8, LONGEST_TICK)));
        while (true) {
            tick();
            List.copyOf(connections).forEach(HttpConnection::checkTime);
            await(pause);
        }
    }

    private void tick() {
        now = System.nanoTime();
        dateLine =
                DATE_LINE
                        .format(ZonedDateTime.now(ZoneOffset.UTC))
                        .getBytes(StandardCharsets.US_ASCII);
    }

    // ---- For the connections

    /** Takes what has come: null if nothing has, an empty array at the end. */
    byte[] read(SocketChannel channel) throws IOException {
        int count = channel.read(readBuffer.clear());
        if (count == 0) return null;
        byte[] bytes = new byte[Math.max(count, 0)];
        readBuffer.flip().get(bytes);
        return bytes;
    }

    ByteBuffer sendBuffer() {
        return sendBuffer.clear();
    }

    long now() {
        return now;
    }

    long deadline(Duration time) {
        return now + time.toNanos();
    }

    byte[] dateLine() {
        return dateLine;
    }

    boolean isStopping() {
        return stopping;
    }

    void ended(HttpConnection connection) {
        if (connections.remove(connection) && end != null) {
            end.setResult(null);
            end = null;
        }
    }

    void log(HttpRequest request, Throwable failure) {
        EventLoop.current().callExceptionHandler(request + " failed", failure);
    }
}
