//SOURCES Sockets.java
package script;

import module java.base;

/**
 * A running server: a thread that serves a listening socket. It stops in the same way in a script,
 * in JShell and in a notebook. Counterpart: {@code asyncio.Server}.
 *
 * <p>Any thread may call any method.
 */
public final class Server implements AutoCloseable {
    /** The code of a server, which runs until its thread is interrupted. */
    @FunctionalInterface
    public interface Body {
        /**
         * Serves a channel in non-blocking mode, which is closed when this returns. An exception
         * ends the server with an error.
         */
        void serve(ServerSocketChannel listener) throws Exception;
    }

    /** The code of a server that owns its sockets, and runs until its stop action ends it. */
    @FunctionalInterface
    public interface Loop {
        /** Serves until the server stops. An exception ends the server with an error. */
        void run() throws Exception;
    }

    private final String host;
    private final int port;
    private final Runnable stop;
    private final Supplier<String> summary;
    private final Thread thread;
    private volatile Throwable failure;
    private volatile boolean closed;

    private Server(String host, int port, Loop loop, Runnable stop, Supplier<String> summary) {
        this.host = host;
        this.port = port;
        this.stop = stop;
        this.summary = summary;
        this.thread = Thread.ofPlatform().name("server").daemon().unstarted(() -> run(loop));
    }

    /**
     * Prints {@code server started on HOST:PORT} and serves on a thread of its own.
     *
     * @param host the host as the user gave it, for the start line
     * @param listener a bound channel, which the server closes when it stops
     * @param body serves the channel; an interrupt of its thread must end it
     * @param summary returns what the server did, for its last line; called once, after the body
     * @throws IOException if the channel is not open
     */
    public static Server start(
            String host, ServerSocketChannel listener, Body body, Supplier<String> summary)
            throws IOException {
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        Loop loop =
                () -> {
                    try (listener) {
                        body.serve(listener);
                    }
                };
        return start(host, port, loop, () -> {}, summary);
    }

    /**
     * Does the same with a loop that an interrupt alone does not end: a blocking {@code
     * ServerSocket} and a call of the system ignore it.
     *
     * @param host the host as the user gave it, for the start line
     * @param port the port on which the loop's socket listens already
     * @param loop serves, and closes what it opened when it ends
     * @param stop makes the loop end; called once, on the thread that closes the server, which then
     *     also interrupts the loop's thread
     * @param summary returns what the server did, for its last line; called once, after the loop
     */
    public static Server start(
            String host, int port, Loop loop, Runnable stop, Supplier<String> summary) {
        var server = new Server(host, port, loop, stop, summary);
        IO.println("server started on " + Sockets.name(host, port));
        server.thread.start();
        return server;
    }

    private void run(Loop loop) {
        try {
            loop.run();
        } catch (Throwable e) {
            boolean isOurInterrupt = closed && e instanceof InterruptedException;
            if (!isOurInterrupt) failure = e;
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
     * Waits until the server is closed or fails. An interrupt ends the wait, but not the server.
     *
     * @throws IllegalStateException if the server failed; the cause is its exception
     */
    public void join() throws InterruptedException {
        thread.join();
        if (failure != null) throw new IllegalStateException("the server failed", failure);
    }

    /**
     * Stops the server: calls its stop action, interrupts its thread, waits until the thread has
     * closed its sockets, and prints {@code server stopped} with the summary. When this returns,
     * the port is free. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        stop.run();
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
