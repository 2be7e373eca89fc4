//SOURCES LinuxSockets.java ../linux/Fcntl.java ../linux/SocketCalls.java
package script;

import module java.base;

import linux.Fcntl;
import linux.SocketCalls;

/** Both ends of a connection in one process: a client, and the descriptor of the server's end. */
public final class LinuxPair implements AutoCloseable {
    private final Socket client;
    private final int fd;
    private boolean closed;

    /** Connects the two. */
    public LinuxPair() throws IOException {
        int listener = LinuxSockets.listen("localhost", 0);
        try {
            client = new Socket("localhost", LinuxSockets.port(listener));
            client.setTcpNoDelay(true); // sends each write at once
            Fcntl.setFlags(listener, 0); // blocking: the last packet may still be under way
            fd = SocketCalls.accept4(listener, SocketCalls.SOCK_CLOEXEC);
        } finally {
            SocketCalls.close(listener);
        }
    }

    /** Returns the descriptor of the server's end, in blocking mode. */
    public int fd() {
        return fd;
    }

    /** Sends a text from the client's end. */
    public void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the client's side, after what was sent. */
    public void shutdownOutput() throws IOException {
        client.shutdownOutput();
    }

    /**
     * Returns the next bytes that arrive at the client's end, as text; or {@code the end of the
     * stream}, or {@code nothing in 300 ms}.
     */
    public String read(int bytes) throws IOException {
        client.setSoTimeout(300);
        try {
            byte[] read = client.getInputStream().readNBytes(bytes);
            return read.length == 0
                    ? "the end of the stream"
                    : new String(read, StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "nothing in 300 ms";
        }
    }

    /** Closes the server's end. */
    public void closeFd() throws IOException {
        if (closed) return;
        closed = true;
        SocketCalls.close(fd);
    }

    @Override
    public void close() throws IOException {
        client.close();
        closeFd();
    }
}
