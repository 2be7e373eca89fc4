package linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * An entry of the submission queue, {@code struct io_uring_sqe}: 64 bytes that describe one request
 * (see <a
 * href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>). Each
 * method sets one field and returns this entry; a field that is not set is 0. The object is used
 * again for the next entry.
 */
public final class SubmissionEntry {
    /** Does nothing, and completes with 0. */
    public static final byte NOP = 0;

    /** Completes when a descriptor is ready for the events in {@link #opFlags}. */
    public static final byte POLL_ADD = 6;

    /** Completes with {@code -ETIME} after the time in the two longs at {@link #address}. */
    public static final byte TIMEOUT = 11;

    /** Accepts a connection, as accept4(2). */
    public static final byte ACCEPT = 13;

    /** Cancels requests. */
    public static final byte ASYNC_CANCEL = 14;

    /** Closes the descriptor. */
    public static final byte CLOSE = 19;

    /** Reads, as pread(2); offset -1 stands for the current position. */
    public static final byte READ = 22;

    /** Sends, as send(2). */
    public static final byte SEND = 26;

    /** Receives, as recv(2). */
    public static final byte RECV = 27;

    /** Value of {@link #ioprio} for ACCEPT: completes with every connection, not only the next. */
    public static final short ACCEPT_MULTISHOT = 1;

    /** Value of {@link #ioprio} for RECV: completes with all data that comes, not only the next. */
    public static final short RECV_MULTISHOT = 2;

    /** Bit of {@link #opFlags} for ASYNC_CANCEL: all requests that match, not only one. */
    public static final int CANCEL_ALL = 1;

    /** Bit of {@link #opFlags} for ASYNC_CANCEL: the requests on the entry's descriptor. */
    public static final int CANCEL_FD = 2;

    /** Bit of {@link #opFlags} for ASYNC_CANCEL: every request of the ring. */
    public static final int CANCEL_ANY = 4;

    /** Size of an entry. */
    static final int BYTES = 64;

    private static final byte BUFFER_SELECT = 1 << 5;
    private static final int FLAGS = 1;
    private static final int IOPRIO = 2;
    private static final int FD = 4;
    private static final int OFFSET = 8;
    private static final int ADDRESS = 16;
    private static final int LENGTH = 24;
    private static final int OP_FLAGS = 28;
    private static final int USER_DATA = 32;
    private static final int BUFFER_GROUP = 40;

    private final MemorySegment entries;
    private long start;

    SubmissionEntry(MemorySegment entries) {
        this.entries = entries;
    }

    SubmissionEntry startAt(int index, byte opcode, int fd, long userData) {
        start = (long) index * BYTES;
        for (int i = 0; i < BYTES; i += Long.BYTES) entries.set(JAVA_LONG, start + i, 0);
        entries.set(JAVA_BYTE, start, opcode);
        entries.set(JAVA_INT, start + FD, fd);
        entries.set(JAVA_LONG, start + USER_DATA, userData);
        return this;
    }

    /** Sets {@code ioprio}, where ACCEPT and RECV have flags of their own. */
    public SubmissionEntry ioprio(short flags) {
        entries.set(JAVA_SHORT, start + IOPRIO, flags);
        return this;
    }

    /** Sets the offset in a file; -1 stands for the current position. */
    public SubmissionEntry offset(long offset) {
        entries.set(JAVA_LONG, start + OFFSET, offset);
        return this;
    }

    /**
     * Sets the address and the length of a buffer. The kernel uses the memory until the request
     * completes: it must not be changed nor freed before.
     */
    public SubmissionEntry buffer(MemorySegment buffer) {
        entries.set(JAVA_INT, start + LENGTH, (int) buffer.byteSize());
        return address(buffer, 0);
    }

    /** Sets the address alone, of what the operation reads as soon as it is submitted. */
    public SubmissionEntry address(MemorySegment memory, int length) {
        entries.set(JAVA_LONG, start + ADDRESS, memory.address());
        if (length > 0) entries.set(JAVA_INT, start + LENGTH, length);
        return this;
    }

    /** Sets the flags of the operation, for example those of send(2) or the events of poll(2). */
    public SubmissionEntry opFlags(int flags) {
        entries.set(JAVA_INT, start + OP_FLAGS, flags);
        return this;
    }

    /** Lets the kernel choose a buffer when there is data, see {@code BufferRing}. */
    public SubmissionEntry bufferGroup(int group) {
        entries.set(JAVA_BYTE, start + FLAGS, BUFFER_SELECT);
        entries.set(JAVA_SHORT, start + BUFFER_GROUP, (short) group);
        return this;
    }
}
