//SOURCES ChannelEvent.java
package aio;

import module java.base;

/**
 * Waits for bytes and puts them into the caller's buffer, at its position. Returns how many there
 * were, or -1 at the end of the stream. Counterpart: {@code sock_recv_into}.
 */
public final class ReadIntoEvent extends ChannelEvent<Integer> {
    private final ReadableByteChannel source;
    private final ByteBuffer buffer;

    /**
     * Reads into a buffer.
     *
     * @param channel a channel in non-blocking mode
     * @param buffer a buffer that has room when the event is awaited; {@code IllegalStateException}
     *     from the {@code await} otherwise
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
            throw new IllegalStateException("the buffer is full: this read would never end");
        }
        int count = read(source, buffer);
        return count == 0 ? null : count;
    }
}
