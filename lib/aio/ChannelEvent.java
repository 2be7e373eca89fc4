//SOURCES Event.java
//SOURCES EventLoop.java
//SOURCES Task.java
package aio;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * Waits until a non-blocking channel is ready for one operation. A subclass only says how to
 * perform it, in {@link #poll}.
 *
 * <p>One task at a time waits for input (read, accept) on a channel, and one for output (write,
 * connect): a second {@code await} fails with {@code IllegalStateException}. If the channel is
 * closed meanwhile, the {@code await} fails with {@code ClosedChannelException}.
 *
 * @param <T> what the operation gives
 */
public abstract class ChannelEvent<T> extends Event<T> {
    final SelectableChannel channel;
    private final int operation;

    /**
     * @param channel the channel, in non-blocking mode
     * @param operation one of {@link SelectionKey}'s operations
     */
    protected ChannelEvent(SelectableChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) throws IOException {
        loop.watch(channel, operation, task);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        loop.unwatch(channel, operation);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + channel + ")";
    }
}
