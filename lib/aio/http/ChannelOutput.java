//SOURCES ../EventLoop.java ../WriteEvent.java Output.java
package aio.http;

import static aio.EventLoop.waitFor;

import module java.base;

import aio.EventLoop;
import aio.WriteEvent;

/**
 * What a connection has to send, collected until it is flushed. For one coroutine, and the callback
 * of {@link #flushIfSuspended}.
 */
final class ChannelOutput extends Output {
    /** How many bytes it collects at most. */
    static final int MAX_BYTES = 32 * 1024;

    private final SocketChannel channel;
    private final Duration patience;
    private boolean writing;
    private boolean flushScheduled;
    private boolean sentOnce;
    private boolean sendsAtOnce;
    private IOException failure;

    /**
     * @param patience how long the client may take no byte before a write fails
     */
    ChannelOutput(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /** Returns the failure after which nothing can be sent any more; null if there is none. */
    IOException failure() {
        return failure;
    }

    /** Adds the bytes to what was collected, or sends both if they are many. */
    void send(byte[] bytes) throws IOException {
        if (bytes.length < MAX_BYTES) {
            append(bytes);
        } else {
            flush();
            write(ByteBuffer.wrap(bytes));
        }
    }

    /** Sends what was collected, and waits until the kernel has taken it. */
    void flush() throws IOException {
        if (size() == 0 && failure == null) return;
        write(toBuffer());
        clear();
    }

    private void write(ByteBuffer buffer) throws IOException {
        if (failure != null) throw failure;
        writing = true;
        try {
            writeNow(buffer); // nearly always this takes all of it
            while (buffer.hasRemaining()) writeSome(buffer);
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            writing = false;
            // The task was cancelled: what was sent must not be sent again.
            if (buffer.hasRemaining() && failure == null) failure = new IOException("cut off");
        }
    }

    private void writeSome(ByteBuffer buffer) throws IOException {
        int before = buffer.position();
        try {
            waitFor(new WriteEvent(channel, buffer), patience);
        } catch (TimeoutException e) {
            if (buffer.position() == before) throw new IOException("the client takes nothing", e);
        }
    }

    /** Writes what the kernel takes. */
    private void writeNow(ByteBuffer buffer) throws IOException {
        if (sentOnce) sendAtOnce();
        sentOnce = true;
        channel.write(buffer);
    }

    /**
     * Has the kernel send each write at once, even if the one before is not acknowledged yet
     * (TCP_NODELAY). The first write never waits, so a connection of one answer saves a call.
     */
    void sendAtOnce() throws IOException {
        if (!sendsAtOnce) channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        sendsAtOnce = true;
    }

    /** Arranges that what was collected is sent if the coroutine suspends. */
    void flushIfSuspended() {
        if (flushScheduled || size() == 0) return;
        flushScheduled = true;
        EventLoop.current().callSoon(this::flushNow);
    }

    private void flushNow() {
        flushScheduled = false;
        if (writing || size() == 0 || failure != null) return;
        try {
            ByteBuffer buffer = toBuffer();
            writeNow(buffer);
            drop(buffer.position());
        } catch (IOException e) {
            // The coroutine's next write fails in the same way.
        }
    }
}
