//SOURCES AcceptPause.java
package aio;

import module java.base;

/**
 * Accepts connections, and backs off while the process is out of file descriptors, see {@link
 * AcceptPause}. For one thread, the one that accepts.
 */
public final class Acceptor {
    private final ServerSocketChannel listener;
    private final AcceptPause pause;

    /**
     * Makes an acceptor.
     *
     * @param listener a bound channel in non-blocking mode
     * @param report gets a line of text when accept fails, at most once in ten seconds
     */
    public Acceptor(ServerSocketChannel listener, Consumer<String> report) {
        this.listener = listener;
        this.pause = new AcceptPause(report);
    }

    /**
     * Returns a connection, in blocking mode. Returns null if no client is waiting, during a pause,
     * or if the listener is closed. A failure starts a pause and is not thrown.
     */
    public SocketChannel accept() {
        if (pauseMillis() > 0) return null;
        try {
            return listener.accept();
        } catch (IOException e) {
            if (listener.isOpen()) pause.begin(e);
            return null;
        }
    }

    /**
     * Returns how many milliseconds of a pause are left, 0 if there is none. During a pause the
     * caller must drop its interest in {@code OP_ACCEPT}; otherwise its selector reports the
     * listener again and again.
     */
    public long pauseMillis() {
        return pause.millis();
    }
}
