//SOURCES Finding.java Patience.java Quoted.java
package exercise;

import module java.base;

/**
 * A client of the server under check. It has a name, and it remembers what it has sent, so a
 * finding can tell its story: {@code Bob sent "hello" and got nothing}.
 *
 * <p>One thread uses a client.
 */
public final class Client implements AutoCloseable {
    private static final int BUFFERS = 65_536;

    private final String name;
    private final Socket socket;

    /** What it has done since it last got what it should. */
    private final List<String> story = new ArrayList<>();

    private String end = "";

    private Client(String name, Socket socket) {
        this.name = name;
        this.socket = socket;
    }

    /** Connects to a server on this machine; a {@link Finding} if that fails. */
    public static Client connect(String name, int port) {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            // Small, so that a client that doesn't read is soon one to whom nothing can be sent.
            socket.setSendBufferSize(BUFFERS);
            socket.setReceiveBufferSize(BUFFERS);
            socket.connect(
                    new InetSocketAddress("localhost", port), (int) Patience.limit().toMillis());
            return new Client(name, socket);
        } catch (IOException e) {
            throw new Finding(
                    name + " could not connect, because the server no longer listens.",
                    "the server goes on and accepts " + name);
        }
    }

    /**
     * Takes the other role: waits for a connection of the code under check.
     *
     * @param name who accepts, for the findings
     */
    public static Client accept(String name, ServerSocket listener) {
        try {
            listener.setSoTimeout((int) Patience.limit().toMillis());
            return new Client(name, listener.accept());
        } catch (IOException e) {
            throw new Finding("Nobody connected to " + name + ".", "your code connects");
        }
    }

    /** Sends a text in UTF-8. */
    public Client send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes with one write; a {@link Finding} if the connection is broken. */
    public Client send(byte... bytes) {
        story.add("sent " + Quoted.bytes(bytes));
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new Finding(
                    told() + ", but the server had closed the connection.",
                    "the server keeps the connection until " + name + " ends it");
        }
    }

    /**
     * Sends many bytes and reads nothing. Returns when the server takes no more for a while; the
     * rest is sent in the background, as the server reads.
     */
    public Client sendUntilStuck(byte... bytes) {
        story.add("sent " + Quoted.bytes(bytes));
        var sent = new AtomicInteger();
        Thread.startVirtualThread(() -> {
            try {
                while (sent.get() < bytes.length) {
                    int count = Math.min(BUFFERS, bytes.length - sent.get());
                    socket.getOutputStream().write(bytes, sent.get(), count);
                    sent.addAndGet(count);
                }
            } catch (IOException e) {
                // The server has closed the connection; gets finds that out.
            }
        });
        for (int before = -1; before < sent.get(); ) {
            before = sent.get();
            LockSupport.parkNanos(Patience.silence().toNanos());
        }
        return this;
    }

    /** Sends a text again and again, on a thread of its own, until the connection ends. */
    public Client drips(String text, Duration pause) {
        story.add("sent " + Quoted.text(text) + " every " + pause.toMillis() + " ms");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    socket.getOutputStream().write(bytes);
                    LockSupport.parkNanos(pause.toNanos());
                }
            } catch (IOException e) {
                // The server has closed the connection, or the check has.
            }
        });
        return this;
    }

    /** Ends this side of the connection; the server may still answer. */
    public Client end() {
        story.add("ended the sending side");
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // It is broken already; the next expectation finds that out.
        }
        return this;
    }

    /** Breaks the connection with a reset (RST). */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until this text has arrived; a {@link Finding} if anything else comes, or nothing.
     *
     * @param why what the text is, for the finding
     */
    public Client gets(String text, String why) {
        return gets(text.getBytes(StandardCharsets.UTF_8), why);
    }

    /** As {@link #gets(String, String)}, with bytes. */
    public Client gets(byte[] bytes, String why) {
        byte[] got = new byte[bytes.length];
        int count = 0;
        int same = 0;
        while (same < bytes.length) {
            byte[] piece = read(bytes.length - count, Patience.limit());
            System.arraycopy(piece, 0, got, count, piece.length);
            count += piece.length;
            int from = same;
            while (same < count && got[same] == bytes[same]) same++;
            if (same < count || same == from) break;
        }
        if (same < bytes.length) {
            String what =
                    same > MANY
                            ? "%,d of the bytes, and then %s"
                                    .formatted(same, same < count ? "others" : "nothing")
                            : shown(Arrays.copyOf(got, count));
            throw new Finding(
                    told() + " and got " + what + end + ".", Quoted.bytes(bytes) + ", " + why);
        }
        story.clear();
        return this;
    }

    /** So many bytes are counted in a finding, and not shown. */
    private static final int MANY = 1000;

    private static String shown(byte... got) {
        return got.length == 0 ? "nothing" : Quoted.bytes(got);
    }

    /** A {@link Finding} if anything arrives in the next moment, or the server closes. */
    public Client getsNothing(String why) {
        byte[] got = read(1024, Patience.silence());
        if (got.length > 0 || !end.isEmpty())
            throw new Finding(told() + " and got " + shown(got) + end + ".", "nothing yet, " + why);
        return this;
    }

    /** Waits until the server has ended its side; a {@link Finding} if it doesn't, or sends. */
    public void isClosed(String why) {
        byte[] got = read(1024, Patience.limit());
        if (got.length > 0)
            throw new Finding(told() + " and got " + Quoted.bytes(got) + ".", "nothing, " + why);
        if (end.isEmpty()) throw new Finding(told() + ", and the connection is still open.", why);
        if (!end.equals(CLOSED)) throw new Finding(told() + " and got nothing" + end + ".", why);
    }

    /** Returns what still arrives until the other side ends, or sends nothing for a while. */
    public String rest() {
        var rest = new ByteArrayOutputStream();
        for (byte[] piece = read(1024, Patience.limit());
                piece.length > 0;
                piece = read(1024, Patience.limit())) rest.writeBytes(piece);
        return rest.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether the other side has ended or broken the connection, as far as was read. */
    public boolean hasEnded() {
        return !end.isEmpty();
    }

    private static final String CLOSED = ", and then the server closed the connection";
    private static final String RESET = ", and then the server broke the connection (a reset)";

    /** Returns the bytes of one read; none when the time is up or the stream has ended. */
    private byte[] read(int most, Duration limit) {
        try {
            socket.setSoTimeout((int) limit.toMillis());
            byte[] buffer = new byte[Math.min(most, 65_536)];
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

    /** Returns what this client has done: 'Bob sent "a", then sent "b"'. */
    private String told() {
        return name + " " + (story.isEmpty() ? "waited" : String.join(", then ", story));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
