package lesson;

import java.lang.foreign.MemorySegment;

/**
 * What a connection says, for a loop that receives and sends on its behalf. The thread of the loop
 * calls all methods.
 */
public interface Protocol {
    /** Takes what the client has sent. The memory is the loop's again when this returns. */
    void received(MemorySegment data);

    /** Returns what to send next, or null if there is nothing. It must not change any more. */
    MemorySegment next();

    /** Learns that all of {@link #next} has been sent. */
    void sent();

    /** Learns that the client has ended its side, or that the connection is broken. */
    void ended();

    /** Returns whether this side has nothing more to say. */
    boolean isOver();
}
