//SOURCES IoUring.java Mapping.java SubmissionEntry.java
package linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Buffers for the kernel to choose from when data arrives, so that a connection without data needs
 * none. They lie in a third ring, in which this side puts those that are free, see <a
 * href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>.
 * Only the thread of the {@link IoUring} may call its methods. Its memory ends with the ring.
 */
public final class BufferRing {
    private static final VarHandle SHORT = JAVA_SHORT.varHandle().withInvokeExactBehavior();

    // struct io_uring_buf; the tail of the ring takes the place of the first one's last field.
    private static final int ENTRY_BYTES = 16;
    private static final int LENGTH = 8;
    private static final int BUFFER_ID = 12;
    private static final long TAIL = 14;

    private final int count;
    private final int size;
    private final MemorySegment ring;
    private final MemorySegment memory;
    private short next;

    /**
     * Makes one with all its buffers free.
     *
     * @param group a number for these buffers, see {@link SubmissionEntry#bufferGroup}
     * @param count how many buffers, a power of two
     * @param size how many bytes each has
     */
    public BufferRing(IoUring owner, int group, int count, int size) throws LinuxException {
        if (Integer.bitCount(count) != 1 || count > 1 << 15)
            throw new IllegalArgumentException("not a power of two up to 32768: " + count);
        this.count = count;
        this.size = size;
        ring = Mapping.anonymous(owner.arena(), (long) count * ENTRY_BYTES);
        memory = Mapping.anonymous(owner.arena(), (long) count * size);
        owner.registerBufferRing(ring, count, (short) group);
        for (int i = 0; i < count; i++) giveBack(i);
        publish();
    }

    /** Returns the bytes that a completion has put into a buffer. */
    public MemorySegment received(int bufferId, int bytes) {
        return memory.asSlice((long) bufferId * size, bytes);
    }

    /** Frees a buffer whose data has been used; the kernel learns of it by {@link #publish}. */
    public void giveBack(int bufferId) {
        long entry = (long) (next++ & count - 1) * ENTRY_BYTES;
        ring.set(JAVA_LONG, entry, memory.address() + (long) bufferId * size);
        ring.set(JAVA_INT, entry + LENGTH, size);
        ring.set(JAVA_SHORT, entry + BUFFER_ID, (short) bufferId);
    }

    /** Shows the free buffers to the kernel. Release: it sees their entries before the tail. */
    public void publish() {
        SHORT.setRelease(ring, TAIL, next);
    }
}
