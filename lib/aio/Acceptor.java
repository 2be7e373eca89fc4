package aio;

import module java.base;

/**
 * Accepts connections, and backs off while the process is out of file descriptors. Accept fails
 * then, but the connection stays in the kernel's queue, so a loop that tries again at once spins
 * until some client leaves. This class pauses for 100 ms instead. Counterpart: asyncio's {@code
 * ACCEPT_RETRY_DELAY}, which is a second. For one thread, the one that accepts.
 */
public final class Acceptor {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

    private final ServerSocketChannel listener;
    private final Consumer<String> report;
    private long nextReport = System.nanoTime();
    private boolean pausing;
    private long pauseEnd;

    /**
     * Makes an acceptor.
     *
     * @param listener a bound channel in non-blocking mode
     * @param report gets a line of text when accept fails, at most once in ten seconds
     */
    public Acceptor(ServerSocketChannel listener, Consumer<String> report) {
        this.listener = listener;
        this.report = report;
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
            if (listener.isOpen()) pause(e);
            return null;
        }
    }

    private void pause(IOException cause) {
        long now = System.nanoTime();
        pausing = true;
        pauseEnd = now + PAUSE.toNanos();
        if (now - nextReport < 0) return;
        nextReport = now + BETWEEN_REPORTS.toNanos();
        report.accept("cannot accept (" + cause.getMessage() + "): pausing until a client leaves");
    }

    /**
     * Returns how many milliseconds of a pause are left, 0 if there is none. During a pause the
     * caller must drop its interest in {@code OP_ACCEPT}; otherwise its selector reports the
     * listener again and again.
     */
    public long pauseMillis() {
        if (!pausing) return 0;
        long left = pauseEnd - System.nanoTime();
        pausing = left > 0;
        return pausing ? left / 1_000_000 + 1 : 0;
    }
}
