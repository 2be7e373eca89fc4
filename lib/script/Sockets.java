//SOURCES ScriptException.java
package script;

import module java.base;

/**
 * Opens sockets for scripts. If that fails, the exception says why in one line: a port in use, an
 * unknown host, no server.
 *
 * <p>Any thread may call any method.
 */
public final class Sockets {
    /**
     * The backlog: how many connections the kernel keeps until the server accepts them. The kernel
     * lowers it to its own limit ({@code net.core.somaxconn}, see listen(2)). With a backlog of 5,
     * Linux drops the handshake of a seventh client, which tries again a second later.
     */
    public static final int BACKLOG = 4096;

    private Sockets() {}

    /**
     * Returns a non-blocking channel that listens. After a restart it can be bound again at once,
     * because on Linux and macOS Java sets SO_REUSEADDR on every listening socket.
     *
     * @param port the port, 0 for any free one
     * @throws ScriptException if the host is unknown or not this machine's, or the port is in use
     *     or not allowed
     */
    public static ServerSocketChannel listen(String host, int port) throws IOException {
        return listen(host, port, false);
    }

    /**
     * As {@link #listen}, but where the kernel spreads the connections to a port over several
     * listeners, others of the same user may listen on the port as well ({@code SO_REUSEPORT} on
     * Linux, socket(7)). A port that is in use already is refused all the same.
     *
     * @param port the port, 0 for any free one
     * @throws ScriptException as in {@link #listen}
     */
    public static ServerSocketChannel listenShared(String host, int port) throws IOException {
        // On macOS the last listener gets every connection, so there the port isn't shared.
        if (!System.getProperty("os.name").equals("Linux")) return listen(host, port);
        // A second server would share the port with the first, and take half of its clients.
        if (port != 0) listen(host, port).close();
        return listen(host, port, true);
    }

    private static ServerSocketChannel listen(String host, int port, boolean shared)
            throws IOException {
        var address = resolve(host, port);
        var listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
            if (shared) listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            return listener.bind(address, BACKLOG);
        } catch (BindException e) {
            listener.close();
            throw cannotListen(host, port, e);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Returns a blocking socket that listens, otherwise as {@link #listen}. Closing it ends an
     * {@code accept} that waits; an interrupt of a platform thread doesn't.
     *
     * @param port the port, 0 for any free one
     * @throws ScriptException as in {@link #listen}
     */
    public static ServerSocket listenBlocking(String host, int port) throws IOException {
        var address = resolve(host, port);
        var listener = new ServerSocket();
        try {
            listener.bind(address, BACKLOG);
            return listener;
        } catch (BindException e) {
            listener.close();
            throw cannotListen(host, port, e);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Returns an asynchronous channel that listens, otherwise as {@link #listen}. If that fails,
     * the group's threads are ended.
     *
     * @param group the threads that call the channel's handlers
     * @param port the port, 0 for any free one
     * @throws ScriptException as in {@link #listen}
     */
    public static AsynchronousServerSocketChannel listenAsynchronous(
            AsynchronousChannelGroup group, String host, int port) throws IOException {
        try {
            var address = resolve(host, port);
            return AsynchronousServerSocketChannel.open(group).bind(address, BACKLOG);
        } catch (BindException e) {
            group.shutdownNow();
            throw cannotListen(host, port, e);
        } catch (IOException | ScriptException e) {
            group.shutdownNow();
            throw e;
        }
    }

    /**
     * Returns a connected socket in blocking mode.
     *
     * @throws ScriptException if the host is unknown, no server listens there, or the connection
     *     takes longer than ten seconds
     */
    public static Socket connect(String host, int port) throws IOException {
        var address = resolve(host, port);
        var socket = new Socket();
        try {
            socket.connect(address, 10_000);
            return socket;
        } catch (ConnectException e) {
            socket.close();
            throw new ScriptException(
                    "nobody listens on " + name(host, port) + ": start a server there first");
        } catch (IOException e) {
            socket.close();
            throw new ScriptException(
                    "cannot connect to " + name(host, port) + ": " + e.getMessage());
        }
    }

    /** Returns {@code HOST:PORT}, an IPv6 address in brackets (RFC 3986, section 3.2.2). */
    public static String name(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Returns {@code ADDRESS:PORT} of a socket address, without looking up its name. */
    public static String name(SocketAddress address) {
        var inet = (InetSocketAddress) address;
        return name(inet.getAddress().getHostAddress(), inet.getPort());
    }

    /**
     * Returns the address of a host; looking up its name blocks.
     *
     * @throws ScriptException if the host is unknown
     */
    public static InetSocketAddress resolve(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new ScriptException(
                    "unknown host '" + host + "': check its spelling, or use localhost");
        }
    }

    static ScriptException cannotListen(String host, int port, IOException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("in use") || reason.startsWith("EADDRINUSE"))
            return new ScriptException(
                    "port "
                            + port
                            + " is in use on "
                            + host
                            + ": stop what listens there, or choose another port (0 = any free"
                            + " one)");
        if (reason.contains("Permission denied") || reason.startsWith("EACCES"))
            return new ScriptException(
                    "port " + port + " needs special rights: choose one from 1024 on");
        return new ScriptException("cannot listen on " + name(host, port) + ": " + reason);
    }
}
