//SOURCES ../script/BlockingAcceptor.java ../script/Server.java ../script/Sockets.java
package lesson;

import module java.base;

import script.BlockingAcceptor;
import script.Server;
import script.Sockets;

/** The server of {@code bio_server}, for any conversation: it serves one client after another. */
public final class OneByOne {
    private OneByOne() {}

    /** What a server does with one connection. */
    @FunctionalInterface
    public interface Conversation {
        /** Serves a client to its end; the connection is closed when this returns or throws. */
        void run(Socket conn) throws IOException;
    }

    /** Starts a server on a thread of its own. */
    public static Server start(String host, int port, Conversation conversation)
            throws IOException {
        ServerSocket listener = Sockets.listenBlocking(host, port);
        var current = new AtomicReference<Socket>();
        var clients = new LongAdder();
        return Server.start(
                host,
                listener.getLocalPort(),
                () -> serve(listener, current, clients, conversation),
                () -> stop(listener, current),
                () -> clients + " clients");
    }

    private static void serve(
            ServerSocket listener,
            AtomicReference<Socket> current,
            LongAdder clients,
            Conversation conversation) {
        var acceptor = new BlockingAcceptor(listener, System.err::println);
        while (!listener.isClosed()) {
            try (Socket conn = acceptor.accept()) {
                current.set(conn);
                if (listener.isClosed()) return;
                clients.increment();
                conversation.run(conn);
            } catch (IOException e) {
                // The connection is broken, or the server stops: this client is gone.
            }
        }
    }

    /** {@code serve} sets {@code current} and then looks at the listener; this does the reverse. */
    private static void stop(ServerSocket listener, AtomicReference<Socket> current) {
        try {
            listener.close();
            Socket conn = current.get();
            if (conn != null) conn.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
