package tests.shared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** A server for one client that does what a test says, in place of a real server. */
public final class ScriptedServer implements AutoCloseable {
    /** Handles the client's connection, which is closed afterwards. */
    public interface Conversation {
        String with(Socket conn) throws IOException;
    }

    private final ServerSocket listener;
    private final CompletableFuture<String> result = new CompletableFuture<>();

    public ScriptedServer(Conversation conversation) {
        try {
            listener = new ServerSocket(0, 10, InetAddress.getByName("localhost"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(() -> {
            try (Socket conn = listener.accept()) {
                result.complete(conversation.with(conn));
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
    }

    public String port() {
        return Integer.toString(listener.getLocalPort());
    }

    /** What the conversation returned, once it has. */
    public String result() {
        return result.join();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
