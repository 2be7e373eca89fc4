//SOURCES Awaited.java CancelledError.java Coroutine.java EventLoop.java Report.java
//SOURCES UnobservedFailure.java
package aio;

import module java.base;

/**
 * A result that may not be there yet. A future is pending until it is completed, once, with a
 * result, an exception or a cancellation. In a coroutine {@code await(future)} waits for it. Any
 * thread may call any method. Callbacks run on the future's loop, in the order in which they were
 * added, each once, and never inside the call that completes the future. A future that is made
 * where no loop runs belongs to no loop: its callbacks run in the thread that completes it, at
 * once.
 *
 * <p>A failure that nobody looks at (with {@link #result}, {@link #exception} or {@code await}) is
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

    // Guarded by this. The state is also read without the lock, so it is written after the others.
    private volatile State state = State.PENDING;
    private T result;
    private Throwable exception;
    private List<Consumer<? super Future<T>>> callbacks = List.of();
    private UnobservedFailure unobserved;

    /** Makes a pending future that belongs to the loop that runs the caller, if there is one. */
    public Future() {
        this(EventLoop.currentOrNull());
    }

    /** Makes a pending future whose callbacks will run on {@code loop}. */
    public Future(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Makes a future of the stage that a driver or a client returned. The stage may complete on any
     * thread. Cancelling the future cancels the stage. Counterpart: {@code asyncio.wrap_future}.
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

    /** Completes the future with a result; {@code IllegalStateException} if it is complete. */
    public void setResult(T value) {
        if (!complete(State.RESULT, value, null)) throw alreadyComplete();
    }

    /**
     * As {@link #setResult}, but returns false, and does nothing, if the future is complete. For
     * several threads or tasks that compete; counterpart: {@code CompletableFuture.complete}.
     */
    public boolean complete(T value) {
        return complete(State.RESULT, value, null);
    }

    /** Completes the future with a failure; {@code IllegalStateException} if it is complete. */
    public void setException(Throwable error) {
        if (!complete(State.EXCEPTION, null, Objects.requireNonNull(error))) {
            throw alreadyComplete();
        }
    }

    /**
     * Cancels the future: from now on {@link #result} throws {@link CancelledError}. Returns false,
     * and does nothing, if the future is complete.
     */
    public boolean cancel() {
        return complete(State.CANCELLED, null, null);
    }

    /** Returns whether the future is complete: with a result, a failure or cancelled. */
    public boolean isDone() {
        return state != State.PENDING;
    }

    /** Returns whether the future was cancelled. */
    public boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /**
     * Returns the result, or throws the failure as it was set. It never waits: it throws {@code
     * IllegalStateException} if the future is pending.
     */
    public T result() throws Exception {
        Throwable error = exception();
        if (error != null) throw Coroutine.<Exception>rethrow(error);
        return result;
    }

    /**
     * Returns the failure, or null if there is a result. If the future is pending or cancelled, it
     * throws as {@link #result} does.
     */
    public Throwable exception() {
        if (state == State.PENDING) throw new IllegalStateException("the future is pending");
        if (state == State.CANCELLED) throw new CancelledError(this + " was cancelled");
        observed();
        return exception;
    }

    /** Runs the callback once the future is complete, which it may be already. */
    public void addDoneCallback(Consumer<? super Future<T>> callback) {
        synchronized (this) {
            if (callbacks.isEmpty()) callbacks = new ArrayList<>(1);
            callbacks.add(callback);
        }
        if (isDone()) scheduleCallbacks();
    }

    /** Removes a callback that has not run yet; returns whether it was there. */
    public synchronized boolean removeDoneCallback(Consumer<? super Future<T>> callback) {
        return !callbacks.isEmpty() && callbacks.removeIf(c -> c == callback);
    }

    @Override
    public String toString() {
        return "Future[" + state + "]";
    }

    /** Returns what a task waits for that awaits this, in words for people. */
    Awaited awaited() {
        return new Awaited("a future");
    }

    /** Completes the future with the outcome of a computation, unless it is complete already. */
    void settle(T value, Throwable error) {
        if (error == null) {
            complete(State.RESULT, value, null);
        } else if (error instanceof CancelledError || error instanceof CancellationException) {
            complete(State.CANCELLED, null, null);
        } else {
            complete(State.EXCEPTION, null, error);
        }
    }

    /** Returns whether there are callbacks that have not run. */
    synchronized boolean hasCallbacks() {
        return !callbacks.isEmpty();
    }

    /** Notes that the failure was seen or reported, so that it is not reported again. */
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

    /** The callback that the loop runs. In reports it has the future's name. */
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

    /** Returns the future whose callbacks the loop runs with this callback, or null. */
    static Future<?> of(Object callback) {
        return callback instanceof DoneCallbacks(Future<?> future) ? future : null;
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
