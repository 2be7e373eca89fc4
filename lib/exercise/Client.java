//SOURCES Connection.java Finding.java Patience.java Quoted.java
package exercise;

import module java.base;

/**
 * A client of the server under check. It has a name, and it remembers what it has sent, so a
 * finding can tell its story: {@code Bob sent "hello" and got nothing}.
 *
 * <p>One thread uses a client.
 */
public final class Client implements AutoCloseable {
    /** So many bytes are counted in a finding, and not shown. */
    private static final int MANY = 1000;

    private final String name;
    private final Connection connection;

    /** What it has done since it last got what it should. */
    private final List<String> story = new ArrayList<>();

    private Client(String name, Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    /** Connects to a server on this machine; a {@link Finding} if that fails. */
    public static Client connect(String name, int port) {
        try {
            return new Client(name, Connection.open(port));
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
            return new Client(name, new Connection(listener.accept()));
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
            connection.write(bytes);
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
        connection.writeInBackground(bytes, sent);
        for (int before = -1; before < sent.get(); ) {
            before = sent.get();
            LockSupport.parkNanos(Patience.silence().toNanos());
        }
        return this;
    }

    /** Sends a text again and again, on a thread of its own, until the connection ends. */
    public Client drips(String text, Duration pause) {
        story.add("sent " + Quoted.text(text) + " every " + pause.toMillis() + " ms");
        connection.writeForever(text.getBytes(StandardCharsets.UTF_8), pause);
        return this;
    }

    /** Ends this side of the connection; the server may still answer. */
    public Client end() {
        story.add("ended the sending side");
        connection.endOutput();
        return this;
    }

    /** Breaks the connection with a reset (RST). */
    public void reset() {
        connection.reset();
    }

    /**
     * Waits until this text has arrived; a {@link Finding} if anything else comes, or nothing.
     *
     * @param why what the text is, for the finding: the end of a sentence
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
            byte[] piece = connection.read(bytes.length - count, Patience.limit());
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
                    told() + " and got " + what + connection.end() + ".",
                    Quoted.bytes(bytes) + ", " + why);
        }
        story.clear();
        return this;
    }

    private static String shown(byte... got) {
        return got.length == 0 ? "nothing" : Quoted.bytes(got);
    }

    /** A {@link Finding} if anything arrives in the next moment, or the server closes. */
    public Client getsNothing(String why) {
        byte[] got = connection.read(1024, Patience.silence());
        if (got.length > 0 || hasEnded())
            throw new Finding(
                    told() + " and got " + shown(got) + connection.end() + ".",
                    "nothing yet, " + why);
        return this;
    }

    /** Waits until the server has ended its side; a {@link Finding} if it doesn't, or sends. */
    public void isClosed(String why) {
        byte[] got = connection.read(1024, Patience.limit());
        if (got.length > 0)
            throw new Finding(told() + " and got " + Quoted.bytes(got) + ".", "nothing, " + why);
        if (!hasEnded()) throw new Finding(told() + ", and the connection is still open.", why);
        if (!connection.end().equals(Connection.CLOSED))
            throw new Finding(told() + " and got nothing" + connection.end() + ".", why);
    }

    /** Returns what still arrives until the other side ends, or sends nothing for a while. */
    public String rest() {
        var rest = new ByteArrayOutputStream();
        for (byte[] piece = connection.read(1024, Patience.limit());
                piece.length > 0;
                piece = connection.read(1024, Patience.limit())) rest.writeBytes(piece);
        return rest.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether the other side has ended or broken the connection, as far as was read. */
    public boolean hasEnded() {
        return !connection.end().isEmpty();
    }

    /** Returns what this client has done: 'Bob sent "a", then sent "b"'. */
    private String told() {
        return name + " " + (story.isEmpty() ? "waited" : String.join(", then ", story));
    }

    @Override
    public void close() {
        connection.close();
    }
}
