//SOURCES ../Acceptor.java
package aio.reactor;

import module java.base;

import aio.Acceptor;

/**
 * A loop that waits until channels are ready and calls the callback of each: the program of the
 * chapter {@code aio_server}, kept for the chapters after it. The pattern is Schmidt's Reactor
 * (1995); in asyncio it is the part of the loop below {@code add_reader} and {@code add_writer}.
 *
 * <p>One thread calls {@link #run}, and every callback runs on it; no other thread may call
 * anything. A callback that fails closes its own channel and ends nothing else; what is not an
 * {@code IOException} is also printed on standard error.
 */
public final class Reactor implements AutoCloseable {
    /** Called when a channel is ready. It is the attachment of the channel's key. */
    @FunctionalInterface
    public interface Callback {
        /** Does what the channel is ready for; a failure closes the channel. */
        void call(SelectionKey key) throws IOException;
    }

    /** Called with each new connection. */
    @FunctionalInterface
    public interface OnAccept {
        /** Takes a non-blocking connection over; a failure closes it. */
        void call(SocketChannel conn) throws IOException;
    }

    private final Selector selector = Selector.open();
    private Acceptor acceptor;
    private SelectionKey listening;

    /** Makes a reactor without channels; {@code IOException} if the system gives no selector. */
    public Reactor() throws IOException {}

    /**
     * Calls {@code onAccept} with every connection to a bound, non-blocking channel from now on. A
     * reactor has one listener.
     */
    public void listen(ServerSocketChannel listener, OnAccept onAccept) throws IOException {
        acceptor = new Acceptor(listener, System.err::println);
        Callback accept = key -> accept(onAccept);
        listening = listener.register(selector, SelectionKey.OP_ACCEPT, accept);
    }

    private void accept(OnAccept onAccept) {
        SocketChannel conn = acceptor.accept();
        if (conn == null) return;
        guarded(
                conn,
                () -> {
                    conn.configureBlocking(false);
                    onAccept.call(conn);
                });
    }

    /**
     * Registers a non-blocking channel, or changes what a registered one waits for ({@link
     * SelectionKey#OP_READ} for example) and its callback; {@code ClosedChannelException} if it is
     * closed.
     */
    public void register(SelectableChannel channel, int ops, Callback callback) throws IOException {
        channel.register(selector, ops, callback);
    }

    /** Waits and calls until the thread is interrupted; {@link #listen} comes first. */
    public void run() throws IOException {
        if (acceptor == null) throw new IllegalStateException("call listen first");
        while (!Thread.currentThread().isInterrupted()) {
            long pause = acceptor.pauseMillis();
            // During a pause the listener stays ready: interest in it would make this loop spin.
            if (listening.isValid()) listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
            selector.select(this::call, pause);
        }
    }

    private void call(SelectionKey key) {
        if (!key.isValid()) return;
        guarded(key.channel(), () -> ((Callback) key.attachment()).call(key));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void guarded(SelectableChannel channel, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            close(channel); // a broken connection is nothing to report
        } catch (Throwable t) {
            System.err.println("a callback failed, so its channel is closed: " + channel);
            t.printStackTrace();
            close(channel);
        }
    }

    private static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is broken already, and nothing more can be done about it.
        }
    }

    /** Closes every registered channel and the selector. */
    @Override
    public void close() throws IOException {
        selector.keys().forEach(key -> close(key.channel()));
        selector.close();
    }
}
