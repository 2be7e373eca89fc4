//SOURCES ChannelEvent.java
package aio;

import module java.base;

/**
 * Connects a channel and returns it. If that fails, the channel is closed. The address should be
 * resolved already, because {@code new InetSocketAddress} with a host name blocks. Counterpart:
 * {@code sock_connect}.
 */
public final class ConnectEvent extends ChannelEvent<SocketChannel> {
    private final SocketChannel connection;
    private final SocketAddress address;

    /** Connects an open channel in non-blocking mode to an address. */
    public ConnectEvent(SocketChannel channel, SocketAddress address) {
        super(channel, SelectionKey.OP_CONNECT);
        this.connection = channel;
        this.address = address;
    }

    @Override
    protected SocketChannel poll() throws IOException {
        boolean pending = connection.isConnectionPending();
        boolean done = pending ? connection.finishConnect() : connection.connect(address);
        return done ? connection : null;
    }

    @Override
    public String toString() {
        return "ConnectEvent(" + address + ")";
    }
}
