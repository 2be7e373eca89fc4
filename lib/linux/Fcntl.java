//SOURCES Call.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The call {@code fcntl}, which changes how a descriptor behaves. See <a
 * href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>. Any thread may call any
 * method.
 */
public final class Fcntl {
    /** Flag of a descriptor: its operations return at once. */
    public static final int O_NONBLOCK = 0x800;

    /** Flag of a descriptor: a signal tells when it becomes ready. */
    public static final int O_ASYNC = 0x2000;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETSIG = 10;
    private static final int F_SETOWN_EX = 15;
    private static final int F_OWNER_TID = 0;

    // The third parameter of fcntl is variadic, and has a type of its own for each command.
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(2);
    private static final MethodHandle WITH_INT =
            Call.find(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    VARIADIC);
    private static final MethodHandle WITH_POINTER =
            Call.find(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
                    VARIADIC);

    private Fcntl() {}

    /** Returns the flags of a descriptor. */
    public static int flags(int fd) throws LinuxException {
        return call(fd, F_GETFL, 0);
    }

    /** Sets the flags of a descriptor: {@link #O_NONBLOCK}, {@link #O_ASYNC}, both or 0. */
    public static void setFlags(int fd, int flags) throws LinuxException {
        call(fd, F_SETFL, flags);
    }

    /**
     * Sets the signal that tells when a descriptor becomes ready. Unless it is set, that is SIGIO,
     * which comes without the number of the descriptor.
     */
    public static void setSignal(int fd, int signal) throws LinuxException {
        call(fd, F_SETSIG, signal);
    }

    /**
     * Sets the thread that gets the signal, and no other of the process.
     *
     * @param tid the kernel's number of the thread, see {@link Signals#gettid}
     */
    public static void setOwner(int fd, int tid) throws LinuxException {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment owner = arena.allocateFrom(JAVA_INT, F_OWNER_TID, tid);
            result = (int) WITH_POINTER.invokeExact(Call.state(), fd, F_SETOWN_EX, owner);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        Call.check(result, "fcntl", fd);
    }

    private static int call(int fd, int command, int argument) throws LinuxException {
        int result;
        try {
            result = (int) WITH_INT.invokeExact(Call.state(), fd, command, argument);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.check(result, "fcntl", fd);
    }
}
