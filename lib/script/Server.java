//SOURCES Sockets.java
package script;

import module java.base;

/**
 * A running server: a listening channel and the thread that serves it, with one way to stop it that
 * works alike in a script, in JShell and in a notebook. Compare {@code asyncio.Server}.
 *
 * <p>Any thread may call any method.
 */
public final class Server implements AutoCloseable {
    /** What a server does with its listening channel until its thread is interrupted. */
    @FunctionalInterface
    public interface Body {
        /**
         * Serves a non-blocking channel, which is closed when this returns; an exception ends the
         * server with an error.
         */
        void serve(ServerSocketChannel listener) throws Exception;
    }

    private final String host;
    private final ServerSocketChannel listener;
    private final int port;
    private final Supplier<String> summary;
    private final Thread thread;
    private volatile Throwable failure;
    private boolean closed;

    private Server(String host, ServerSocketChannel listener, Body body, Supplier<String> summary)
            throws IOException {
        this.host = host;
        this.listener = listener;
        this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        this.summary = summary;
        this.thread = Thread.ofPlatform().name("server").daemon().unstarted(() -> run(body));
    }

    /**
     * Prints {@code server started on HOST:PORT} and serves on a thread of its own.
     *
     * @param host the host as the user named it, for the start line
     * @param listener a bound channel; the server closes it
     * @param body what to do with it; interrupting its thread must end it
     * @param summary asked once after the body has ended: what the server did, for its last line
     * @throws IOException if the channel is not open
     */
    public static Server start(
            String host, ServerSocketChannel listener, Body body, Supplier<String> summary)
            throws IOException {
        var server = new Server(host, listener, body, summary);
        IO.println("server started on " + Sockets.name(host, server.port));
        server.thread.start();
        return server;
    }

    private void run(Body body) {
        try (listener) {
            body.serve(listener);
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** Returns the host as it was given. */
    public String host() {
        return host;
    }

    /** Returns the port, also after the server has stopped. */
    public int port() {
        return port;
    }

    /**
     * Waits until the server is closed or fails; a failure is the cause of an {@code
     * IllegalStateException}. An interrupt ends the wait, and the server goes on.
     */
    public void join() throws InterruptedException {
        thread.join();
        if (failure != null) throw new IllegalStateException("the server failed", failure);
    }

    /**
     * Stops the server: interrupts its thread, waits until that has closed its sockets, and prints
     * {@code server stopped} with what it did. When this returns the port is free. A second call
     * does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        IO.println("server stopped: " + summary.get());
        if (interrupted) Thread.currentThread().interrupt();
    }
}
