//SOURCES Acceptor.java ChannelEvent.java EventLoop.java Task.java TimerHandle.java Waiters.java
package aio;

import module java.base;

/**
 * Waits for a connection; gives it in non-blocking mode. When the process is out of file
 * descriptors it pauses, tells the loop's exception handler, and tries again, see {@link Acceptor};
 * so await the same event again for the next connection. Counterpart: {@code sock_accept}.
 */
public final class AcceptEvent extends ChannelEvent<SocketChannel> {
    private final Acceptor acceptor;

    /** Ends a pause; null when none runs. */
    private TimerHandle pause;

    /** For a bound channel in non-blocking mode. */
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
        // One a report: to ask once more, and hear that nobody waits, is a system call for each.
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
