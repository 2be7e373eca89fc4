//SOURCES ../aio/SleepEvent.java ../aio/http/HttpServer.java ../script/Sockets.java
package lesson;

import static aio.EventLoop.await;

import module java.base;

import aio.SleepEvent;
import aio.http.HttpServer;

import script.Sockets;

/** An HTTP server for others to ask: it answers each request after a while, on its own loop. */
public final class SlowUpstream implements AutoCloseable {
    private static final String ANSWER = "hello from upstream\n";

    private final int port;
    private final Thread thread;

    private SlowUpstream(ServerSocketChannel listener, Duration delay) {
        port = listener.socket().getLocalPort();
        var http =
                new HttpServer((_, response) -> {
                    await(new SleepEvent(delay));
                    response.write(ANSWER);
                });
        Callable<Void> serve =
                () -> {
                    http.run(listener, Duration.ZERO);
                    return null;
                };
        thread = Thread.ofVirtual().name("upstream").start(new FutureTask<>(serve));
    }

    /**
     * Starts it on any free port.
     *
     * @param delay how long it waits before each answer
     */
    public static SlowUpstream start(Duration delay) throws IOException {
        return new SlowUpstream(Sockets.listen("localhost", 0), delay);
    }

    /** Returns where it listens, as {@code HOST:PORT}. */
    public String address() {
        return "localhost:" + port;
    }

    /** Stops it: a request in flight gets no answer, and the port is free soon after. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
