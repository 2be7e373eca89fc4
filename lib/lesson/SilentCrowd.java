//SOURCES ../script/Server.java
package lesson;

import script.Server;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that connect to a server and say nothing, and Bob, who comes after them. They live in the
 * server's process; for thousands of clients see {@link SilentClients}. For one thread at a time.
 */
public final class SilentCrowd implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 2000;

    private final Server server;
    private final List<Socket> clients = new ArrayList<>();

    /**
     * Connects the silent clients.
     *
     * @throws IOException if one of them can't connect
     */
    public SilentCrowd(Server server, int count) throws IOException {
        this.server = server;
        try {
            while (clients.size() < count) clients.add(new Socket(server.host(), server.port()));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Lets Bob connect, say hello and end his side, and prints whether he has been served, that is,
     * whether the server has closed his connection. If it hasn't after two seconds, the silent
     * clients leave, and he waits two more.
     *
     * @throws IOException if Bob's connection breaks
     */
    public void letBobSpeak() throws IOException {
        try (var bob = new Socket(server.host(), server.port())) {
            bob.getOutputStream().write("hello from Bob".getBytes());
            bob.shutdownOutput();
            bob.setSoTimeout(PATIENCE_MILLIS);
            if (!isServed(bob)) {
                IO.println("Bob has waited two seconds; the others leave");
                close();
                if (!isServed(bob)) {
                    IO.println("Bob has waited two more seconds, and leaves too");
                    return;
                }
            }
            IO.println("Bob has been served");
        }
    }

    private static boolean isServed(Socket client) throws IOException {
        try {
            client.getInputStream().read(); // returns when the server closes the connection
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Makes the silent clients leave. */
    @Override
    public void close() throws IOException {
        for (Socket client : clients) client.close();
    }
}
