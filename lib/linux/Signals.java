//SOURCES Call.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Takes signals out of the kernel's queue one after another, instead of being interrupted by them.
 * See <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>. It leaves the
 * signals of the JVM alone: the signals are blocked in one platform thread, the one that makes this
 * object, and only that thread calls its methods. They must be sent to that thread, as {@link
 * Fcntl#setOwner} does, since a signal for the process would end the JVM.
 *
 * <p>The thread closes this object, after the descriptors that send signals. HotSpot unblocks the
 * signals when the thread ends, and one that was still in the queue would end the JVM.
 */
public final class Signals implements AutoCloseable {
    /** The signal for a descriptor that became ready, if no other was chosen. */
    public static final int SIGIO = 29;

    private static final int SIG_BLOCK = 0;

    /** The C library's {@code sigset_t} has 1,024 bits. */
    private static final int SIGSET_BYTES = 128;

    /** A {@code siginfo_t}; the fields after the union's padding are those of SIGIO. */
    private static final int SIGINFO_BYTES = 128;

    private static final int SI_BAND = 16;
    private static final int SI_FD = 24;

    private static final MethodHandle SIGRTMIN =
            Call.find("__libc_current_sigrtmin", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETTID = Call.find("gettid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle SIGADDSET =
            Call.find("sigaddset", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SIGMASK =
            Call.find(
                    "pthread_sigmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SIGTIMEDWAIT =
            Call.find("sigtimedwait", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

    private final MemorySegment set = Arena.ofAuto().allocate(SIGSET_BYTES, Long.BYTES);
    private final MemorySegment info = Arena.ofAuto().allocate(SIGINFO_BYTES, Long.BYTES);
    private final MemorySegment timespec = Arena.ofAuto().allocate(JAVA_LONG, 2);

    /** Blocks these signals in the calling platform thread. */
    public Signals(int... signals) throws LinuxException {
        if (Thread.currentThread().isVirtual())
            throw new IllegalStateException("a virtual thread has no signal mask of its own");
        int result = 0;
        try {
            for (int signal : signals)
                result += (int) SIGADDSET.invokeExact(Call.state(), set, signal);
            if (result == 0)
                result =
                        (int) SIGMASK.invokeExact(Call.state(), SIG_BLOCK, set, MemorySegment.NULL);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        if (result != 0) throw new LinuxException(Errno.EINVAL, "pthread_sigmask", -1);
    }

    /** Returns the first signal that the C library leaves to programs, and that is queued. */
    public static int sigrtmin() {
        try {
            return (int) SIGRTMIN.invokeExact(Call.state());
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
    }

    /** Returns the kernel's number of the calling platform thread, see gettid(2). */
    public static int gettid() {
        try {
            return (int) GETTID.invokeExact(Call.state());
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
    }

    /**
     * Takes the next of the signals out of the queue, or waits for one, see <a
     * href="https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html">sigtimedwait(2)</a>.
     *
     * @param millis how long to wait at most
     * @return the signal, or 0 if none came in time
     */
    public int await(int millis) throws LinuxException {
        timespec.setAtIndex(JAVA_LONG, 0, millis / 1000);
        timespec.setAtIndex(JAVA_LONG, 1, millis % 1000 * 1_000_000L);
        int result;
        try {
            result = (int) SIGTIMEDWAIT.invokeExact(Call.state(), set, info, timespec);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        if (result < 0 && Call.errno() == Errno.EAGAIN) return 0;
        return Call.checkWait(result, "sigtimedwait", -1);
    }

    /** Takes all signals that are left out of the queue. The signals stay blocked. */
    @Override
    public void close() throws LinuxException {
        while (await(0) != 0) {
            // It is about a descriptor that is closed already.
        }
    }

    /** Returns the descriptor that the last signal is about (with {@link Fcntl#setSignal}). */
    public int readyFd() {
        return info.get(JAVA_INT, SI_FD);
    }

    /** Returns what that descriptor was ready for, as bits of poll(2), when the signal was sent. */
    public int readyEvents() {
        return (int) info.get(JAVA_LONG, SI_BAND);
    }
}
