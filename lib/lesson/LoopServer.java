//SOURCES ../aio/AcceptEvent.java ../aio/EventLoop.java ../aio/ReadEvent.java
//SOURCES ../script/Server.java ../script/Sockets.java
package lesson;

import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

import module java.base;

import aio.AcceptEvent;
import aio.EventLoop;
import aio.ReadEvent;

import script.Server;
import script.Sockets;

/**
 * The server of {@code aio_coroutine_server}, for any conversation: a coroutine for each
 * connection. It has no time limit; {@code aio.http.HttpServer} has.
 */
public final class LoopServer {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private LoopServer() {}

    /** What a server does with one connection. */
    @FunctionalInterface
    public interface Conversation {
        /** Runs in a coroutine; the connection is closed when this returns or throws. */
        void run(SocketChannel conn) throws IOException, TimeoutException;
    }

    /** Starts a server on a loop of its own. */
    public static Server start(String host, int port, Conversation conversation)
            throws IOException {
        var clients = new LongAdder();
        return Server.start(
                host,
                Sockets.listen(host, port),
                listener -> serve(listener, conversation, clients),
                () -> clients.sum() + " clients");
    }

    private static void serve(
            ServerSocketChannel listener, Conversation conversation, LongAdder clients) {
        try (var loop = new EventLoop()) {
            loop.createTask(
                    "server",
                    () -> {
                        var accept = new AcceptEvent(listener);
                        while (true) {
                            SocketChannel conn = await(accept);
                            clients.increment();
                            loop.createTask("conversation", () -> run(conversation, conn));
                        }
                    });
            loop.runForever();
        }
    }

    private static void run(Conversation conversation, SocketChannel conn) {
        try (conn) {
            conversation.run(conn);
        } catch (IOException | TimeoutException e) {
            // This client is gone, or it neither leaves nor stops sending.
        }
    }

    /**
     * Ends our side and drops what still comes, because a close with unread input would be a reset.
     *
     * @throws TimeoutException if the client has not ended its side after two seconds
     */
    public static void leave(SocketChannel conn) throws IOException, TimeoutException {
        conn.shutdownOutput();
        long end = System.nanoTime() + PATIENCE.toNanos();
        int read;
        do {
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            read = waitFor(new ReadEvent(conn), left).length; // thrown away
        } while (read > 0);
    }
}
