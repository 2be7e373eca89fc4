//SOURCES ChannelEvent.java EventLoop.java Poller.java
package aio;

import module java.base;

/**
 * Waits for bytes and gives them in an array of their own, empty at the end of the stream; it holds
 * no buffer while it waits. Counterpart: {@code sock_recv}. See {@link ReadIntoEvent}.
 */
public final class ReadEvent extends ChannelEvent<byte[]> {
    private final ReadableByteChannel source;
    private final int limit;

    /** Reads from a channel in non-blocking mode at most what one read gives, or 64 KiB. */
    public <C extends SelectableChannel & ReadableByteChannel> ReadEvent(C channel) {
        this(channel, Poller.READ_BUFFER_BYTES);
    }

    /** Reads at most {@code limit} bytes, 1 to 65,536, from a channel in non-blocking mode. */
    public <C extends SelectableChannel & ReadableByteChannel> ReadEvent(C channel, int limit) {
        super(channel, SelectionKey.OP_READ);
        if (limit < 1 || limit > Poller.READ_BUFFER_BYTES) {
            throw new IllegalArgumentException("limit: " + limit);
        }
        this.source = channel;
        this.limit = limit;
    }

    @Override
    protected byte[] poll() throws IOException {
        EventLoop loop = EventLoop.currentOrNull();
        ByteBuffer buffer =
                loop == null ? ByteBuffer.allocate(limit) : loop.poller.readBuffer().limit(limit);
        int count = read(source, buffer);
        if (count == 0) return null;
        byte[] bytes = new byte[Math.max(count, 0)];
        buffer.flip().get(bytes);
        return bytes;
    }
}
