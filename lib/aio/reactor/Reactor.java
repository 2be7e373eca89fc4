//SOURCES ../Acceptor.java
package aio.reactor;

import aio.Acceptor;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A loop that waits until channels are ready and calls the callback of each: the program of the
 * chapter {@code aio_server}, kept for the chapters after it. The pattern is Schmidt's Reactor
 * (1995); in asyncio it is the part of the loop below {@code add_reader} and {@code add_writer}.
 *
 * <p>One thread calls {@link #run}, and every callback runs on it; no other thread may call
 * anything.
 */
public final class Reactor implements AutoCloseable {
    /** Called when a channel is ready. It is the attachment of the channel's key. */
    @FunctionalInterface
    public interface Callback {
        /**
         * @param key the key of the channel that is ready
         * @throws IOException if the channel is broken: the reactor closes it and goes on
         */
        void call(SelectionKey key) throws IOException;
    }

    /** Called with each new connection. */
    @FunctionalInterface
    public interface OnAccept {
        /**
         * @param conn the connection, non-blocking
         * @throws IOException if it is broken: the reactor closes it and goes on
         */
        void call(SocketChannel conn) throws IOException;
    }

    private final Selector selector = Selector.open();
    private Acceptor acceptor;

    /**
     * @throws IOException if the system gives no selector
     */
    public Reactor() throws IOException {}

    /**
     * Accepts connections from now on. A reactor has one listener.
     *
     * @param listener a bound, non-blocking channel
     * @param onAccept called with every connection
     * @throws IOException if the listener is closed
     */
    public void listen(ServerSocketChannel listener, OnAccept onAccept) throws IOException {
        acceptor = new Acceptor(listener);
        acceptor.register(selector, (Callback) key -> accept(onAccept));
    }

    private void accept(OnAccept onAccept) {
        SocketChannel conn = acceptor.accept();
        if (conn == null) return;
        try {
            conn.configureBlocking(false);
            onAccept.call(conn);
        } catch (IOException e) {
            close(conn);
        }
    }

    /**
     * Registers a channel, or changes what a registered one waits for.
     *
     * @param channel a non-blocking channel
     * @param ops what to wait for, {@link SelectionKey#OP_READ} for example
     * @param callback called whenever it is ready; it takes the place of an earlier one
     * @throws IOException if the channel is closed
     */
    public void register(SelectableChannel channel, int ops, Callback callback) throws IOException {
        channel.register(selector, ops, callback);
    }

    /**
     * Waits and calls until the thread is interrupted.
     *
     * @throws IOException if the selector fails
     */
    public void run() throws IOException {
        while (!Thread.currentThread().isInterrupted())
            selector.select(this::call, acceptor.pauseMillis());
    }

    private void call(SelectionKey key) {
        try {
            if (key.isValid()) ((Callback) key.attachment()).call(key);
        } catch (IOException e) {
            close(key.channel());
        }
    }

    private static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is broken already, and nothing more can be done about it.
        }
    }

    /**
     * Closes every registered channel and the selector.
     *
     * @throws IOException if the selector cannot be closed
     */
    @Override
    public void close() throws IOException {
        selector.keys().forEach(key -> close(key.channel()));
        selector.close();
    }
}
