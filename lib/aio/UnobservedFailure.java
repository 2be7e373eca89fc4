package aio;

import module java.base;

/**
 * A future's failure that nobody has looked at. It does not refer to the future, which may be
 * garbage collected; then the cleaner's thread reports the failure.
 */
final class UnobservedFailure implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Throwable error;
    private final Set<UnobservedFailure> all;
    private final BiConsumer<String, Throwable> report;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean seen;

    /**
     * Enters itself into {@code all}, which any thread may change, until it has ended; null if the
     * future belongs to no loop.
     */
    UnobservedFailure(
            Object future,
            Throwable error,
            Set<UnobservedFailure> all,
            BiConsumer<String, Throwable> report) {
        this.error = error;
        this.all = all;
        this.report = report;
        this.cleanable = CLEANER.register(future, this);
        if (all != null) all.add(this);
    }

    /** Somebody has looked at it. */
    void seen() {
        seen = true;
        end();
    }

    /** Reports it, unless it was seen or reported, without waiting for the garbage collector. */
    void end() {
        cleanable.clean();
    }

    /** Called once: by {@link #end}, or when the future was collected. */
    @Override
    public void run() {
        if (all != null) all.remove(this);
        if (!seen) report.accept("a future failed, and nobody looked at it", error);
    }
}
