package aio;

import module java.base;

/** The waiters of a channel: one for input, one for output. The attachment of its key. */
final class Waiters {
    static final int INPUT = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    private Runnable input;
    private Runnable output;

    /** True if the last read emptied the channel and the selector has reported nothing since. */
    boolean drained;

    /** Returns the waiter for this kind of operation; null if there is none. */
    Runnable of(int operation) {
        return (operation & INPUT) != 0 ? input : output;
    }

    void set(int operation, Runnable waiter) {
        if ((operation & INPUT) != 0) input = waiter;
        else output = waiter;
    }

    /** Removes the waiters and returns them. */
    List<Runnable> removeAll() {
        var all = Stream.of(input, output).filter(Objects::nonNull).toList();
        input = null;
        output = null;
        return all;
    }
}
