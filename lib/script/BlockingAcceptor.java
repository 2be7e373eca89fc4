//SOURCES ../aio/AcceptPause.java
package script;

import module java.base;

import aio.AcceptPause;

/**
 * Waits in {@code accept}, and backs off while the process is out of file descriptors, see {@link
 * AcceptPause}; {@code aio.Acceptor} does the same for channels. For one thread, the one that
 * accepts.
 */
public final class BlockingAcceptor {
    private final ServerSocket listener;
    private final AcceptPause pause;

    /**
     * Makes an acceptor.
     *
     * @param listener a bound socket
     * @param report gets a line of text when accept fails, at most once in ten seconds
     */
    public BlockingAcceptor(ServerSocket listener, Consumer<String> report) {
        this.listener = listener;
        this.pause = new AcceptPause(report);
    }

    /**
     * Waits for a connection and returns it. Returns null once another thread has closed the
     * listener. Any other failure of accept is reported, and not thrown.
     */
    public Socket accept() {
        while (!listener.isClosed()) {
            try {
                return listener.accept();
            } catch (IOException e) {
                if (!listener.isClosed()) pause(e);
            }
        }
        return null;
    }

    private void pause(IOException cause) {
        pause.begin(cause);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.millis()));
    }
}
