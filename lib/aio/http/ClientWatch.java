//SOURCES ../EventLoop.java Output.java
package aio.http;

import module java.base;

import aio.EventLoop;

/**
 * Reads what a client sends while a handler runs, to notice when the client ends its side. Used on
 * the loop, while no coroutine reads from the channel.
 */
final class ClientWatch {
    /** The most that it reads; a client that sends more is not watched any longer. */
    private static final int MAX_BYTES = 8 * 1024;

    private final SocketChannel channel;
    private final Output ahead = new Output();
    private Runnable onClose;
    private boolean reads;
    private boolean sawEnd;

    ClientWatch(SocketChannel channel) {
        this.channel = channel;
    }

    /** Runs the callback when the client ends its side; replaces an earlier callback. */
    void onClose(Runnable callback) {
        onClose = callback;
        try {
            if (!reads) EventLoop.current().addReader(channel, this::read);
            reads = true;
        } catch (IOException e) {
            EventLoop.current().callSoon(callback); // the connection is closed
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES - ahead.size());
        try {
            sawEnd = channel.read(buffer) < 0;
        } catch (IOException e) {
            sawEnd = true;
        }
        ahead.append(buffer.array(), 0, buffer.position());
        if (sawEnd || !buffer.hasRemaining()) stop();
        if (sawEnd) onClose.run();
    }

    /** Returns whether the client has ended its side. */
    boolean sawEnd() {
        return sawEnd;
    }

    /** Stops reading, and returns what was read. */
    byte[] stop() {
        if (reads) EventLoop.current().removeReader(channel);
        reads = false;
        return ahead.toByteArray();
    }
}
