package script;

import module java.base;

/**
 * Waits in {@code accept}, and backs off while the process is out of file descriptors. Accept fails
 * then, but the connection stays in the kernel's queue, so a loop that tries again at once spins
 * until some client leaves. This class pauses for 100 ms instead, as {@code aio.Acceptor} does for
 * channels. For one thread, the one that accepts.
 */
public final class BlockingAcceptor {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

    private final ServerSocket listener;
    private final Consumer<String> report;
    private long nextReport = System.nanoTime();

    /**
     * Makes an acceptor.
     *
     * @param listener a bound socket
     * @param report gets a line of text when accept fails, at most once in ten seconds
     */
    public BlockingAcceptor(ServerSocket listener, Consumer<String> report) {
        this.listener = listener;
        this.report = report;
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
        long now = System.nanoTime();
        if (now - nextReport >= 0) {
            nextReport = now + BETWEEN_REPORTS.toNanos();
            report.accept(
                    "cannot accept (" + cause.getMessage() + "): pausing until a client leaves");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
    }
}
