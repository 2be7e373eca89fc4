//SOURCES Awaited.java Event.java EventLoop.java Poller.java Task.java Waiters.java
package aio;

import module java.base;

/**
 * Waits until a non-blocking channel is ready for an operation. A subclass performs the operation,
 * in {@link #poll}. For each channel one task at a time may wait for input (read, accept) and one
 * for output (write, connect); the {@code await} of another throws {@code IllegalStateException}.
 * If the channel is closed, {@code await} throws {@code ClosedChannelException}. To wake a task
 * that is already waiting, close the channel with {@link EventLoop#closeChannel}.
 */
public abstract class ChannelEvent<T> extends Event<T> {
    final SelectableChannel channel;
    final int operation;

    /**
     * Makes an event that waits for one operation.
     *
     * @param channel a channel in non-blocking mode
     * @param operation {@link SelectionKey#OP_READ} or another of its operations
     */
    protected ChannelEvent(SelectableChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) throws IOException {
        loop.watch(channel, operation, task.waker);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        loop.unwatch(channel, operation, task.waker);
    }

    /**
     * Reads, unless the last read emptied the channel and the selector has not reported it since.
     * That saves a system call for every request.
     */
    int read(ReadableByteChannel source, ByteBuffer buffer) throws IOException {
        Waiters waiters = waiters();
        if (waiters == null) return source.read(buffer);
        if (waiters.drained && channel.isOpen()) return 0;
        int count = source.read(buffer);
        waiters.drained = count >= 0 && buffer.hasRemaining();
        return count;
    }

    /** Returns the current loop's record of the channel; null if no task has waited for it. */
    Waiters waiters() {
        EventLoop loop = EventLoop.currentOrNull();
        return loop == null ? null : loop.waiters(channel);
    }

    @Override
    Awaited awaited() {
        return switch (operation) {
            case SelectionKey.OP_ACCEPT -> new Awaited("a client", peer("at", true));
            case SelectionKey.OP_CONNECT -> new Awaited("a connection", peer("to", false));
            case SelectionKey.OP_READ -> new Awaited("input", peer("from", false));
            default -> new Awaited("output", peer("to", false));
        };
    }

    /** Returns a preposition and an address of the channel; empty if it has no address. */
    private String peer(String preposition, boolean local) {
        SocketAddress address = null;
        try {
            if (local && channel instanceof NetworkChannel own) address = own.getLocalAddress();
            else if (channel instanceof SocketChannel conn) address = conn.getRemoteAddress();
        } catch (IOException e) {
            return "(it is closed)";
        }
        // Without the host name, which comes first and may be missing.
        return address == null
                ? ""
                : preposition + " " + address.toString().replaceFirst("^.*/(?=.*:)", "");
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + channel + ")";
    }
}
