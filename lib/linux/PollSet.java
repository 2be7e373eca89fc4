//SOURCES Call.java
package linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The array of descriptors that a program hands to {@code poll}, all of it at each call, and in
 * which the kernel marks those that are ready. See <a
 * href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>. For one thread at a time.
 */
public final class PollSet {
    /** There is something to receive, or a connection to accept, or the end of the stream. */
    public static final short POLLIN = 0x1;

    /** There is room to send. */
    public static final short POLLOUT = 0x4;

    /** A {@code struct pollfd}: the descriptor, the events to wait for, and those that came. */
    private static final int POLLFD_BYTES = 8;

    private static final int EVENTS = 4;
    private static final int REVENTS = 6;

    private static final MethodHandle POLL =
            Call.find("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private MemorySegment array = allocate(16);
    private int size;

    private static MemorySegment allocate(int count) {
        return Arena.ofAuto().allocate((long) count * POLLFD_BYTES, Integer.BYTES);
    }

    /** Returns how many descriptors the set has. */
    public int size() {
        return size;
    }

    /** Adds a descriptor at the end, to wait for these events. */
    public void add(int fd, short events) {
        if (at(size) == array.byteSize()) {
            MemorySegment larger = allocate(size * 2);
            MemorySegment.copy(array, 0, larger, 0, array.byteSize());
            array = larger;
        }
        array.set(JAVA_INT, at(size), fd);
        size++;
        events(size - 1, events);
    }

    /** Changes the events to wait for at this place; with 0, only errors end the wait. */
    public void events(int index, short events) {
        array.set(JAVA_SHORT, at(index) + EVENTS, events);
        array.set(JAVA_SHORT, at(index) + REVENTS, (short) 0);
    }

    /**
     * Returns the place of a descriptor.
     *
     * @throws IllegalArgumentException if it isn't in the set
     */
    public int indexOf(int fd) {
        for (int index = 0; index < size; index++) if (fd(index) == fd) return index;
        throw new IllegalArgumentException("descriptor " + fd + " isn't in the set");
    }

    /** Removes the descriptor at this place; the last one takes it. */
    public void remove(int index) {
        size--;
        MemorySegment.copy(array, at(size), array, at(index), POLLFD_BYTES);
    }

    /** Returns the descriptor at this place. */
    public int fd(int index) {
        return array.get(JAVA_INT, at(index));
    }

    /** Returns what the last wait found at this place; not 0 means: ready, or failed. */
    public short readyEvents(int index) {
        return array.get(JAVA_SHORT, at(index) + REVENTS);
    }

    /**
     * Waits until a descriptor of the set is ready.
     *
     * @param millis how long at most; 0 not at all, -1 without end
     * @return how many descriptors are ready; 0 after the time, and also when a signal came
     */
    public int await(int millis) throws LinuxException {
        int result;
        try {
            result = (int) POLL.invokeExact(Call.state(), array, (long) size, millis);
        } catch (Throwable e) {
            throw Call.impossible(e);
        }
        return Call.checkWait(result, "poll", -1);
    }

    private static long at(int index) {
        return (long) index * POLLFD_BYTES;
    }
}
