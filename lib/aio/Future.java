//SOURCES CancelledError.java Coroutine.java EventLoop.java Report.java UnobservedFailure.java
package aio;

import module java.base;

/**
 * A result that is not there yet: pending, and then for ever a result, an exception or cancelled.
 * {@code await(future)} waits for it in a coroutine. Any thread may call any method. Callbacks run
 * on the future's loop, in the order in which they were added, each once, and never inside the call
 * that completes the future; a future made where no loop runs belongs to none, and its callbacks
 * run at once in the thread that completes it.
 *
 * <p>A failure that nobody looked at ({@link #result}, {@link #exception}, {@code await}) is
 * reported to the loop's exception handler when the future is garbage collected or the loop closes,
 * whichever comes first. Counterparts: {@code asyncio.Future}, Tornado's {@code Future}.
 */
public class Future<T> {
    private enum State {
        PENDING,
        RESULT,
        EXCEPTION,
        CANCELLED
    }

    private final EventLoop loop;

    // Guarded by this; state is read without it, and written after what it stands for.
    private volatile State state = State.PENDING;
    private T result;
    private Throwable exception;
    private List<Consumer<? super Future<T>>> callbacks = List.of();
    private UnobservedFailure unobserved;

    /**
     * Makes a pending future that belongs to the loop that runs on this thread, if there is one.
     */
    public Future() {
        this(EventLoop.currentOrNull());
    }

    /** Makes a pending future whose callbacks will run on {@code loop}. */
    public Future(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Makes a future of what a driver or a client returned; it may complete in any thread, and is
     * cancelled with the future. Counterpart: {@code asyncio.wrap_future}.
     */
    public static <T> Future<T> wrap(CompletionStage<T> stage) {
        var future =
                new Future<T>() {
                    @Override
                    public boolean cancel() {
                        boolean cancelled = super.cancel();
                        if (cancelled) stage.toCompletableFuture().cancel(true);
                        return cancelled;
                    }
                };
        stage.whenComplete((value, error) -> {
            boolean wrapped = error instanceof CompletionException && error.getCause() != null;
            future.settle(value, wrapped ? error.getCause() : error);
        });
        return future;
    }

    /** Completes it with a result; {@code IllegalStateException} if it was complete already. */
    public void setResult(T value) {
        if (!complete(State.RESULT, value, null)) throw alreadyComplete();
    }

    /** Completes it with a failure; {@code IllegalStateException} if it was complete already. */
    public void setException(Throwable error) {
        if (!complete(State.EXCEPTION, null, Objects.requireNonNull(error))) {
            throw alreadyComplete();
        }
    }

    /** Cancels it: {@link #result} throws {@link CancelledError}. False if it was complete. */
    public boolean cancel() {
        return complete(State.CANCELLED, null, null);
    }

    /** Returns whether the future is complete, in whatever way. */
    public boolean isDone() {
        return state != State.PENDING;
    }

    /** Returns whether the future was cancelled. */
    public boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /**
     * Returns the result or throws the failure as it was set; {@code IllegalStateException} if it
     * is pending: this never waits.
     */
    public T result() throws Exception {
        Throwable error = exception();
        if (error != null) throw Coroutine.<Exception>rethrow(error);
        return result;
    }

    /** Returns the failure, or null if there is a result; otherwise throws as {@link #result}. */
    public Throwable exception() {
        if (state == State.PENDING) throw new IllegalStateException("the future is pending");
        if (state == State.CANCELLED) throw new CancelledError(this + " was cancelled");
        observed();
        return exception;
    }

    /** Has the callback run when the future is complete; soon, if it is complete already. */
    public void addDoneCallback(Consumer<? super Future<T>> callback) {
        synchronized (this) {
            if (callbacks.isEmpty()) callbacks = new ArrayList<>(1);
            callbacks.add(callback);
        }
        if (isDone()) scheduleCallbacks();
    }

    /** Takes back every such callback that has not run; returns whether there was one. */
    public synchronized boolean removeDoneCallback(Consumer<? super Future<T>> callback) {
        return !callbacks.isEmpty() && callbacks.removeIf(c -> c == callback);
    }

    @Override
    public String toString() {
        return "Future[" + state + "]";
    }

    /** Completes as a computation ended; a future that is complete stays as it is. */
    void settle(T value, Throwable error) {
        if (error == null) {
            complete(State.RESULT, value, null);
        } else if (error instanceof CancelledError || error instanceof CancellationException) {
            complete(State.CANCELLED, null, null);
        } else {
            complete(State.EXCEPTION, null, error);
        }
    }

    /** Whether somebody has asked to be told. */
    synchronized boolean hasCallbacks() {
        return !callbacks.isEmpty();
    }

    /** The failure was seen or reported: nothing is left to report. */
    synchronized void observed() {
        if (unobserved != null) {
            unobserved.seen();
            unobserved = null;
        }
    }

    private boolean complete(State outcome, T value, Throwable error) {
        synchronized (this) {
            if (state != State.PENDING) return false;
            result = value;
            exception = error;
            if (error != null) unobserved = unobserved(error);
            state = outcome;
        }
        scheduleCallbacks();
        return true;
    }

    private UnobservedFailure unobserved(Throwable error) {
        return loop == null
                ? new UnobservedFailure(this, error, null, Report::print)
                : new UnobservedFailure(this, error, loop.unobserved, loop::callExceptionHandler);
    }

    private IllegalStateException alreadyComplete() {
        Object with = state == State.RESULT ? result : state == State.CANCELLED ? state : exception;
        return new IllegalStateException("the future is complete already: " + with, exception);
    }

    private void scheduleCallbacks() {
        if (!hasCallbacks()) return;
        if (loop == null) runCallbacks();
        else loop.post(new DoneCallbacks(this));
    }

    /** What the loop runs; in reports it has the future's name. */
    private record DoneCallbacks(Future<?> future) implements Runnable {
        @Override
        public void run() {
            future.runCallbacks();
        }

        @Override
        public String toString() {
            return "done callbacks of " + future;
        }
    }

    private void runCallbacks() {
        List<Consumer<? super Future<T>>> due;
        synchronized (this) {
            due = callbacks;
            callbacks = List.of();
        }
        for (var callback : due) {
            try {
                callback.accept(this);
            } catch (Throwable t) {
                EventLoop.report(loop, "callback of " + this + " failed", t);
            }
        }
    }
}
