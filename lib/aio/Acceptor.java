package aio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Accepts connections, and survives the moment when the process has no file descriptor left. Accept
 * then fails, but the connection stays in the queue, so a loop that asked again at once would spin
 * until some client leaves. This pauses instead. asyncio pauses for a second ({@code
 * ACCEPT_RETRY_DELAY}); a tenth of one costs little.
 *
 * <p>For one thread, the one that accepts.
 */
public final class Acceptor {
    private static final long PAUSE_MILLIS = 100;
    private static final long REPORT_MILLIS = 10_000;

    private final ServerSocketChannel listener;
    private SelectionKey key;
    private boolean pausing;
    private long nextReport = System.nanoTime();
    private long pauseEnd;

    /**
     * @param listener a bound, non-blocking channel
     */
    public Acceptor(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /**
     * Registers the listener for {@code OP_ACCEPT}. During a pause the selector does not report it.
     *
     * @param selector the selector of the loop
     * @param attachment the key's attachment
     * @throws ClosedChannelException if the listener is closed
     */
    public void register(Selector selector, Object attachment) throws ClosedChannelException {
        key = listener.register(selector, SelectionKey.OP_ACCEPT, attachment);
    }

    /**
     * Accepts one connection. A failure begins a pause, and is reported on standard error, every
     * ten seconds at most.
     *
     * @return the connection, in blocking mode; null if nobody waits, or during a pause
     */
    public SocketChannel accept() {
        if (pauseMillis() > 0) return null;
        try {
            return listener.accept();
        } catch (IOException e) {
            if (listener.isOpen()) pause(e);
            return null;
        }
    }

    private void pause(IOException cause) {
        pausing = true;
        pauseEnd = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
        if (key != null) key.interestOps(0);
        if (System.nanoTime() - nextReport < 0) return;
        nextReport = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REPORT_MILLIS);
        System.err.println(
                "cannot accept (" + cause.getMessage() + "): pausing until a client leaves");
    }

    /**
     * Ends a pause that is over. Call it before every select and give it what this returns.
     *
     * @return the milliseconds left of the pause; 0, which {@link Selector#select(long)} takes for
     *     no limit, if none runs
     */
    public long pauseMillis() {
        if (!pausing) return 0;
        long left = TimeUnit.NANOSECONDS.toMillis(pauseEnd - System.nanoTime());
        if (left > 0) return left;
        pausing = false;
        if (key != null && key.isValid()) key.interestOps(SelectionKey.OP_ACCEPT);
        return 0;
    }
}
