//SOURCES EventLoop.java
package aio;

import java.lang.ref.Cleaner;

/**
 * The failure of a future at which nobody has looked yet. It does not refer to its future, so that
 * the future can be collected, which is when the failure is reported.
 */
final class UnobservedFailure implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final EventLoop loop;
    private final String what;
    private final Throwable error;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean seen;

    UnobservedFailure(Future<?> owner, EventLoop loop, String what, Throwable error) {
        this.loop = loop;
        this.what = what;
        this.error = error;
        this.cleanable = CLEANER.register(owner, this);
        if (loop != null) {
            loop.unobserved.add(this);
        }
    }

    /** Somebody has looked: there is nothing to report. */
    void seen() {
        seen = true;
        reportNow();
    }

    /** Reports it without waiting for the garbage collector, unless it was seen or reported. */
    void reportNow() {
        cleanable.clean();
    }

    /** Called once, by the cleaner's thread or by {@link #reportNow}. */
    @Override
    public void run() {
        if (loop != null) {
            loop.unobserved.remove(this);
        }
        if (!seen) {
            EventLoop.report(loop, what + ", and nobody looked at the exception", error);
        }
    }
}
