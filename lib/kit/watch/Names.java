package kit.watch;

import module java.base;

/**
 * Names for those at the other ends of connections. The clients of the watched server are Alice,
 * Bob and so on, in the order in which they connect. The recorder's lock guards it.
 */
final class Names {
    private static final List<String> PEOPLE =
            List.of(
                    "Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan",
                    "Judy");

    private static final Pattern STARTED = Pattern.compile("server started on \\S+:(\\d+)");

    /** An address of this machine, as Java and the chapters write it. */
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?:\\w*/)?(?:127\\.0\\.0\\.1|\\[(?:0:0:0:0:0:0:0|:):?1]|localhost):(\\d+)");

    /** So many ports of clients are remembered. */
    private static final int MOST = 2_000;

    private final Map<Object, String> named = new WeakHashMap<>();
    private final Set<Integer> listening = new HashSet<>();
    private final Map<Integer, String> byPort =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
                    return size() > MOST;
                }
            };

    /** The port of the start line; 0 if none was printed. */
    private int served;

    private int clients;

    /** Learns the server's port, if this line is a start line. */
    void printed(String line) {
        Matcher started = STARTED.matcher(line);
        if (started.matches()) served = Integer.parseInt(started.group(1));
    }

    /** Learns that the program listens on a channel. */
    void listens(ServerSocketChannel listener) {
        int port = listener.socket().getLocalPort();
        if (port > 0) listening.add(port);
    }

    /** Returns whether this is the channel of the start line. */
    boolean isServed(ServerSocketChannel listener) {
        return served > 0 && listener.socket().getLocalPort() == served;
    }

    /** Returns whether the program has printed a start line. */
    boolean isServer() {
        return served > 0;
    }

    /** Returns how many clients have connected. */
    int clients() {
        return clients;
    }

    /**
     * Returns the name of the client at the other end of a {@code SocketChannel} or {@code Socket};
     * empty if this program made the connection.
     */
    String client(Object connection) {
        String known = named.get(connection);
        if (known != null) return known;
        Socket socket =
                connection instanceof SocketChannel channel
                        ? channel.socket()
                        : (Socket) connection;
        int port = socket.getLocalPort();
        boolean accepted = served > 0 ? port == served : listening.contains(port);
        if (!accepted || socket.getPort() == 0) return "";
        String name = clients < PEOPLE.size() ? PEOPLE.get(clients) : "client " + (clients + 1);
        clients++;
        named.put(connection, name);
        byPort.put(socket.getPort(), name);
        return name;
    }

    /** Returns a name for the other end of a connection, be it a client or a server. */
    String peer(SocketChannel connection) {
        String client = client(connection);
        if (!client.isEmpty()) return client;
        return served > 0 ? "another server" : "the server";
    }

    /** Returns a text with the names of clients in place of their addresses. */
    String text(String text) {
        return ADDRESS.matcher(text)
                .replaceAll(address -> {
                    String name = byPort.get(Integer.parseInt(address.group(1)));
                    return Matcher.quoteReplacement(name == null ? address.group() : name);
                });
    }

    /** Returns a text for what is waited for at a channel. */
    String waitsFor(SelectableChannel channel, int operation) {
        if (channel instanceof ServerSocketChannel) return "a new connection";
        String other = channel instanceof SocketChannel socket ? peer(socket) : "a pipe";
        return switch (operation) {
            case SelectionKey.OP_READ -> "input from " + other;
            case SelectionKey.OP_CONNECT -> "its connection to " + other;
            default -> "room for output to " + other;
        };
    }
}
