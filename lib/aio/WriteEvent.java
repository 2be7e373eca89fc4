//SOURCES ChannelEvent.java
package aio;

import module java.base;

/**
 * Writes all of a buffer, waiting whenever the channel takes no more; gives the number of bytes.
 * Meanwhile the buffer must be left alone; after a failure its position tells how far it came.
 * Counterpart: {@code sock_sendall}.
 */
public final class WriteEvent extends ChannelEvent<Integer> {
    /** The JDK copies what a heap buffer holds for each attempt, into a buffer that it keeps. */
    private static final int HEAP_SLICE_BYTES = 64 * 1024;

    private final WritableByteChannel sink;
    private final ByteBuffer buffer;
    private int start;

    /** For a channel in non-blocking mode, and a buffer to write from position to limit. */
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
