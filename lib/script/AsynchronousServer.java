//SOURCES Server.java
package script;

import module java.base;

/**
 * A server of asynchronous channels. It has no loop of its own: the threads of a channel group call
 * the handlers.
 */
public final class AsynchronousServer {
    private AsynchronousServer() {}

    /**
     * Prints {@code server started on HOST:PORT}, and lets the group serve until the server is
     * closed. Closing it closes all channels of the group, so that their operations fail, and waits
     * for the handlers to return.
     *
     * @param host the host as the user gave it, for the start line
     * @param listener a bound channel of the group, which accepts already
     * @param group the threads that call the handlers
     * @param summary returns what the server did, for its last line; called once, after the last
     *     handler
     * @throws IOException if the listener is closed
     */
    public static Server start(
            String host,
            AsynchronousServerSocketChannel listener,
            AsynchronousChannelGroup group,
            Supplier<String> summary)
            throws IOException {
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        return Server.start(host, port, () -> awaitEnd(group), () -> shutDown(group), summary);
    }

    private static void shutDown(AsynchronousChannelGroup group) {
        try {
            group.shutdownNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(AsynchronousChannelGroup group) throws InterruptedException {
        try {
            group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // The server stops, and handlers may still run.
            group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
    }
}
