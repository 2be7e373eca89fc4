package aio;

import module java.base;

/**
 * The pause of a server whose process is out of file descriptors. Accept fails then, but the
 * connection stays in the kernel's queue, so a loop that tries again at once spins until some
 * client leaves. A pause takes 100 ms. Counterpart: asyncio's {@code ACCEPT_RETRY_DELAY}, which is
 * a second. For one thread at a time.
 */
public final class AcceptPause {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

    private final Consumer<String> report;
    private long nextReport = System.nanoTime();
    private boolean pausing;
    private long end;

    /**
     * Makes one that has not begun.
     *
     * @param report gets a line of text when accept failed, at most once in ten seconds
     */
    public AcceptPause(Consumer<String> report) {
        this.report = report;
    }

    /** Begins a pause, because accept failed with this exception. */
    public void begin(Throwable cause) {
        long now = System.nanoTime();
        pausing = true;
        end = now + PAUSE.toNanos();
        if (now - nextReport < 0) return;
        nextReport = now + BETWEEN_REPORTS.toNanos();
        report.accept("cannot accept (" + cause.getMessage() + "): pausing until a client leaves");
    }

    /** Returns how many milliseconds of the pause are left, 0 if there is none. */
    public long millis() {
        if (!pausing) return 0;
        long left = end - System.nanoTime();
        pausing = left > 0;
        return pausing ? left / 1_000_000 + 1 : 0;
    }
}
