//SOURCES ChannelEvent.java
//SOURCES EventLoop.java
package aio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * Waits for bytes and puts them into the caller's buffer, after what is there; gives how many, -1
 * at the end of the stream. Counterpart: asyncio's {@code loop.sock_recv_into}; see {@link
 * ReadEvent}.
 */
public final class ReadIntoEvent extends ChannelEvent<Integer> {
    private final ReadableByteChannel source;
    private final ByteBuffer buffer;

    /**
     * @param <C> a channel that can be both read and waited for, as {@code SocketChannel}
     * @param channel the channel, in non-blocking mode
     * @param buffer where the bytes go; it has room for one at least
     */
    public <C extends SelectableChannel & ReadableByteChannel> ReadIntoEvent(
            C channel, ByteBuffer buffer) {
        super(channel, SelectionKey.OP_READ);
        this.source = channel;
        this.buffer = buffer;
    }

    @Override
    protected Integer poll() throws IOException {
        if (!buffer.hasRemaining()) {
            throw new IllegalStateException("the buffer is full: the read would never end");
        }
        int count = EventLoop.read(source, channel, buffer);
        return count == 0 ? null : count;
    }
}
