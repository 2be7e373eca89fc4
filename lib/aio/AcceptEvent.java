//SOURCES Acceptor.java ChannelEvent.java EventLoop.java Task.java TimerHandle.java Waiters.java
package aio;

import module java.base;

/**
 * Waits for a connection and returns it in non-blocking mode. When the process is out of file
 * descriptors, it reports that to the loop's exception handler, pauses and tries again, see {@link
 * Acceptor}. Await the same event again for the next connection, because it remembers the pause.
 * Counterpart: {@code sock_accept}.
 */
public final class AcceptEvent extends ChannelEvent<SocketChannel> {
    private final Acceptor acceptor;

    /** The timer that ends a pause; null when there is no pause. */
    private TimerHandle pause;

    /** Makes an event for a bound channel in non-blocking mode. */
    public AcceptEvent(ServerSocketChannel listener) {
        super(listener, SelectionKey.OP_ACCEPT);
        acceptor =
                new Acceptor(
                        listener, line -> EventLoop.report(EventLoop.currentOrNull(), line, null));
    }

    @Override
    protected SocketChannel poll() throws IOException {
        if (!channel.isOpen()) throw new ClosedChannelException();
        Waiters waiters = waiters();
        // One connection for each report of the selector: a second accept, to learn that no other
        // client is waiting, would be one more system call for every connection.
        if (waiters != null && waiters.drained) return null;
        SocketChannel connection = acceptor.accept();
        if (connection == null) return null;
        if (waiters != null) waiters.drained = true;
        connection.configureBlocking(false);
        return connection;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) throws IOException {
        long millis = acceptor.pauseMillis();
        if (millis > 0) pause = loop.callLater(Duration.ofMillis(millis), task.waker);
        else super.register(loop, task);
    }

    @Override
    protected void unregister(EventLoop loop, Task<?> task) {
        if (pause != null) pause.cancel();
        pause = null;
        super.unregister(loop, task);
    }
}
