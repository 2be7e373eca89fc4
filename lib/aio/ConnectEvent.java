//SOURCES ChannelEvent.java
package aio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * Connects a channel; gives that channel. If it fails, the channel is closed. Looking up a host
 * name blocks: that happens where the address is made. Counterpart: asyncio's {@code
 * loop.sock_connect}.
 */
public final class ConnectEvent extends ChannelEvent<SocketChannel> {
    private final SocketChannel connection;
    private final SocketAddress address;

    /**
     * @param channel an open channel in non-blocking mode, not connected
     * @param address where to
     */
    public ConnectEvent(SocketChannel channel, SocketAddress address) {
        super(channel, SelectionKey.OP_CONNECT);
        this.connection = channel;
        this.address = address;
    }

    @Override
    protected SocketChannel poll() throws IOException {
        boolean connected =
                connection.isConnectionPending()
                        ? connection.finishConnect()
                        : connection.connect(address);
        return connected ? connection : null;
    }

    @Override
    public String toString() {
        return "ConnectEvent(" + address + ")";
    }
}
