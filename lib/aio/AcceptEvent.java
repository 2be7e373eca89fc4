//SOURCES Acceptor.java ChannelEvent.java EventLoop.java Task.java
package aio;

import module java.base;

/**
 * Waits for a connection; gives it in non-blocking mode. Without a file descriptor for it, it
 * pauses and tries again, see {@link Acceptor}, and tells the loop's exception handler.
 * Counterpart: {@code sock_accept}.
 */
public final class AcceptEvent extends ChannelEvent<SocketChannel> {
    private final Acceptor acceptor;

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
        SocketChannel connection = acceptor.accept();
        if (connection != null) connection.configureBlocking(false);
        return connection;
    }

    @Override
    protected void register(EventLoop loop, Task<?> task) throws IOException {
        long millis = acceptor.pauseMillis();
        if (millis > 0) loop.callLater(Duration.ofMillis(millis), task::wake);
        else super.register(loop, task);
    }
}
