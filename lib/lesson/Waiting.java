package lesson;

import java.io.IOException;

/** A set of descriptors, and the wait for any of them. For one thread at a time. */
public interface Waiting extends AutoCloseable {
    /**
     * Adds a descriptor, to wait until it is readable.
     *
     * @throws IOException if the set can't take it
     */
    void add(int fd) throws IOException;

    /** Removes a descriptor that was added. */
    void remove(int fd) throws IOException;

    /**
     * Waits until a descriptor of the set is readable.
     *
     * @param millis how long at most; 0 not at all, -1 without end
     * @return those that are readable; none after the time, and also when a signal came
     */
    int[] await(int millis) throws IOException;

    /** Closes what the set has opened in the kernel, if anything. The descriptors stay open. */
    @Override
    default void close() throws IOException {}
}
