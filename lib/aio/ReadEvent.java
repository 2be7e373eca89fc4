//SOURCES ChannelEvent.java
//SOURCES EventLoop.java
package aio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * Waits for bytes and gives them in an array of their own, empty at the end of the stream. While it
 * waits it holds no buffer. Counterpart: asyncio's {@code loop.sock_recv}; see {@link
 * ReadIntoEvent}.
 */
public final class ReadEvent extends ChannelEvent<byte[]> {
    private final ReadableByteChannel source;
    private final int limit;

    /**
     * Reads at most {@value EventLoop#READ_BUFFER_BYTES} bytes.
     *
     * @param <C> a channel that can be both read and waited for, as {@code SocketChannel}
     * @param channel the channel, in non-blocking mode
     */
    public <C extends SelectableChannel & ReadableByteChannel> ReadEvent(C channel) {
        this(channel, EventLoop.READ_BUFFER_BYTES);
    }

    /**
     * @param <C> a channel that can be both read and waited for
     * @param channel the channel, in non-blocking mode
     * @param limit how many bytes to read at most; more than {@value EventLoop#READ_BUFFER_BYTES}
     *     is no use
     */
    public <C extends SelectableChannel & ReadableByteChannel> ReadEvent(C channel, int limit) {
        super(channel, SelectionKey.OP_READ);
        if (limit <= 0) {
            throw new IllegalArgumentException("limit: " + limit);
        }
        this.source = channel;
        this.limit = limit;
    }

    @Override
    protected byte[] poll() throws IOException {
        ByteBuffer buffer = EventLoop.readBuffer(limit);
        int count = EventLoop.read(source, channel, buffer);
        if (count == 0) {
            return null;
        }
        byte[] bytes = new byte[Math.max(count, 0)];
        buffer.flip().get(bytes);
        return bytes;
    }
}
