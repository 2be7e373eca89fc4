//JAVA 25+
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES Errno.java LinuxException.java Platform.java
package linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * How the classes of this package call a function of the C library, by <a
 * href="https://openjdk.org/jeps/454">JEP 454</a>. Each handle takes the segment for {@code errno}
 * as its first argument: the JVM may itself change {@code errno} between two lines of Java, so it
 * is saved on the way back from the call.
 */
final class Call {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle VALUE = STATE.varHandle(groupElement("errno"));

    /** One segment for each thread, allocated once, because a call must not allocate. */
    private static final ThreadLocal<MemorySegment> STATES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    static {
        Platform.require();
    }

    private Call() {}

    /**
     * Returns a handle to a function of the C library. A call that may block must not be linked as
     * critical: the garbage collector would wait for it.
     */
    @SuppressWarnings("restricted") // the JVM trusts these descriptions of C functions
    static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... more) {
        List<Linker.Option> options = new ArrayList<>(List.of(more));
        options.add(ERRNO);
        MemorySegment function =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() ->
                                new UnsupportedOperationException(
                                        "the C library has no function " + name));
        return LINKER.downcallHandle(function, type, options.toArray(new Linker.Option[0]));
    }

    /** Returns the calling thread's segment for {@code errno}. */
    static MemorySegment state() {
        return STATES.get();
    }

    /** Returns {@code errno} of the calling thread's last call. */
    static int errno() {
        return (int) VALUE.get(STATES.get(), 0L);
    }

    /** Returns the result of a call, or throws what {@code errno} says if that is negative. */
    static int check(int result, String name, int fd) throws LinuxException {
        if (result < 0) throw new LinuxException(errno(), name, fd);
        return result;
    }

    /**
     * Does the same for a call on a non-blocking descriptor, which returns {@code -EAGAIN} if it
     * would have to wait, as the system call itself does.
     */
    static int checkUnlessAgain(int result, String name, int fd) throws LinuxException {
        if (result >= 0) return result;
        int errno = errno();
        if (errno == Errno.EAGAIN) return -Errno.EAGAIN;
        throw new LinuxException(errno, name, fd);
    }

    /**
     * Does the same for a call that waits. A signal that came meanwhile, or a stop and continue of
     * the process, ends the wait with 0, as its timeout does: the caller looks and waits again.
     */
    static int checkWait(int result, String name, int fd) throws LinuxException {
        if (result >= 0) return result;
        int errno = errno();
        if (errno == Errno.EINTR) return 0;
        throw new LinuxException(errno, name, fd);
    }

    /** Returns the error for what no call of a linked function can throw. */
    static AssertionError impossible(Throwable e) {
        return new AssertionError("a call of a C function threw an exception", e);
    }
}
