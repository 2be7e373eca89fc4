//SOURCES CancelledError.java
//SOURCES Task.java
package aio;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * A body of code that stops at {@link #yield}, hands a value to whoever resumed it, and goes on
 * when it is resumed again: what a Python generator is, and what asyncio was built from.
 *
 * <pre>
 *            send, raise               yield
 *  CREATED -------------> RUNNING -------------> SUSPENDED
 *     |                   |     ^                  |   |
 *     | raise, close      |     +------------------+   |
 *     |                   | body ends   send, raise    | close
 *     +-----------------> DONE <-----------------------+
 * </pre>
 *
 * Java has no generators, so each coroutine has a virtual thread, started by the first {@code
 * send}, and a hand-off: {@code send} wakes that thread and parks the caller, {@code yield} wakes
 * the caller and parks the thread. Only one of the two ever runs, and each sees what the other
 * wrote. It works by hand, with no loop:
 *
 * {@snippet :
 * var c = new Coroutine<String>(() -> "Hello, " + Coroutine.yield("who is there?"));
 * c.send(null);      // "who is there?"
 * c.send("Caro");    // null: it has ended
 * c.result();        // "Hello, Caro"
 * }
 *
 * A suspended coroutine holds its thread until it is resumed or closed; the garbage collector never
 * frees it. It belongs to one thread at a time: two threads must not resume it at once. A blocking
 * call in the body blocks whoever resumed it; interrupting the resumer passes the interrupt on to
 * the body. An interrupt that finds the body suspended is forgotten: cancel or close it instead.
 *
 * @param <R> the type of the body's result
 */
public final class Coroutine<R> {
    private static final ThreadLocal<Coroutine<?>> CURRENT = new ThreadLocal<>();
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().inheritInheritableThreadLocals(false).factory();

    /** How often {@link #close} insists with a body that yields again instead of ending. */
    private static final int CLOSE_ATTEMPTS = 100;

    private enum State {
        CREATED,
        SUSPENDED,
        RUNNING,
        DONE
    }

    /** The task that steps this coroutine; null when it is driven by hand. */
    Task<?> task;

    private final Callable<? extends R> body;
    private Thread thread;
    private R result;

    /** Written last by the side that gives up its turn, read first by the side that gets it. */
    private volatile State state = State.CREATED;

    // The hand-off's cells: written only by the side whose turn it is.
    private Thread resumer;
    private Object message;
    private Throwable thrown;

    /**
     * @param body the code to run; it may call {@link #yield} at any depth, and throw anything
     */
    public Coroutine(Callable<? extends R> body) {
        this.body = Objects.requireNonNull(body);
    }

    /**
     * Runs the body up to its next {@link #yield} or its end. Counterpart: {@code generator.send}.
     *
     * @param value what the pending {@code yield} returns; null the first time
     * @return what the body yielded; null when it has ended: see {@link #isDone}, {@link #result}
     * @throws Exception what the body ended with, as it was thrown (errors too)
     * @throws IllegalStateException if it is running or done
     */
    public Object send(Object value) throws Exception {
        if (state == State.CREATED && value != null) {
            throw new IllegalArgumentException("no yield is there yet to receive " + value);
        }
        return resume(value, null);
    }

    /**
     * Resumes the body with an exception, thrown at its pending {@link #yield}; a body that has not
     * started never starts. Counterpart: {@code generator.throw}.
     *
     * @param error what to throw, checked or not
     * @return as {@link #send}
     * @throws Exception as {@link #send}
     */
    public Object raise(Throwable error) throws Exception {
        return resume(null, Objects.requireNonNull(error));
    }

    /**
     * Ends the coroutine by raising a {@link CancelledError}, so that its {@code finally} blocks
     * run; does nothing if it has ended. Counterpart: {@code generator.close}.
     *
     * @throws Exception what the body ended with instead of the {@code CancelledError}
     * @throws IllegalStateException if it is running, or goes on yielding whatever is raised
     */
    public void close() throws Exception {
        try {
            for (int i = 0; state != State.DONE; i++) {
                if (i == CLOSE_ATTEMPTS) {
                    throw new IllegalStateException("the coroutine ignores close()");
                }
                raise(new CancelledError("coroutine closed"));
            }
        } catch (CancelledError expected) {
            // the ordinary end of a closed coroutine
        }
    }

    /** Returns whether the body has ended, in whatever way. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /**
     * Returns what the body returned.
     *
     * @throws Exception what the body ended with, if it did not return
     * @throws IllegalStateException if it has not ended
     */
    public R result() throws Exception {
        if (state != State.DONE) {
            throw new IllegalStateException("the coroutine has not ended");
        }
        if (thrown != null) {
            throw Coroutine.<Exception>rethrow(thrown);
        }
        return result;
    }

    /**
     * Called inside a body, at any depth: suspends it and hands {@code value} to the resumer.
     *
     * @param value what {@link #send} or {@link #raise} returns there
     * @return the value of the {@code send} that resumes the body; what was raised is thrown here
     * @throws IllegalStateException outside of a coroutine
     */
    public static Object yield(Object value) {
        return current().suspend(value);
    }

    /** The coroutine that runs on this thread; an error if there is none. */
    static Coroutine<?> current() {
        Coroutine<?> coroutine = CURRENT.get();
        if (coroutine == null) {
            throw new IllegalStateException("not inside a coroutine");
        }
        return coroutine;
    }

    /** The coroutine that runs on this thread, or null. */
    static Coroutine<?> currentOrNull() {
        return CURRENT.get();
    }

    private Object resume(Object value, Throwable error) throws Exception {
        State before = state;
        if (before == State.RUNNING || before == State.DONE) {
            throw new IllegalStateException(
                    before == State.DONE ? "coroutine has ended" : "coroutine is already running");
        }
        message = value;
        thrown = error;
        if (before == State.CREATED && error != null) {
            state = State.DONE;
            throw Coroutine.<Exception>rethrow(error);
        }
        resumer = Thread.currentThread();
        state = State.RUNNING;
        if (before == State.CREATED) {
            thread = THREADS.newThread(this::run);
            thread.setName(task == null ? "coroutine" : task.name());
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
        boolean interrupted = false;
        while (state == State.RUNNING) {
            LockSupport.park();
            if (state == State.RUNNING && Thread.interrupted()) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (state == State.DONE && thrown != null) {
            throw Coroutine.<Exception>rethrow(thrown);
        }
        return message;
    }

    private Object suspend(Object value) {
        message = value;
        Thread to = resumer;
        state = State.SUSPENDED;
        LockSupport.unpark(to);
        while (state == State.SUSPENDED) {
            LockSupport.park();
            if (state == State.SUSPENDED) {
                // With the interrupt status set park() returns at once, and this would spin.
                Thread.interrupted();
            }
        }
        if (thrown != null) {
            throw Coroutine.<RuntimeException>rethrow(thrown);
        }
        return message;
    }

    private void run() {
        CURRENT.set(this);
        Throwable failure = null;
        try {
            result = body.call();
        } catch (Throwable t) {
            failure = t;
        }
        message = null;
        thrown = failure;
        Thread to = resumer;
        state = State.DONE;
        LockSupport.unpark(to);
    }

    /** Throws any throwable as it is, whatever the caller declares. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> E rethrow(Throwable throwable) throws E {
        throw (E) throwable;
    }
}
