//SOURCES ../../lib/aio/http/HttpServer.java ../shared/RawClient.java
package tests.http;

import aio.EventLoop;
import aio.Task;
import aio.http.HttpHandler;
import aio.http.HttpServer;
import aio.http.Limits;

import tests.shared.RawClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server in this process, on a loop and a thread of its own. */
public final class LocalHttp implements AutoCloseable {
    public final EventLoop loop = new EventLoop();
    public final HttpServer server;

    /** The reports to the loop's exception handler. */
    public final List<String> failures = new CopyOnWriteArrayList<>();

    private final int port;
    private final Thread thread;

    public LocalHttp(HttpHandler handler) {
        this(handler, Limits.DEFAULT);
    }

    public LocalHttp(HttpHandler handler, Limits limits) {
        server = new HttpServer(handler, limits);
        loop.setExceptionHandler((message, error) ->
                failures.add(error == null ? message : message + ": " + error.getMessage()));
        try {
            var listener = ServerSocketChannel.open();
            listener.configureBlocking(false);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            port = listener.socket().getLocalPort();
            loop.createTask("server", () -> server.serve(listener));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        thread = Thread.ofPlatform().name("local http").start(loop::runForever);
    }

    public int port() {
        return port;
    }

    public RawClient connect() {
        return new RawClient(port);
    }

    /** Starts to stop the server; the future completes when it has stopped. */
    public CompletableFuture<Void> stop(Duration grace) {
        var stopped = new CompletableFuture<Void>();
        loop.callSoonThreadsafe(() ->
                loop.createTask(
                        "stop",
                        () -> {
                            server.stop(grace);
                            stopped.complete(null);
                        }));
        return stopped;
    }

    /** Cancels the task that serves. */
    public void cancel() {
        loop.callSoonThreadsafe(() ->
                loop.tasks().stream()
                        .filter(task -> task.name().equals("server"))
                        .forEach(Task::cancel));
    }

    /** Waits until a timer of the loop has run, so that the loop has polled its channels. */
    public void awaitTimer(Duration delay) {
        var due = new CompletableFuture<Void>();
        loop.callSoonThreadsafe(() -> loop.callLater(delay, () -> due.complete(null)));
        due.join();
    }

    public int connections() {
        var count = new CompletableFuture<Integer>();
        loop.callSoonThreadsafe(() -> count.complete(server.connections()));
        return count.join();
    }

    @Override
    public void close() {
        loop.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
