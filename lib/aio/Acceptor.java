package aio;

import module java.base;

/**
 * Accepts connections, and survives the moment when the process has no file descriptor left. Accept
 * then fails, but the connection stays in the kernel's queue, so a loop that tried again at once
 * would spin until some client leaves. This pauses for a tenth of a second instead. Counterpart:
 * asyncio's {@code ACCEPT_RETRY_DELAY}, a second. For one thread, the one that accepts.
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
     * For a bound, non-blocking channel; {@code report} gets a line when accept fails, every ten
     * seconds at most.
     */
    public Acceptor(ServerSocketChannel listener, Consumer<String> report) {
        this.listener = listener;
        this.report = report;
    }

    /**
     * Returns a connection, in blocking mode; null if nobody waits, during a pause, or when the
     * listener is closed. A failure begins a pause.
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
     * Returns how many milliseconds of a pause are left, 0 if none runs. A caller that selects
     * leaves {@code OP_ACCEPT} out of its interest meanwhile, or the selector reports the listener
     * again and again.
     */
    public long pauseMillis() {
        if (!pausing) return 0;
        long left = pauseEnd - System.nanoTime();
        pausing = left > 0;
        return pausing ? left / 1_000_000 + 1 : 0;
    }
}
