//SOURCES Event.java EventLoop.java Poller.java Task.java Waiters.java
package aio;

import module java.base;

/**
 * Waits until a non-blocking channel is ready for an operation; a subclass only performs it, in
 * {@link #poll}. Of a channel one task at a time may wait for input (read, accept) and one for
 * output (write, connect): the {@code await} of a second fails with {@code IllegalStateException}.
 * On a closed channel it fails with {@code ClosedChannelException}; to wake a task that waits
 * already, close the channel with {@link EventLoop#closeChannel}.
 */
public abstract class ChannelEvent<T> extends Event<T> {
    final SelectableChannel channel;
    final int operation;

    /** For a channel in non-blocking mode and one of {@link SelectionKey}'s operations. */
    protected ChannelEvent(SelectableChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) throws IOException {
        loop.poller.watch(channel, operation, task.waker);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        loop.poller.unwatch(channel, operation, task.waker);
    }

    /**
     * Reads, unless the last read emptied the channel and the selector has reported nothing since:
     * that saves a system call for every request.
     */
    int read(ReadableByteChannel source, ByteBuffer buffer) throws IOException {
        Waiters waiters = waiters();
        if (waiters == null) return source.read(buffer);
        if (waiters.drained && channel.isOpen()) return 0;
        int count = source.read(buffer);
        waiters.drained = count >= 0 && buffer.hasRemaining();
        return count;
    }

    /** What the current loop knows of the channel; null if nobody has waited for it there. */
    Waiters waiters() {
        EventLoop loop = EventLoop.currentOrNull();
        return loop == null ? null : loop.poller.waiters(channel);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + channel + ")";
    }
}
