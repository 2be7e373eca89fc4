//SOURCES ChannelEvent.java
package aio;

import module java.base;

/** Waits for a connection; gives it in non-blocking mode. Counterpart: {@code sock_accept}. */
public final class AcceptEvent extends ChannelEvent<SocketChannel> {
    private final ServerSocketChannel listener;

    /** For a bound channel in non-blocking mode. */
    public AcceptEvent(ServerSocketChannel listener) {
        super(listener, SelectionKey.OP_ACCEPT);
        this.listener = listener;
    }

    @Override
    protected SocketChannel poll() throws IOException {
        SocketChannel connection = listener.accept();
        if (connection != null) {
            connection.configureBlocking(false);
        }
        return connection;
    }
}
