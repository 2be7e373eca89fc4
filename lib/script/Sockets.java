//SOURCES ScriptException.java
package script;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/**
 * Opens sockets for scripts, and says in one line what stands in the way: a port in use, a host
 * that nobody knows, a server that is not there.
 *
 * <p>All methods may be called by any thread.
 */
public final class Sockets {
    /**
     * How many connections the kernel may keep for us before we accept them. The seeds ask for 5:
     * the seventh client's handshake is then dropped and tried again a second later. The kernel
     * lowers this to its own limit.
     */
    public static final int BACKLOG = 4096;

    private Sockets() {}

    /**
     * Opens a listening channel, non-blocking, that may be bound again at once after a restart
     * (SO_REUSEADDR).
     *
     * @param host the name or address to listen on
     * @param port the port, 0 for any free one
     * @return the channel, already listening
     * @throws ScriptException if the host is unknown or not this machine's, or the port is in use
     *     or not allowed
     * @throws IOException for any other failure
     */
    public static ServerSocketChannel listen(String host, int port) throws IOException {
        var address = resolve(host, port);
        var listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
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
     * Connects a blocking socket.
     *
     * @param host the server's name or address
     * @param port the server's port
     * @return the connected socket
     * @throws ScriptException if the host is unknown, or nobody listens there
     * @throws IOException for any other failure
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

    /**
     * @param host a name or an address
     * @param port a port
     * @return {@code HOST:PORT}, an IPv6 address in brackets (RFC 3986, section 3.2.2)
     */
    public static String name(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * @param address the address of a channel's end
     * @return {@code ADDRESS:PORT} as {@link #name(String, int)} writes it, without a look-up of
     *     the name
     */
    public static String name(SocketAddress address) {
        var inet = (InetSocketAddress) address;
        return name(inet.getAddress().getHostAddress(), inet.getPort());
    }

    /**
     * Looks a host's name up, which blocks.
     *
     * @param host the name or address
     * @param port the port
     * @return the address
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
