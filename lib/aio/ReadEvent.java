//SOURCES ChannelEvent.java EventLoop.java Poller.java
package aio;

import module java.base;

/**
 * Waits for bytes and returns them in a new array, which is empty at the end of the stream. It
 * holds no buffer while it waits. See {@link ReadIntoEvent} to read into a buffer of your own.
 * Counterpart: {@code sock_recv}.
 */
public final class ReadEvent extends ChannelEvent<byte[]> {
    private final ReadableByteChannel source;
    private final int limit;

    /** Reads what is there, at most 65,536 bytes, from a channel in non-blocking mode. */
    public <C extends SelectableChannel & ReadableByteChannel> ReadEvent(C channel) {
        this(channel, Poller.READ_BUFFER_BYTES);
    }

    /**
     * Reads what is there, up to a limit.
     *
     * @param channel a channel in non-blocking mode
     * @param limit the most bytes that one read returns, 1 to 65,536
     */
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
                loop == null ? ByteBuffer.allocate(limit) : loop.readBuffer().limit(limit);
        int count = read(source, buffer);
        if (count == 0) return null;
        byte[] bytes = new byte[Math.max(count, 0)];
        buffer.flip().get(bytes);
        return bytes;
    }
}
