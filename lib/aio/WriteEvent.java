//SOURCES ChannelEvent.java
package aio;

import module java.base;

/**
 * Writes all of a buffer, waiting whenever the channel takes no more, and returns the number of
 * bytes written. Don't use the buffer meanwhile. After a failure its position says how much was
 * written. Counterpart: {@code sock_sendall}.
 */
public final class WriteEvent extends ChannelEvent<Integer> {
    /** For each write the JDK copies a heap buffer into a direct one of that size, and keeps it. */
    private static final int HEAP_SLICE_BYTES = 64 * 1024;

    private final WritableByteChannel sink;
    private final ByteBuffer buffer;
    private int start;

    /** Writes a buffer, from its position to its limit, to a channel in non-blocking mode. */
    public <C extends SelectableChannel & WritableByteChannel> WriteEvent(
            C channel, ByteBuffer buffer) {
        super(channel, SelectionKey.OP_WRITE);
        this.sink = channel;
        this.buffer = buffer;
    }

    @Override
    protected void begin() {
        start = buffer.position();
    }

    @Override
    protected Integer poll() throws IOException {
        int end = buffer.limit();
        int slice = buffer.isDirect() ? end : HEAP_SLICE_BYTES;
        try {
            for (int count = 1; count > 0 && buffer.position() < end; ) {
                buffer.limit(Math.min(end - buffer.position(), slice) + buffer.position());
                count = sink.write(buffer);
            }
        } finally {
            buffer.limit(end);
        }
        return buffer.hasRemaining() ? null : end - start;
    }
}
