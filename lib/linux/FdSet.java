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
 * A set of descriptors as {@code select} wants it: one bit for each possible number. The kernel
 * overwrites the set with those that are ready, so a program fills it anew before each call. See <a
 * href="https://man7.org/linux/man-pages/man2/select.2.html">select(2)</a>. For one thread at a
 * time.
 *
 * <p>The C library's {@code fd_set} has 1,024 bits, and its macros write past the end for a larger
 * number. The kernel takes a set of any size; this one has the size it is made with.
 */
public final class FdSet {
    /** How many bits the C library's {@code fd_set} has. */
    public static final int FD_SETSIZE = 1024;

    private static final MethodHandle SELECT =
            Call.find(
                    "select",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

    private final MemorySegment bits;
    private final MemorySegment timeval = Arena.ofAuto().allocate(JAVA_LONG, 2);
    private final int size;

    /**
     * Makes an empty set.
     *
     * @param size for how many descriptors: the numbers 0 to size - 1
     */
    public FdSet(int size) {
        this.size = size;
        // The kernel reads and writes whole words of 64 bits.
        bits = Arena.ofAuto().allocate(JAVA_LONG, (size + 63) / 64);
    }

    /** Returns how many descriptors have a bit in the set. */
    public int size() {
        return size;
    }

    /** Empties the set. */
    public void zero() {
        bits.fill((byte) 0);
    }

    /**
     * Adds a descriptor.
     *
     * @throws IllegalArgumentException if its number does not fit into the set
     */
    public void set(int fd) {
        if (fd < 0 || fd >= size)
            throw new IllegalArgumentException(
                    "descriptor " + fd + " does not fit into a set of " + size);
        bits.setAtIndex(JAVA_LONG, fd / 64, bits.getAtIndex(JAVA_LONG, fd / 64) | 1L << fd % 64);
    }

    /** Returns whether a descriptor is in the set. */
    public boolean isSet(int fd) {
        return fd >= 0 && fd < size && (bits.getAtIndex(JAVA_LONG, fd / 64) & 1L << fd % 64) != 0;
    }

    /**
     * Waits until a descriptor of the set is readable, and leaves in the set those that are.
     *
     * @param nfds the largest descriptor in the set, plus 1: the kernel looks at the bits below
     * @param millis how long at most; 0 not at all, -1 without end
     * @return how many descriptors are ready; 0 after the time, and also when a signal came, and
     *     then the set is empty
     */
    public int awaitReadable(int nfds, int millis) throws LinuxException {
        timeval.setAtIndex(JAVA_LONG, 0, millis / 1000);
        timeval.setAtIndex(JAVA_LONG, 1, millis % 1000 * 1000L);
        MemorySegment none = MemorySegment.NULL;
        MemorySegment timeout = millis < 0 ? none : timeval;
        int result;
        try {
            result = (int) SELECT.invokeExact(Call.state(), nfds, bits, none, none, timeout);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        int ready = Call.checkWait(result, "select", -1);
        if (ready == 0) zero(); // after a signal the kernel has not touched it
        return ready;
    }
}
