//SOURCES ../Acceptor.java ../LoopObservers.java ../LoopStep.java
package aio.reactor;

import module java.base;

import aio.Acceptor;
import aio.LoopObservers;
import aio.LoopStep;

/**
 * A loop that waits until channels are ready and calls the callback of each. It is the program of
 * the chapter {@code aio_server}, for use in later chapters. The pattern is Schmidt's Reactor
 * (1995); in asyncio it is the part of the loop below {@code add_reader} and {@code add_writer}.
 *
 * <p>One thread calls {@link #run}, and every callback runs on that thread. No other thread may
 * call any method. When a callback throws, its channel is closed and the loop goes on; an exception
 * other than {@code IOException} is also printed on standard error.
 */
public final class Reactor implements AutoCloseable {
    /** Called when a channel is ready. It is the attachment of the channel's key. */
    @FunctionalInterface
    public interface Callback {
        /** Reads, writes or accepts, as the key says; an exception closes the channel. */
        void call(SelectionKey key) throws IOException;
    }

    /** Called with each new connection. */
    @FunctionalInterface
    public interface OnAccept {
        /** Takes over a connection in non-blocking mode; an exception closes it. */
        void call(SocketChannel conn) throws IOException;
    }

    private final Selector selector = Selector.open();
    private Acceptor acceptor;
    private SelectionKey listening;

    /** Told of each step; null while nobody watches. */
    private final Consumer<LoopStep> observer = LoopObservers.of(this);

    /** Makes a reactor without channels; {@code IOException} if no selector can be opened. */
    public Reactor() throws IOException {}

    /**
     * Calls {@code onAccept} with every new connection to a bound channel in non-blocking mode. A
     * reactor has one listener.
     */
    public void listen(ServerSocketChannel listener, OnAccept onAccept) throws IOException {
        acceptor = new Acceptor(listener, System.err::println);
        Callback accept = key -> accept(onAccept);
        listening = listener.register(selector, SelectionKey.OP_ACCEPT, accept);
        if (observer != null)
            observer.accept(new LoopStep.Waits(listener, SelectionKey.OP_ACCEPT, accept));
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
     * Registers a channel in non-blocking mode, or changes the operations and the callback of one
     * that is registered.
     *
     * @param ops the operations to wait for, {@link SelectionKey#OP_READ} for example
     * @throws ClosedChannelException if the channel is closed
     */
    public void register(SelectableChannel channel, int ops, Callback callback) throws IOException {
        channel.register(selector, ops, callback);
        if (observer != null) observer.accept(new LoopStep.Waits(channel, ops, callback));
    }

    /** Runs the loop until its thread is interrupted. Call {@link #listen} before. */
    public void run() throws IOException {
        if (acceptor == null) throw new IllegalStateException("call listen first");
        while (!Thread.currentThread().isInterrupted()) {
            long pause = acceptor.pauseMillis();
            // During a pause the listener stays ready; with interest in it this loop would spin.
            if (listening.isValid()) listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
            if (observer != null) observer.accept(new LoopStep.SelectBegun(nanos(pause)));
            selector.select(this::call, pause);
            if (observer != null) observer.accept(new LoopStep.SelectEnded());
        }
    }

    private static long nanos(long pause) {
        return pause == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(pause);
    }

    private void call(SelectionKey key) {
        if (!key.isValid()) return;
        var callback = (Callback) key.attachment();
        if (observer != null) {
            observer.accept(new LoopStep.ChannelReady(key.channel(), key.readyOps(), callback));
            observer.accept(new LoopStep.CallbackBegun(callback));
        }
        guarded(key.channel(), () -> callback.call(key));
        if (observer != null) observer.accept(new LoopStep.CallbackEnded(callback));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void guarded(SelectableChannel channel, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            close(channel); // broken connections are ordinary: don't report them
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
            // The connection is broken anyway.
        }
    }

    /** Closes every registered channel and the selector. */
    @Override
    public void close() throws IOException {
        selector.keys().forEach(key -> close(key.channel()));
        selector.close();
    }
}
