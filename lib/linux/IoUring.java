//SOURCES Call.java CompletionQueue.java Mapping.java SocketCalls.java SubmissionQueue.java
package linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A pair of rings, in memory shared with the kernel, through which requests go in and completions
 * come out. See <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>.
 *
 * <p>A ring belongs to the platform thread that makes it, and no other may call a method. (The
 * kernel cancels the requests of a thread that ends.) Its memory is mapped in a confined arena: an
 * access from another thread, or after {@link #close}, is an exception.
 */
public final class IoUring implements AutoCloseable {
    private static final long SETUP = 425;
    private static final long ENTER = 426;
    private static final long REGISTER = 427;

    private static final int SETUP_CQSIZE = 1 << 3;
    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final int SETUP_SINGLE_ISSUER = 1 << 12;
    private static final int SETUP_DEFER_TASKRUN = 1 << 13; // Linux 6.1, the newest one needed
    private static final int SETUP_NO_SQARRAY = 1 << 16; // Linux 6.6
    private static final int NEEDED =
            SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN;

    /** The largest submission queue that the kernel makes. */
    private static final int MOST = 1 << 15;

    private static final int ENTER_GETEVENTS = 1;
    private static final int REGISTER_PBUF_RING = 22;
    private static final int REGISTER_SYNC_CANCEL = 24;
    private static final long OFF_SQES = 0x10000000;

    // struct io_uring_params, with the offsets of the fields in the mapped memory.
    private static final int PARAMS_BYTES = 120;
    private static final int SQ_ENTRIES = 0;
    private static final int CQ_ENTRIES = 4;
    private static final int FLAGS = 8;
    private static final int SQ_HEAD = 40;
    private static final int SQ_TAIL = 44;
    private static final int SQ_FLAGS = 56;
    private static final int SQ_ARRAY = 64;
    private static final int CQ_HEAD = 80;
    private static final int CQ_TAIL = 84;
    private static final int CQ_ENTRY_ARRAY = 100;
    private static final int CQ_ENTRY_BYTES = 16;

    // The C library has no functions for these calls, only syscall(), which is variadic.
    private static final MethodHandle SYSCALL =
            Call.find(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));

    private final Thread owner = Thread.currentThread();
    private final Arena arena = Arena.ofConfined();
    private final int fd;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private boolean closed;

    /**
     * Makes a ring that belongs to the calling thread.
     *
     * @param entries how many requests fit into the submission queue, up to 32,768
     * @param completions how many completions fit into the other, at least as many; both are
     *     rounded up to a power of two
     * @throws UnsupportedOperationException as {@link #require}
     */
    public IoUring(int entries, int completions) throws LinuxException {
        if (owner.isVirtual())
            throw new IllegalStateException("a ring belongs to a platform thread");
        if (entries < 1 || entries > MOST || completions < entries || completions > 2 * MOST)
            throw new IllegalArgumentException("no such ring: " + entries + ", " + completions);
        MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
        int made = setup(entries, completions, params, SETUP_NO_SQARRAY);
        if (made == -Errno.EINVAL) made = setup(entries, completions, params, 0);
        if (made < 0) {
            arena.close();
            requireAvailable(-made);
            throw new LinuxException(-made, "io_uring_setup", -1);
        }
        fd = made;
        try {
            int capacity = params.get(JAVA_INT, SQ_ENTRIES);
            int cqCapacity = params.get(JAVA_INT, CQ_ENTRIES);
            boolean hasArray = (params.get(JAVA_INT, FLAGS) & SETUP_NO_SQARRAY) == 0;
            long cqes = params.get(JAVA_INT, CQ_ENTRY_ARRAY);
            long array = params.get(JAVA_INT, SQ_ARRAY);
            long bytes = cqes + (long) cqCapacity * CQ_ENTRY_BYTES;
            if (hasArray) bytes = Math.max(bytes, array + (long) capacity * Integer.BYTES);
            MemorySegment ring = Mapping.shared(arena, fd, 0, bytes);
            MemorySegment sqes =
                    Mapping.shared(arena, fd, OFF_SQES, (long) capacity * SubmissionEntry.BYTES);
            if (hasArray)
                for (int i = 0; i < capacity; i++)
                    ring.set(JAVA_INT, array + (long) i * Integer.BYTES, i);
            submissions =
                    new SubmissionQueue(
                            ring,
                            params.get(JAVA_INT, SQ_HEAD),
                            params.get(JAVA_INT, SQ_TAIL),
                            sqes,
                            capacity);
            this.completions =
                    new CompletionQueue(
                            ring,
                            params.get(JAVA_INT, CQ_HEAD),
                            params.get(JAVA_INT, CQ_TAIL),
                            cqes,
                            cqCapacity,
                            params.get(JAVA_INT, SQ_FLAGS));
        } catch (LinuxException e) {
            SocketCalls.close(fd);
            arena.close();
            throw e;
        }
    }

    /** Returns the new ring's descriptor, or a negative error. */
    private static int setup(int entries, int completions, MemorySegment params, int more) {
        params.fill((byte) 0);
        params.set(JAVA_INT, CQ_ENTRIES, completions);
        params.set(JAVA_INT, FLAGS, NEEDED | more);
        int result = syscall(SETUP, entries, params.address(), 0, 0);
        return result < 0 ? -Call.errno() : result;
    }

    private static int syscall(long number, long first, long second, long third, long fourth) {
        try {
            return (int)
                    (long)
                            SYSCALL.invokeExact(
                                    Call.state(), number, first, second, third, fourth, 0L, 0L);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
    }

    /**
     * Does nothing where a ring can be made.
     *
     * @throws UnsupportedOperationException with one line that says why not: io_uring is switched
     *     off, the kernel is older than 6.1, or this is not Linux
     */
    public static void require() throws LinuxException {
        Platform.require();
        new IoUring(1, 1).close();
    }

    private static void requireAvailable(int errno) {
        String why =
                switch (errno) {
                    case Errno.EPERM ->
                            "io_uring is switched off here (kernel.io_uring_disabled is "
                                    + disabled()
                                    + "; if that is 0, a container's seccomp profile forbids it)";
                    case Errno.ENOSYS ->
                            "this kernel has no io_uring, or a container's seccomp profile hides"
                                    + " it";
                    case Errno.EINVAL ->
                            "io_uring needs Linux 6.1, and here is "
                                    + System.getProperty("os.version");
                    default -> null;
                };
        if (why != null) throw new UnsupportedOperationException(why);
    }

    private static String disabled() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/io_uring_disabled")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Returns the memory that ends with this ring, for buffers that the kernel uses. */
    public Arena arena() {
        return arena;
    }

    /** Returns the queue in which the results are. */
    public CompletionQueue completions() {
        return completions;
    }

    /**
     * Adds an entry to the submission queue. If that is full, the kernel gets its entries first.
     *
     * @param opcode what to do, one of the constants of {@link SubmissionEntry}
     * @param fd the descriptor to do it with, or -1
     * @param userData any number; the completion brings it back
     * @return the entry, to set more of its fields at once
     */
    public SubmissionEntry add(byte opcode, int fd, long userData) throws LinuxException {
        if (submissions.isFull()) enter(submissions.publish(), 0, 0);
        if (submissions.isFull()) throw new LinuxException(Errno.EBUSY, "io_uring_enter", this.fd);
        return submissions.add(opcode, fd, userData);
    }

    /**
     * Submits what was added and waits for completions, in one call of io_uring_enter. A signal may
     * end the wait before.
     *
     * @param least how many completions to wait for; 0 does not wait, but fetches what is there
     */
    public void submitAndWait(int least) throws LinuxException {
        enter(submissions.publish(), least, ENTER_GETEVENTS);
    }

    /** EBUSY says that completions wait because the queue is full: the caller takes them. */
    private void enter(int count, int least, int flags) throws LinuxException {
        int result = syscall(ENTER, fd, count, least, flags);
        if (result >= 0) return;
        int errno = Call.errno();
        if (errno != Errno.EINTR && errno != Errno.EBUSY)
            throw new LinuxException(errno, "io_uring_enter", fd);
    }

    /** Registers a ring of buffers; {@code struct io_uring_buf_reg} has 40 bytes. */
    void registerBufferRing(MemorySegment buffers, int count, short group) throws LinuxException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment registration = temporary.allocate(40, Long.BYTES);
            registration.set(JAVA_LONG, 0, buffers.address());
            registration.set(JAVA_INT, 8, count);
            registration.set(JAVA_SHORT, 12, group);
            int result = syscall(REGISTER, fd, REGISTER_PBUF_RING, registration.address(), 1);
            Call.check(result, "io_uring_register", fd);
        }
    }

    /**
     * Cancels what is at work, waits until the kernel no longer uses its memory and descriptors,
     * and frees the ring's memory. Connections that were accepted into the completion queue stay
     * open: who submits an ACCEPT takes its completions first. A second call does nothing.
     *
     * @throws WrongThreadException on a thread that the ring does not belong to
     */
    @Override
    public void close() throws LinuxException {
        if (Thread.currentThread() != owner)
            throw new WrongThreadException("a ring is closed by the thread it belongs to");
        if (closed) return;
        closed = true;
        try {
            cancelAll();
            enter(0, 0, ENTER_GETEVENTS); // ends the canceled requests, which hold descriptors
        } finally {
            SocketCalls.close(fd);
            arena.close();
        }
    }

    /** {@code struct io_uring_sync_cancel_reg} has 64 bytes; a timeout of -1 is none. */
    private void cancelAll() throws LinuxException {
        MemorySegment cancel = arena.allocate(64, Long.BYTES);
        cancel.set(JAVA_INT, 8, -1);
        cancel.set(JAVA_INT, 12, SubmissionEntry.CANCEL_ANY);
        cancel.set(JAVA_LONG, 16, -1);
        cancel.set(JAVA_LONG, 24, -1);
        int result = syscall(REGISTER, fd, REGISTER_SYNC_CANCEL, cancel.address(), 1);
        if (result < 0 && Call.errno() != Errno.ENOENT)
            throw new LinuxException(Call.errno(), "io_uring_register", fd);
    }
}
