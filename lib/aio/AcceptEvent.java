//SOURCES ChannelEvent.java
package aio;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Waits for a connection; gives it in non-blocking mode. Counterpart: asyncio's {@code
 * loop.sock_accept}.
 */
public final class AcceptEvent extends ChannelEvent<SocketChannel> {
    private final ServerSocketChannel listener;

    /**
     * @param listener a bound channel in non-blocking mode
     */
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
