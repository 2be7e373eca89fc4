//SOURCES ChannelEvent.java
package aio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.WritableByteChannel;

/**
 * Writes all of a buffer, waiting as often as the peer or the kernel cannot take more; gives the
 * number of bytes. The buffer must not be touched meanwhile; if the {@code await} fails, its
 * position tells how far it came. Counterpart: asyncio's {@code loop.sock_sendall}.
 */
public final class WriteEvent extends ChannelEvent<Integer> {
    /** A heap buffer is copied whole for every attempt, into a buffer that the JDK then keeps. */
    private static final int HEAP_SLICE_BYTES = 64 * 1024;

    private final WritableByteChannel sink;
    private final ByteBuffer buffer;
    private final int start;

    /**
     * @param <C> a channel that can be both written and waited for, as {@code SocketChannel}
     * @param channel the channel, in non-blocking mode
     * @param buffer what to write, from its position to its limit
     */
    public <C extends SelectableChannel & WritableByteChannel> WriteEvent(
            C channel, ByteBuffer buffer) {
        super(channel, SelectionKey.OP_WRITE);
        this.sink = channel;
        this.buffer = buffer;
        this.start = buffer.position();
    }

    @Override
    protected Integer poll() throws IOException {
        int end = buffer.limit();
        int slice = buffer.isDirect() ? Integer.MAX_VALUE : HEAP_SLICE_BYTES;
        int count = 1;
        while (buffer.hasRemaining() && count > 0) {
            try {
                buffer.limit(buffer.position() + Math.min(end - buffer.position(), slice));
                count = sink.write(buffer);
            } finally {
                buffer.limit(end);
            }
        }
        return buffer.hasRemaining() ? null : end - start;
    }
}
