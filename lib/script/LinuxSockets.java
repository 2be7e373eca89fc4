//SOURCES Sockets.java ../linux/SocketCalls.java ../linux/Platform.java
package script;

import module java.base;

import linux.Errno;
import linux.LinuxException;
import linux.Platform;
import linux.SocketCalls;

/**
 * Listening sockets and their connections by Linux's own calls, with the same errors in one line as
 * {@link Sockets}. Any thread may call any method.
 */
public final class LinuxSockets {
    private LinuxSockets() {}

    /**
     * Returns the descriptor of a non-blocking socket that listens: {@code socket}, {@code
     * setsockopt}, {@code bind}, {@code listen}. Who calls this closes it.
     *
     * @param port the port, 0 for any free one
     * @throws ScriptException as in {@link Sockets#listen}, and where this isn't Linux
     */
    public static int listen(String host, int port) throws IOException {
        requireLinux();
        InetSocketAddress address = Sockets.resolve(host, port);
        int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
        int fd = SocketCalls.socket(address.getAddress(), type);
        try {
            SocketCalls.reuseAddress(fd);
            SocketCalls.bind(fd, address);
            SocketCalls.listen(fd, Sockets.BACKLOG);
            return fd;
        } catch (LinuxException e) {
            SocketCalls.close(fd);
            throw Sockets.cannotListen(host, port, e);
        }
    }

    /**
     * Does nothing where Linux's calls work.
     *
     * @throws ScriptException anywhere else, with one line that says what is needed
     */
    public static void requireLinux() {
        try {
            Platform.require();
        } catch (UnsupportedOperationException e) {
            throw new ScriptException(e.getMessage());
        }
    }

    /**
     * Ends this side of a connection, after what was sent; the other side reads the end of the
     * stream. Does nothing if the client has reset the connection.
     */
    public static void shutdownOutput(int fd) throws IOException {
        try {
            SocketCalls.shutdown(fd, SocketCalls.SHUT_WR);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOTCONN) throw e;
        }
    }

    /** Returns the port of a listening socket. */
    public static int port(int fd) throws IOException {
        return SocketCalls.getsockname(fd).getPort();
    }
}
