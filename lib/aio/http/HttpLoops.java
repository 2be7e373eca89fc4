//SOURCES ../AcceptEvent.java ../EventLoop.java ../Task.java HttpServer.java
package aio.http;

import static aio.EventLoop.await;

import module java.base;

import aio.AcceptEvent;
import aio.EventLoop;
import aio.Task;

/**
 * Serves one port on several loops. Each loop has a server and connections of its own: the servers
 * share nothing, and what their handlers share is for the handlers to guard.
 *
 * <p>If the listener has {@code SO_REUSEPORT} (socket(7)), each loop gets a listener of its own
 * with the same address, and the kernel spreads the connections. Otherwise the first loop accepts
 * them all and hands them to the loops in turn.
 */
public final class HttpLoops {
    /** The kernel lowers it to its own limit (listen(2)). */
    private static final int BACKLOG = 4096;

    /** A loop, and the server that only this loop touches. */
    private record Shard(EventLoop loop, HttpServer server) {}

    private final List<Shard> shards = new ArrayList<>();
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final Duration grace;

    /** The task that accepts for all loops; null if each has a listener. */
    private Task<?> acceptor;

    private HttpLoops(Duration grace) {
        this.grace = grace;
    }

    /**
     * Serves until the calling thread is interrupted; then all servers stop, see {@link
     * HttpServer#stop}, and this returns. If one of them fails, the others stop as well.
     *
     * @param servers a server for each loop
     * @param listener a bound channel in non-blocking mode; it is closed at the end
     * @param grace how long requests in flight may take to finish
     * @throws IOException if the further listeners cannot be opened
     * @throws ExecutionException if a server fails; the cause is its exception
     */
    public static void run(List<HttpServer> servers, ServerSocketChannel listener, Duration grace)
            throws IOException, ExecutionException {
        var loops = new HttpLoops(grace);
        for (HttpServer server : servers) loops.shards.add(new Shard(new EventLoop(), server));
        try (listener) {
            loops.listen(listener);
            loops.run();
        } finally {
            for (Shard shard : loops.shards) shard.loop.close();
            // A server that has never run hasn't closed its listener.
            for (ServerSocketChannel sibling : loops.listeners) sibling.close();
        }
    }

    private void listen(ServerSocketChannel first) throws IOException {
        if (shards.size() > 1 && !sharesItsPort(first)) {
            acceptor = serving(shards.getFirst().loop, () -> handOver(first));
            return;
        }
        for (Shard shard : shards) {
            var listener = shard == shards.getFirst() ? first : sibling(first);
            listeners.add(listener);
            serving(shard.loop, () -> shard.server.serve(listener));
        }
    }

    private static boolean sharesItsPort(ServerSocketChannel listener) throws IOException {
        var option = StandardSocketOptions.SO_REUSEPORT;
        return listener.supportedOptions().contains(option) && listener.getOption(option);
    }

    private static ServerSocketChannel sibling(ServerSocketChannel first) throws IOException {
        var listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
            listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            return listener.bind(first.getLocalAddress(), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private Task<?> serving(EventLoop loop, EventLoop.Body body) {
        var task = loop.createTask("http server", body);
        task.addDoneCallback(done -> {
            if (!done.isCancelled() && done.exception() != null)
                failed.completeExceptionally(done.exception());
        });
        return task;
    }

    private void handOver(ServerSocketChannel listener) throws IOException {
        var connection = new AcceptEvent(listener);
        for (int turn = 0; ; turn = (turn + 1) % shards.size()) {
            SocketChannel channel = await(connection);
            Shard next = shards.get(turn);
            next.loop.callSoonThreadsafe(() -> next.server.serve(channel));
        }
    }

    private void run() throws ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Shard shard : shards) threads.execute(shard.loop::runForever);
            try {
                failed.get();
            } catch (InterruptedException e) {
                // This is how it ends.
            } finally {
                stop();
            }
        }
    }

    /** No loop stops before the last connection was handed over, so none is lost. */
    private void stop() {
        if (acceptor == null) {
            stopServers();
        } else {
            shards.getFirst()
                    .loop
                    .callSoonThreadsafe(() -> {
                        acceptor.cancel();
                        acceptor.addDoneCallback(_ -> stopServers());
                    });
        }
    }

    private void stopServers() {
        for (Shard shard : shards) {
            shard.loop.callSoonThreadsafe(() ->
                    shard.loop.createTask(
                            "stop",
                            () -> {
                                shard.server.stop(grace);
                                shard.loop.stop();
                            }));
        }
    }
}
