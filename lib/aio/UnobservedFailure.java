//SOURCES EventLoop.java Future.java
package aio;

import module java.base;

/** A future's failure that nobody has looked at. It does not refer to the future: that may go. */
final class UnobservedFailure implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final EventLoop loop;
    private final Throwable error;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean seen;

    UnobservedFailure(Future<?> future, EventLoop loop, Throwable error) {
        this.loop = loop;
        this.error = error;
        this.cleanable = CLEANER.register(future, this);
        if (loop != null) loop.unobserved.add(this);
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
        if (loop != null) loop.unobserved.remove(this);
        if (!seen) EventLoop.report(loop, "a future failed, and nobody looked at it", error);
    }
}
