//SOURCES HttpServer.java
package aio.http;

import module java.base;

/**
 * Serves one port on several loops. Each loop has a server and connections of its own: the servers
 * share nothing, and what their handlers share is for the handlers to guard.
 *
 * <p>If the listener has {@code SO_REUSEPORT} (socket(7)), each loop gets a listener of its own
 * with the same address, and the kernel spreads the connections. Otherwise all loops accept from
 * the one listener, and each connection goes to the loop that is first.
 */
public final class HttpLoops {
    /** The kernel lowers it to its own limit (listen(2)). */
    private static final int BACKLOG = 4096;

    private HttpLoops() {}

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
        var listeners = new ArrayList<>(List.of(listener));
        try {
            boolean shared = !sharesItsPort(listener);
            while (listeners.size() < servers.size()) {
                listeners.add(shared ? listener : sibling(listener));
            }
            run(servers, listeners, grace);
        } finally {
            for (ServerSocketChannel each : listeners) each.close();
        }
    }

    private static void run(
            List<HttpServer> servers, List<ServerSocketChannel> listeners, Duration grace)
            throws ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ended = new ExecutorCompletionService<Void>(threads);
            for (int i = 0; i < servers.size(); i++) {
                HttpServer server = servers.get(i);
                ServerSocketChannel listener = listeners.get(i);
                ended.submit(() -> {
                    server.run(listener, grace);
                    return null;
                });
            }
            try {
                ended.take().get();
            } catch (InterruptedException e) {
                // This is how it ends.
            } finally {
                threads.shutdownNow(); // each server stops, and then the threads are done
            }
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
}
