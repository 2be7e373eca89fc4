//SOURCES ScriptException.java
package script;

import module java.base;

/**
 * Opens sockets for scripts, and says in one line what stands in the way: a port in use, an unknown
 * host, a server that is not there.
 *
 * <p>Any thread may call any method.
 */
public final class Sockets {
    /**
     * How many connections the kernel may keep for us before we accept them; it lowers this to its
     * own limit. With a backlog of 5 the handshake of a seventh client is dropped, and tried again
     * a second later.
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
        var address = resolve(host, port);
        var listener = ServerSocketChannel.open();
        try {
            listener.configureBlocking(false);
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
     * Returns a connected blocking socket; gives up after ten seconds.
     *
     * @throws ScriptException if the host is unknown, or nobody listens there
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

    /** Returns {@code ADDRESS:PORT} of a channel's end, without looking up its name. */
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

    private static ScriptException cannotListen(String host, int port, BindException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("in use"))
            return new ScriptException(
                    "port "
                            + port
                            + " is in use on "
                            + host
                            + ": stop what listens there, or choose another port (0 = any free"
                            + " one)");
        if (reason.contains("Permission denied"))
            return new ScriptException(
                    "port " + port + " needs special rights: choose one from 1024 on");
        return new ScriptException("cannot listen on " + name(host, port) + ": " + reason);
    }
}
