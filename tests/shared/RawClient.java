package tests.shared;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that does what a test says, polite or not. */
public final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private InputStream input;

    public RawClient(int port) {
        attempt(() -> {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("localhost", port), 20_000);
            socket.setSoTimeout(60_000);
            input = new BufferedInputStream(socket.getInputStream());
        });
    }

    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte... bytes) {
        attempt(() -> socket.getOutputStream().write(bytes));
        return this;
    }

    /** Ends this side of the connection; the other may still answer. */
    public RawClient endOutput() {
        attempt(socket::shutdownOutput);
        return this;
    }

    /** Closes with a RST instead of a FIN. */
    public void reset() {
        attempt(() -> socket.setSoLinger(true, 0));
        close();
    }

    /** Returns what arrives until the other side ends its side; a reset is an error. */
    public String readToEnd() {
        try {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns so many bytes, or fewer if the other side ends its side before. */
    public String read(int bytes) {
        return new String(readBytes(bytes), StandardCharsets.UTF_8);
    }

    public byte[] readBytes(int bytes) {
        try {
            return input.readNBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the other side has closed: an end of stream or a reset. */
    public boolean isGone() {
        try {
            return input.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        attempt(socket::close);
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
