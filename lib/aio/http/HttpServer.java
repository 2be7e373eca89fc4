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
 * Accepts connections, and serves HTTP/1.1 and 1.0 on each (RFC 9110, RFC 9112), in a coroutine a
 * connection. Unless it says otherwise, a method is called on the loop that serves. Counterpart:
 * Tornado's {@code HTTPServer}.
 */
public final class HttpServer {
    final HttpHandler handler;
    final Limits limits;
    final DateLine dateLine = new DateLine();

    private final Set<HttpConnection> connections = new HashSet<>();

    /** The tasks that wait for connections to end. */
    private final Set<Task<?>> waiters = new HashSet<>();

    /** The task that accepts connections; null before and after. */
    private Task<?> acceptor;

    private volatile long accepted;

    /** No connection is accepted any more, and each ends with its present request. */
    private boolean stopping;

    /** How many bytes of requests' contents the connections hold. */
    private long contentBytes;

    /** Makes a server with {@link Limits#DEFAULT} that does not listen yet. */
    public HttpServer(HttpHandler handler) {
        this(handler, Limits.DEFAULT);
    }

    /** Makes a server that does not listen yet. */
    public HttpServer(HttpHandler handler, Limits limits) {
        this.handler = Objects.requireNonNull(handler);
        this.limits = Objects.requireNonNull(limits);
    }

    /**
     * Serves in the calling thread, on a loop of its own, until the thread is interrupted; then it
     * stops, see {@link #stop}. For scripts.
     *
     * @param listener bound and in non-blocking mode
     * @param grace how long requests in flight may take to finish
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
     * Accepts connections until {@link #stop}, and returns when the last of them has ended. If its
     * task is cancelled, it accepts no more and closes idle connections, as {@code stop} does, but
     * does not wait for the others.
     *
     * @param listener bound and in non-blocking mode; it is closed at the end
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

    private void begin(SocketChannel channel) {
        accepted++;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connections.add(new HttpConnection(this, channel));
        } catch (IOException e) {
            // On some systems a client that has left already makes this fail.
            EventLoop.current().closeChannel(channel);
        }
    }

    /**
     * Accepts no more, closes the connections on which no request has begun, and lets the others
     * finish theirs; after {@code grace} cancels their tasks. Returns when all are closed.
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

    /** Returns how many connections were accepted so far; any thread may ask. */
    public long accepted() {
        return accepted;
    }

    /** Waits until no more than so many connections are open. */
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

    /** Counts bytes of contents that a connection holds, or no longer; whether all are allowed. */
    boolean holdContent(int difference) {
        contentBytes += difference;
        return contentBytes <= limits.allContents();
    }
}
