//SOURCES Call.java SocketCalls.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An epoll instance: a set of descriptors that lives in the kernel, and the wait for any of them.
 * See <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>. For one thread at
 * a time.
 */
public final class Epoll implements AutoCloseable {
    /** There is something to receive, or a connection to accept, or the end of the stream. */
    public static final int EPOLLIN = 0x1;

    /** There is room to send. */
    public static final int EPOLLOUT = 0x4;

    /** The connection has an error; always reported. */
    public static final int EPOLLERR = 0x8;

    /** Both sides of the connection have ended; always reported. */
    public static final int EPOLLHUP = 0x10;

    /** The other side has ended its side of the connection. */
    public static final int EPOLLRDHUP = 0x2000;

    /** Report a descriptor when it becomes ready, not as long as it is. */
    public static final int EPOLLET = 0x80000000;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    /** The kernel packs {@code epoll_event} on x86-64 only: four bytes of events, eight of data. */
    private static final int EVENT_BYTES = Platform.IS_X86_64 ? 12 : 16;

    private static final int DATA = EVENT_BYTES - 8;

    private static final MethodHandle CREATE =
            Call.find("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle CTL =
            Call.find(
                    "epoll_ctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle WAIT =
            Call.find(
                    "epoll_wait",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private final int most;
    private final MemorySegment event;
    private final MemorySegment events;
    private final int fd;

    /**
     * Makes an empty one.
     *
     * @param most how many ready descriptors one wait can report; the others come with the next
     */
    public Epoll(int most) throws LinuxException {
        this.most = most;
        Arena arena = Arena.ofAuto();
        event = arena.allocate(EVENT_BYTES, Long.BYTES);
        events = arena.allocate((long) most * EVENT_BYTES, Long.BYTES);
        int result;
        try {
            result = (int) CREATE.invokeExact(Call.state(), EPOLL_CLOEXEC);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        fd = Call.check(result, "epoll_create1", -1);
    }

    /**
     * Watches a descriptor, until it is removed or closed.
     *
     * @param interest what to wait for: {@link #EPOLLIN} and others, joined by {@code |}
     */
    public void add(int watched, int interest) throws LinuxException {
        control(EPOLL_CTL_ADD, watched, interest);
    }

    /** Changes what a watched descriptor is watched for. */
    public void modify(int watched, int interest) throws LinuxException {
        control(EPOLL_CTL_MOD, watched, interest);
    }

    /** No longer watches a descriptor. */
    public void remove(int watched) throws LinuxException {
        control(EPOLL_CTL_DEL, watched, 0);
    }

    private void control(int operation, int watched, int interest) throws LinuxException {
        event.set(JAVA_INT_UNALIGNED, 0, interest);
        event.set(JAVA_INT_UNALIGNED, DATA, watched);
        int result;
        try {
            result = (int) CTL.invokeExact(Call.state(), fd, operation, watched, event);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "epoll_ctl", watched);
    }

    /**
     * Waits until a watched descriptor is ready, see <a
     * href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_wait(2)</a>.
     *
     * @param millis how long at most; 0 not at all, -1 without end
     * @return how many descriptors are ready; 0 after the time, and also when a signal came
     */
    public int await(int millis) throws LinuxException {
        int result;
        try {
            result = (int) WAIT.invokeExact(Call.state(), fd, events, most, millis);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.checkWait(result, "epoll_wait", fd);
    }

    /** Returns the descriptor at this place, from 0, of those that the last wait found ready. */
    public int readyFd(int index) {
        return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES + DATA);
    }

    /** Returns what the descriptor at this place is ready for. */
    public int readyEvents(int index) {
        return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES);
    }

    @Override
    public void close() throws LinuxException {
        SocketCalls.close(fd);
    }
}
