//SOURCES CancelledError.java
//SOURCES Coroutine.java
//SOURCES EventLoop.java
//SOURCES UnobservedFailure.java
package aio;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A result that is not there yet: pending, and then, once and for ever, a result, an exception or
 * cancelled. Counterparts: {@code asyncio.Future}, {@code tornado.concurrent.Future}.
 *
 * <p>All methods may be called from any thread. Callbacks run on the future's loop, in the order in
 * which they were added, each exactly once, and never inside the call that completes the future. A
 * future made where no loop runs belongs to none: its callbacks run at once, in the thread that
 * completes it. Inside a coroutine, {@code await(future)} waits for it.
 *
 * <p>A failure that nobody looked at (with {@link #result}, {@link #exception} or {@code await}) is
 * reported to the loop's exception handler when the garbage collector frees the future, or when the
 * loop closes, whichever comes first.
 *
 * @param <T> the type of the result
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
    private List<Consumer<? super Future<T>>> callbacks;
    private boolean callbacksScheduled;
    private UnobservedFailure unobserved;

    /** Makes a pending future that belongs to the loop that runs on this thread, if there is one. */
    public Future() {
        this(EventLoop.currentOrNull());
    }

    /**
     * Makes a pending future.
     *
     * @param loop the loop that will run the callbacks
     */
    public Future(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Gives a Java future the form of this library: completed, failed or cancelled as {@code stage}
     * is, and cancelling it cancels {@code stage}. Counterpart: {@code asyncio.wrap_future}.
     *
     * @param <T> the type of the result
     * @param stage what a driver or a client returned; it may complete in any thread
     * @return a future of the loop that runs on this thread, if there is one
     */
    public static <T> Future<T> wrap(CompletionStage<T> stage) {
        var future =
                new Future<T>() {
                    @Override
                    public boolean cancel() {
                        stage.toCompletableFuture().cancel(true);
                        return super.cancel();
                    }
                };
        stage.whenComplete(
                (value, error) -> {
                    Throwable cause = error;
                    while (cause instanceof CompletionException && cause.getCause() != null) {
                        cause = cause.getCause();
                    }
                    future.settle(value, cause);
                });
        return future;
    }

    /**
     * Completes the future with a result.
     *
     * @param value the result; may be null
     * @throws IllegalStateException if it is complete already; the message says with what
     */
    public void setResult(T value) {
        if (!complete(State.RESULT, value, null)) {
            throw alreadyComplete();
        }
    }

    /**
     * Completes the future with a failure.
     *
     * @param error what {@link #result} will throw, as it is
     * @throws IllegalStateException if it is complete already; the message says with what
     */
    public void setException(Throwable error) {
        if (!complete(State.EXCEPTION, null, Objects.requireNonNull(error))) {
            throw alreadyComplete();
        }
    }

    /**
     * Cancels the future: {@link #result} will throw {@link CancelledError}.
     *
     * @return false if it was complete already
     */
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
     * Returns the result.
     *
     * @throws Exception the failure, as it was set (errors too); {@link CancelledError} if it was
     *     cancelled
     * @throws IllegalStateException if it is pending: this method never waits
     */
    public T result() throws Exception {
        Throwable error = exception();
        if (error != null) {
            throw Coroutine.<Exception>rethrow(error);
        }
        return result;
    }

    /**
     * Returns the failure, or null if there is a result.
     *
     * @throws CancelledError if it was cancelled
     * @throws IllegalStateException if it is pending
     */
    public Throwable exception() {
        switch (state) {
            case PENDING -> throw new IllegalStateException("the future is pending");
            case CANCELLED -> throw new CancelledError(this + " was cancelled");
            default -> observed();
        }
        return exception;
    }

    /**
     * Arranges a call when the future is complete; soon, if it is complete already.
     *
     * @param callback gets this future; if it throws, that is reported and the next one runs
     */
    public void addDoneCallback(Consumer<? super Future<T>> callback) {
        synchronized (this) {
            if (callbacks == null) {
                callbacks = new ArrayList<>(1);
            }
            callbacks.add(callback);
        }
        if (isDone()) {
            scheduleCallbacks();
        }
    }

    /**
     * Takes back callbacks that have not run.
     *
     * @param callback the very object that was added
     * @return whether there was one
     */
    public synchronized boolean removeDoneCallback(Consumer<? super Future<T>> callback) {
        return callbacks != null && callbacks.removeIf(c -> c == callback);
    }

    @Override
    public String toString() {
        return "Future[" + state.name().toLowerCase(java.util.Locale.ROOT) + "]";
    }

    /** Completes with whichever of the two is given; a future that is complete stays as it is. */
    void settle(T value, Throwable error) {
        switch (error) {
            case null -> complete(State.RESULT, value, null);
            case CancelledError e -> complete(State.CANCELLED, null, null);
            case java.util.concurrent.CancellationException e ->
                    complete(State.CANCELLED, null, null);
            default -> complete(State.EXCEPTION, null, error);
        }
    }

    /** Whether somebody has asked to be told. */
    synchronized boolean hasCallbacks() {
        return callbacks != null && !callbacks.isEmpty();
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
            if (state != State.PENDING) {
                return false;
            }
            result = value;
            exception = error;
            if (error != null) {
                unobserved = new UnobservedFailure(this, loop, this + " failed", error);
            }
            state = outcome;
        }
        scheduleCallbacks();
        return true;
    }

    private IllegalStateException alreadyComplete() {
        String with = switch (state) {
            case RESULT -> "the result " + result;
            case EXCEPTION -> "the exception " + exception;
            default -> "a cancellation";
        };
        return new IllegalStateException("the future is complete already, with " + with, exception);
    }

    private void scheduleCallbacks() {
        synchronized (this) {
            if (callbacks == null || callbacksScheduled) {
                return;
            }
            callbacksScheduled = true;
        }
        if (loop == null) {
            runCallbacks();
        } else {
            loop.post(this::runCallbacks);
        }
    }

    private void runCallbacks() {
        List<Consumer<? super Future<T>>> due;
        synchronized (this) {
            due = callbacks;
            callbacks = null;
            callbacksScheduled = false;
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
