//SOURCES Patience.java
package exercise;

import module java.base;

/**
 * One side of a connection: it reads with a limit of time, writes on a thread of its own if that
 * may take long, and notes how the other side ends. One thread reads.
 */
final class Connection {
    static final String CLOSED = ", and then the server closed the connection";
    private static final String RESET = ", and then the server broke the connection (a reset)";
    private static final int BUFFERS = 65_536;

    private final Socket socket;
    private String end = "";

    Connection(Socket socket) {
        this.socket = socket;
    }

    /** Connects to a port of this machine. */
    static Connection open(int port) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        // Small, so that a client that doesn't read is soon one to whom nothing can be sent.
        socket.setSendBufferSize(BUFFERS);
        socket.setReceiveBufferSize(BUFFERS);
        socket.connect(new InetSocketAddress("localhost", port), (int) Patience.limit().toMillis());
        return new Connection(socket);
    }

    /** Returns how the other side has ended, as part of a sentence; empty if it hasn't. */
    String end() {
        return end;
    }

    void write(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Writes bytes on a thread of its own, and counts those that are written. */
    void writeInBackground(byte[] bytes, AtomicInteger written) {
        inBackground(() -> {
            while (written.get() < bytes.length) {
                int count = Math.min(BUFFERS, bytes.length - written.get());
                socket.getOutputStream().write(bytes, written.get(), count);
                written.addAndGet(count);
            }
        });
    }

    /** Writes bytes again and again, on a thread of its own, until the connection ends. */
    void writeForever(byte[] bytes, Duration pause) {
        inBackground(() -> {
            while (true) {
                write(bytes);
                LockSupport.parkNanos(pause.toNanos());
            }
        });
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void inBackground(Writing writing) {
        // A platform thread, since the code under check may keep all carriers busy.
        Runnable body =
                () -> {
                    try {
                        writing.run();
                    } catch (IOException e) {
                        // The connection has ended; whoever reads finds that out.
                    }
                };
        Thread.ofPlatform().daemon().name("client").start(body);
    }

    /** Returns the bytes of one read; none when the time is up or the stream has ended. */
    byte[] read(int most, Duration limit) {
        try {
            socket.setSoTimeout((int) limit.toMillis());
            byte[] buffer = new byte[Math.min(most, BUFFERS)];
            int count = socket.getInputStream().read(buffer);
            if (count < 0) end = CLOSED;
            return Arrays.copyOf(buffer, Math.max(0, count));
        } catch (SocketTimeoutException e) {
            return new byte[0];
        } catch (IOException e) {
            end = RESET;
            return new byte[0];
        }
    }

    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // It is broken already; whoever reads finds that out.
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // It is closed already.
        }
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
