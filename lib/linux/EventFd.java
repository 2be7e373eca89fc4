//SOURCES Call.java SocketCalls.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A descriptor that another thread can make readable: the way out of a wait, because a thread that
 * waits in a system call does not notice an interrupt. See <a
 * href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>.
 *
 * <p>Any thread may call any method.
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;

    private static final MethodHandle EVENTFD =
            Call.find("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            Call.find("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            Call.find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG);
    private final int fd;
    private boolean closed;

    /** Makes one that is not readable yet. */
    public EventFd() throws LinuxException {
        int result;
        try {
            result = (int) EVENTFD.invokeExact(Call.state(), 0, EFD_NONBLOCK | EFD_CLOEXEC);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        fd = Call.check(result, "eventfd", -1);
    }

    /** Returns the descriptor to wait for. */
    public int fd() {
        return fd;
    }

    /** Makes the descriptor readable until {@link #clear}; does nothing once it is closed. */
    public synchronized void signal() {
        if (closed) return; // the number may already be another's
        counter.set(JAVA_LONG, 0, 1);
        transfer(WRITE);
    }

    /** Makes the descriptor unreadable until the next {@link #signal}. */
    public synchronized void clear() {
        if (!closed) transfer(READ);
    }

    /** Neither call fails but with EAGAIN, which says that the descriptor is as wanted already. */
    private void transfer(MethodHandle call) {
        try {
            long unused = (long) call.invokeExact(Call.state(), fd, counter, counter.byteSize());
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
    }

    @Override
    public synchronized void close() throws LinuxException {
        if (closed) return;
        closed = true;
        SocketCalls.close(fd);
    }
}
