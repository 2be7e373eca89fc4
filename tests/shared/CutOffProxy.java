package tests.shared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A proxy between a client and a server on this machine whose connections can be cut. */
public final class CutOffProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final StringBuffer seen = new StringBuffer();
    private volatile boolean cutOff;

    public CutOffProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Whether clients have sent this text. */
    public boolean sawText(String text) {
        return seen.indexOf(text) >= 0;
    }

    /** Closes all connections, and every new one at once, until {@link #restore}. */
    public void cutOff() {
        cutOff = true;
        open.forEach(CutOffProxy::close);
    }

    public void restore() {
        cutOff = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (cutOff) {
                    client.close();
                    continue;
                }
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> copy(client, server, true));
                Thread.ofVirtual().start(() -> copy(server, client, false));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void copy(Socket from, Socket to, boolean fromClient) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
                if (fromClient) seen.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // cut off
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutOff();
    }
}
