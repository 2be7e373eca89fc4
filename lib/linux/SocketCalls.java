//SOURCES Call.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * The calls on sockets, one method for each. A file descriptor is an {@code int}, as in C: it stays
 * open until {@link #close}, and closing it twice may close another's. Calls on a non-blocking
 * descriptor return {@code -EAGAIN} where they would have to wait; every other error is thrown.
 *
 * <p>Any thread may call any method. An interrupt does not end a call that waits.
 */
public final class SocketCalls {
    /** Type of a socket: a stream of bytes, which is TCP. */
    public static final int SOCK_STREAM = 1;

    /** Type of a socket: single messages, which is UDP. */
    public static final int SOCK_DGRAM = 2;

    /** Flag of a type, and of {@link #accept4}: the descriptor is non-blocking. */
    public static final int SOCK_NONBLOCK = 0x800;

    /** Flag of a type, and of {@link #accept4}: a program started by this one does not get it. */
    public static final int SOCK_CLOEXEC = 0x80000;

    /** Flag of {@link #send}: a broken connection is an error and not also a signal. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** Flag of SEND in a ring: it completes when all is sent, or cannot be sent any more. */
    public static final int MSG_WAITALL = 0x100;

    /** What {@link #shutdown} ends: the own side of the connection, after what was sent. */
    public static final int SHUT_WR = 1;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_LINGER = 13;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;

    private static final MethodHandle SOCKET =
            Call.find("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            Call.find(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle BIND =
            Call.find("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            Call.find("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETPEERNAME =
            Call.find("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle LISTEN =
            Call.find("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT4 =
            Call.find(
                    "accept4",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            Call.find(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            Call.find(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SHUTDOWN =
            Call.find("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            Call.find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** A {@code sockaddr} with room for IPv6. Its port is in network byte order. */
    private static final int SOCKADDR_BYTES = 28;

    private static final ValueLayout.OfShort PORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketCalls() {}

    /**
     * Returns a new socket, see <a
     * href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>.
     *
     * @param address whose family the socket gets, IPv4 or IPv6
     * @param type {@link #SOCK_STREAM} or {@link #SOCK_DGRAM}, with flags
     */
    public static int socket(InetAddress address, int type) throws LinuxException {
        int family = address.getAddress().length == 4 ? AF_INET : AF_INET6;
        int fd;
        try {
            fd = (int) SOCKET.invokeExact(Call.state(), family, type, 0);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.check(fd, "socket", -1);
    }

    /**
     * Allows a server that was just stopped to bind its port again (SO_REUSEADDR, <a
     * href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>).
     */
    public static void reuseAddress(int fd) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, arena.allocateFrom(JAVA_INT, 1));
        }
    }

    /**
     * Sends small writes at once (TCP_NODELAY, <a
     * href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>). The connections of a
     * listening socket inherit it.
     */
    public static void noDelay(int fd) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, arena.allocateFrom(JAVA_INT, 1));
        }
    }

    /** Makes {@link #close} reset the connection (SO_LINGER with 0 seconds, socket(7)). */
    public static void resetOnClose(int fd) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            setsockopt(fd, SOL_SOCKET, SO_LINGER, arena.allocateFrom(JAVA_INT, 1, 0));
        }
    }

    private static void setsockopt(int fd, int level, int option, MemorySegment value)
            throws LinuxException {
        int result;
        try {
            result =
                    (int)
                            SETSOCKOPT.invokeExact(
                                    Call.state(), fd, level, option, value, (int) value.byteSize());
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "setsockopt", fd);
    }

    /**
     * Gives the socket its own address, see <a
     * href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</a>.
     *
     * @param address with port 0 for any free port
     */
    public static void bind(int fd, InetSocketAddress address) throws LinuxException {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = sockaddr(arena, address);
            int bytes = (int) sockaddr.byteSize();
            result = (int) BIND.invokeExact(Call.state(), fd, sockaddr, bytes);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "bind", fd);
    }

    private static MemorySegment sockaddr(Arena arena, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        boolean isIpv4 = bytes.length == 4;
        MemorySegment sockaddr = arena.allocate(isIpv4 ? 16 : SOCKADDR_BYTES, Integer.BYTES);
        sockaddr.set(JAVA_SHORT, 0, (short) (isIpv4 ? AF_INET : AF_INET6));
        sockaddr.set(PORT, 2, (short) address.getPort());
        MemorySegment.copy(bytes, 0, sockaddr, JAVA_BYTE, isIpv4 ? 4 : 8, bytes.length);
        return sockaddr;
    }

    /**
     * Returns the socket's own address, see <a
     * href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</a>.
     */
    public static InetSocketAddress getsockname(int fd) throws LinuxException {
        return name(GETSOCKNAME, "getsockname", fd);
    }

    /**
     * Returns the address of the other side, see <a
     * href="https://man7.org/linux/man-pages/man2/getpeername.2.html">getpeername(2)</a>.
     */
    public static InetSocketAddress getpeername(int fd) throws LinuxException {
        return name(GETPEERNAME, "getpeername", fd);
    }

    private static InetSocketAddress name(MethodHandle call, String name, int fd)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(SOCKADDR_BYTES, Integer.BYTES);
            MemorySegment bytes = arena.allocateFrom(JAVA_INT, SOCKADDR_BYTES);
            int result;
            try {
                result = (int) call.invokeExact(Call.state(), fd, sockaddr, bytes);
            } catch (Throwable e) {
                throw Call.impossible(e);
            }
            Call.check(result, name, fd);
            return address(sockaddr);
        }
    }

    private static InetSocketAddress address(MemorySegment sockaddr) {
        boolean isIpv4 = sockaddr.get(JAVA_SHORT, 0) == AF_INET;
        byte[] bytes = new byte[isIpv4 ? 4 : 16];
        MemorySegment.copy(sockaddr, JAVA_BYTE, isIpv4 ? 4 : 8, bytes, 0, bytes.length);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes), Short.toUnsignedInt(sockaddr.get(PORT, 2)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a length that is neither
        }
    }

    /**
     * Makes the socket listen, see <a
     * href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</a>.
     *
     * @param backlog how many connections the kernel keeps until they are accepted
     */
    public static void listen(int fd, int backlog) throws LinuxException {
        int result;
        try {
            result = (int) LISTEN.invokeExact(Call.state(), fd, backlog);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "listen", fd);
    }

    /**
     * Returns the descriptor of the next connection, see <a
     * href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</a>.
     *
     * @param flags {@link #SOCK_NONBLOCK}, {@link #SOCK_CLOEXEC}, both or 0
     * @return the descriptor, or {@code -EAGAIN} if the listener is non-blocking and nobody has
     *     connected
     */
    public static int accept4(int fd, int flags) throws LinuxException {
        int result;
        try {
            result =
                    (int)
                            ACCEPT4.invokeExact(
                                    Call.state(),
                                    fd,
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    flags);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.checkUnlessAgain(result, "accept4", fd);
    }

    /**
     * Receives what has arrived, see <a
     * href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>.
     *
     * @param buffer where the bytes go; all of it may be used
     * @return the number of bytes, 0 at the end of the stream, or {@code -EAGAIN} if the socket is
     *     non-blocking and nothing has arrived
     */
    public static int recv(int fd, MemorySegment buffer) throws LinuxException {
        long result;
        try {
            result = (long) RECV.invokeExact(Call.state(), fd, buffer, buffer.byteSize(), 0);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.checkUnlessAgain((int) result, "recv", fd);
    }

    /**
     * Hands bytes to the kernel, see <a
     * href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>. A broken connection is
     * an exception (EPIPE or ECONNRESET), never a signal.
     *
     * @param bytes what to send
     * @return how many of them the kernel took, which may be fewer than there are, or {@code
     *     -EAGAIN} if the socket is non-blocking and its send buffer is full
     */
    public static int send(int fd, MemorySegment bytes) throws LinuxException {
        long result;
        try {
            long count = bytes.byteSize();
            result = (long) SEND.invokeExact(Call.state(), fd, bytes, count, MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.checkUnlessAgain((int) result, "send", fd);
    }

    /**
     * Ends one or both sides of a connection, see <a
     * href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>.
     *
     * @param how {@link #SHUT_WR}
     */
    public static void shutdown(int fd, int how) throws LinuxException {
        int result;
        try {
            result = (int) SHUTDOWN.invokeExact(Call.state(), fd, how);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "shutdown", fd);
    }

    /**
     * Closes a descriptor, see <a
     * href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>. It is closed in any
     * case, also when the call reports an error of an earlier write, so that is not thrown.
     *
     * @throws LinuxException with EBADF if the descriptor is not open, which is a defect of the
     *     caller
     */
    public static void close(int fd) throws LinuxException {
        int result;
        try {
            result = (int) CLOSE.invokeExact(Call.state(), fd);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        if (result < 0 && Call.errno() == Errno.EBADF)
            throw new LinuxException(Errno.EBADF, "close", fd);
    }
}
