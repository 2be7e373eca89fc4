package aio;

import module java.base;

/**
 * A future's failure that nobody has looked at. It does not refer to the future, so that the future
 * can be garbage collected; when it is, the cleaner's thread reports the failure.
 */
final class UnobservedFailure implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Throwable error;
    private final Set<UnobservedFailure> all;
    private final BiConsumer<String, Throwable> report;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean seen;

    /**
     * Adds itself to {@code all} and removes itself when it ends.
     *
     * @param all the unobserved failures of a loop, which any thread may change; null if the future
     *     belongs to no loop
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

    /** Notes that somebody has looked at the failure. */
    void seen() {
        seen = true;
        end();
    }

    /** Reports the failure now, unless it was seen or reported before. */
    void end() {
        cleanable.clean();
    }

    /** Called once: by {@link #end}, or when the future has been garbage collected. */
    @Override
    public void run() {
        if (all != null) all.remove(this);
        if (!seen) report.accept("a future failed, and nobody looked at it", error);
    }
}
