//SOURCES SubmissionEntry.java
package linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The submission queue of a ring: this side writes entries and moves the tail, the kernel reads
 * them and moves the head. Both numbers only grow, and wrap around after 2^32; their lowest bits
 * are the place in the array. Only the thread of the {@link IoUring} may call its methods.
 */
final class SubmissionQueue {
    private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment ring;
    private final long head;
    private final long tail;
    private final int capacity;
    private final SubmissionEntry entry;

    /** The tail; the kernel sees the entries before it once they are published. */
    private int next;

    /**
     * Makes one.
     *
     * @param ring the mapped memory with head and tail
     * @param head where in it the head is
     * @param tail where in it the tail is
     * @param entries the mapped array of entries
     * @param capacity how many there are, a power of two
     */
    SubmissionQueue(MemorySegment ring, long head, long tail, MemorySegment entries, int capacity) {
        this.ring = ring;
        this.head = head;
        this.tail = tail;
        this.capacity = capacity;
        this.entry = new SubmissionEntry(entries);
    }

    /** Adds an entry, which the kernel does not see yet; there must be room. */
    SubmissionEntry add(byte opcode, int fd, long userData) {
        return entry.startAt(next++ & capacity - 1, opcode, fd, userData);
    }

    boolean isFull() {
        return pending() == capacity;
    }

    /** Returns how many entries the kernel has not taken. Acquire: it has read the others whole. */
    int pending() {
        return next - (int) INT.getAcquire(ring, head);
    }

    /**
     * Shows all entries to the kernel, and returns how many it has not taken. Release: whoever sees
     * the new tail also sees the entries before it.
     */
    int publish() {
        INT.setRelease(ring, tail, next);
        return pending();
    }
}
