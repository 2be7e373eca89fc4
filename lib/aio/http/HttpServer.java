//SOURCES ../AcceptEvent.java ../CancelledError.java ../Event.java ../EventLoop.java ../Task.java
//SOURCES DateLine.java HttpConnection.java HttpHandler.java Limits.java
package aio.http;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.AcceptEvent;
import aio.CancelledError;
import aio.Event;
import aio.EventLoop;
import aio.Task;

/**
 * Accepts connections and serves HTTP/1.1 and 1.0 on each (RFC 9110, RFC 9112), with one coroutine
 * for each connection. Unless a method says otherwise, call it on the loop that serves.
 * Counterpart: Tornado's {@code HTTPServer}.
 */
public final class HttpServer {
    final HttpHandler handler;
    final Limits limits;
    final DateLine dateLine = new DateLine();

    private final Set<HttpConnection> connections = new HashSet<>();

    /** The tasks that wait for connections to end. */
    private final Set<Task<?>> waiters = new HashSet<>();

    /** The task that accepts connections; null before it starts and after it has ended. */
    private Task<?> acceptor;

    private volatile long accepted;

    /** True if no connection is accepted any more, and each ends after its current request. */
    private boolean stopping;

    /** How many bytes of request content all connections hold together. */
    private long contentBytes;

    /** Makes a server with {@link Limits#DEFAULT}; it does not listen yet. */
    public HttpServer(HttpHandler handler) {
        this(handler, Limits.DEFAULT);
    }

    /** Makes a server with other limits; it does not listen yet. */
    public HttpServer(HttpHandler handler, Limits limits) {
        this.handler = Objects.requireNonNull(handler);
        this.limits = Objects.requireNonNull(limits);
    }

    /**
     * Serves on a new loop until the calling thread is interrupted; then it stops, see {@link
     * #stop}, and returns. For scripts.
     *
     * @param listener a bound channel in non-blocking mode
     * @param grace how long requests in flight may take to finish
     * @throws Exception if the server fails before that
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
     * Accepts connections until {@link #stop}, and returns when the last connection has ended. If
     * its task is cancelled, it accepts no more and closes idle connections, as {@code stop} does,
     * but does not wait for the others.
     *
     * @param listener a bound channel in non-blocking mode; it is closed at the end
     */
    public void serve(ServerSocketChannel listener) throws IOException {
        var connection = new AcceptEvent(listener);
        acceptor = Task.current();
        try (listener) {
            while (!stopping) {
                begin(await(connection));
                if (connections.size() >= limits.connections()) {
                    await(new AtMost(limits.connections() - 1));
                }
            }
        } catch (CancelledError e) {
            if (!stopping) throw e;
        } finally {
            acceptor = null;
            beginStop();
        }
        await(new AtMost(0));
    }

    /**
     * Serves a connection that somebody else has accepted, and returns at once. The connection is
     * closed without an answer if the server stops, or has as many as {@link Limits#connections}
     * allows.
     *
     * @param channel a connection, in non-blocking mode
     */
    public void serve(SocketChannel channel) {
        if (stopping || connections.size() >= limits.connections()) {
            EventLoop.current().closeChannel(channel);
        } else {
            begin(channel);
        }
    }

    private void begin(SocketChannel channel) {
        accepted++;
        connections.add(new HttpConnection(this, channel));
    }

    /**
     * Stops accepting, closes the connections on which no request has started, and lets the others
     * finish their request. Returns when all are closed.
     *
     * @param grace how long requests in flight may take to finish; then their tasks are cancelled
     */
    public void stop(Duration grace) throws IOException {
        beginStop();
        if (acceptor != null) acceptor.cancel();
        try {
            waitFor(new AtMost(0), grace);
        } catch (TimeoutException e) {
            List.copyOf(connections).forEach(HttpConnection::cancel);
        }
    }

    private void beginStop() {
        stopping = true;
        List.copyOf(connections).forEach(HttpConnection::endIfIdle);
    }

    /** Returns how many connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Returns how many connections were accepted so far. Any thread may call this. */
    public long accepted() {
        return accepted;
    }

    /** Waits until at most {@code count} connections are open. */
    private final class AtMost extends Event<Boolean> {
        private final int count;

        AtMost(int count) {
            this.count = count;
        }

        @Override
        protected Boolean poll() {
            return connections.size() <= count ? true : null;
        }

        @Override
        protected void register(EventLoop loop, Task<?> task) {
            waiters.add(task);
        }

        @Override
        protected void unregister(EventLoop loop, Task<?> task) {
            waiters.remove(task);
        }
    }

    // ---- For the connections

    boolean isStopping() {
        return stopping;
    }

    void ended(HttpConnection connection) {
        if (connections.remove(connection)) waiters.forEach(Task::wake);
    }

    /**
     * Adds to the bytes of content that the connections hold; returns whether the sum is within the
     * limit.
     */
    boolean holdContent(int difference) {
        contentBytes += difference;
        return contentBytes <= limits.allContents();
    }
}
