//SOURCES LinuxException.java
package linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The completion queue of a ring: the kernel writes entries and moves the tail, this side reads
 * them and moves the head. An entry, {@code struct io_uring_cqe}, has 16 bytes: the request's user
 * data, the result, and flags. Only the thread of the {@link IoUring} may call its methods.
 */
public final class CompletionQueue {
    private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

    private static final int ENTRY_BYTES = 16;
    private static final int RESULT = 8;
    private static final int FLAGS = 12;

    private static final int F_BUFFER = 1;
    private static final int F_MORE = 2;
    private static final int BUFFER_SHIFT = 16;

    private static final int SQ_CQ_OVERFLOW = 2;

    private final MemorySegment ring;
    private final long tail;
    private final long head;
    private final long entries;
    private final long submissionFlags;
    private final int capacity;

    private int next;
    private long userData;
    private int result;
    private int flags;

    /**
     * Makes one.
     *
     * @param ring the mapped memory with all that follows
     * @param head where in it the head is
     * @param tail where in it the tail is
     * @param entries where in it the array of entries begins
     * @param capacity how many there are, a power of two
     * @param submissionFlags where in it the flags of the submission queue are
     */
    CompletionQueue(
            MemorySegment ring,
            long head,
            long tail,
            long entries,
            int capacity,
            long submissionFlags) {
        this.ring = ring;
        this.head = head;
        this.tail = tail;
        this.entries = entries;
        this.capacity = capacity;
        this.submissionFlags = submissionFlags;
    }

    /**
     * Takes the next completion, whose fields the other methods then return.
     *
     * @return whether there was one
     */
    public boolean next() {
        // Acquire: whoever sees the new tail also sees the entries before it.
        if (next == (int) INT.getAcquire(ring, tail)) return false;
        long entry = entries + (long) (next & capacity - 1) * ENTRY_BYTES;
        userData = ring.get(JAVA_LONG, entry);
        result = ring.get(JAVA_INT, entry + RESULT);
        flags = ring.get(JAVA_INT, entry + FLAGS);
        // Release: the entry is read before the kernel, which sees the new head, writes it again.
        INT.setRelease(ring, head, ++next);
        return true;
    }

    /** Returns the number that came with the request. */
    public long userData() {
        return userData;
    }

    /** Returns the result: what the system call would return, or a negative {@link Errno}. */
    public int result() {
        return result;
    }

    /**
     * Returns the result, or throws the error that it is.
     *
     * @param operation the name of the operation, for the message
     * @param fd its descriptor, or -1
     */
    public int check(String operation, int fd) throws LinuxException {
        if (result < 0) throw new LinuxException(-result, operation, fd);
        return result;
    }

    /** Returns whether the request is still at work, and will complete again. */
    public boolean hasMore() {
        return (flags & F_MORE) != 0;
    }

    /** Returns which provided buffer has the data, or -1 if none was used. */
    public int bufferId() {
        return (flags & F_BUFFER) != 0 ? flags >>> BUFFER_SHIFT : -1;
    }

    /**
     * Returns whether completions wait in the kernel because the queue was full. The next {@link
     * IoUring#submitAndWait} moves them here.
     */
    public boolean hasOverflowed() {
        return ((int) INT.getAcquire(ring, submissionFlags) & SQ_CQ_OVERFLOW) != 0;
    }
}
