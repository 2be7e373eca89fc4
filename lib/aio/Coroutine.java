//SOURCES CancelledError.java
package aio;

import module java.base;

/**
 * A body of code that stops at {@link #yield}, hands a value to whoever resumed it, and goes on
 * when it is resumed: a Python generator. It works by hand, with no loop:
 *
 * {@snippet :
 * var c = new Coroutine<String>(() -> "Hello, " + Coroutine.yield("who is there?"));
 * c.send(null);      // "who is there?"
 * c.send("Caro");    // null: it has ended
 * c.result();        // "Hello, Caro"
 * }
 *
 * <pre>{@code
 *           send, raise               yield
 * CREATED -------------> RUNNING -------------> SUSPENDED
 *    |                   |     ^                  |   |
 *    | raise, close      |     +------------------+   |
 *    |                   | body ends   send, raise    | close
 *    +-----------------> DONE <-----------------------+
 * }</pre>
 *
 * Java has no generators, so a coroutine has a virtual thread: {@code send} wakes it and parks the
 * caller, {@code yield} wakes the caller and parks the thread. Only one of the two runs at a time,
 * and each sees what the other wrote. A suspended coroutine keeps its thread until it is resumed or
 * closed: the garbage collector never frees it. Two threads must not resume it at once. A body that
 * blocks, blocks its resumer too; an interrupt of the resumer is passed on to it. An interrupt that
 * finds the body suspended is forgotten: close it instead.
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

    /** What steps this coroutine, a task for example; null when it is driven by hand. */
    final Object driver;

    private final String name;
    private final Callable<? extends R> body;
    private Thread thread;
    private R result;

    /** Written last by the side that gives up its turn, read first by the side that gets it. */
    private volatile State state = State.CREATED;

    // The hand-off's cells: written only by the side whose turn it is.
    private Thread resumer;
    private Object message;
    private Throwable thrown;

    /** For a body that may yield at any depth, and throw anything. */
    public Coroutine(Callable<? extends R> body) {
        this("coroutine", null, body);
    }

    Coroutine(String name, Object driver, Callable<? extends R> body) {
        this.name = name;
        this.driver = driver;
        this.body = Objects.requireNonNull(body);
    }

    /**
     * Runs the body up to its next {@link #yield}, which is where {@code value} arrives (null the
     * first time), and returns what it yields; null when the body has ended, see {@link #isDone}.
     * Throws what the body throws, as it is; {@code IllegalStateException} if it is running or has
     * ended. Counterpart: {@code generator.send}.
     */
    public Object send(Object value) throws Exception {
        if (state == State.CREATED && value != null) {
            throw new IllegalArgumentException("no yield is there yet to receive " + value);
        }
        return resume(value, null);
    }

    /**
     * As {@link #send}, but throws {@code error}, checked or not, at the body's {@code yield}; a
     * body that has not begun never begins. Counterpart: {@code generator.throw}.
     */
    public Object raise(Throwable error) throws Exception {
        return resume(null, Objects.requireNonNull(error));
    }

    /**
     * Raises a {@link CancelledError}, so that {@code finally} blocks run; nothing if it has ended.
     * Throws what the body ends with instead, and {@code IllegalStateException} if it is running or
     * will not end. Counterpart: {@code generator.close}.
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

    /** Returns the body's result or throws its failure; an error if it has not ended. */
    public R result() throws Exception {
        if (state != State.DONE) throw new IllegalStateException("the coroutine has not ended");
        if (thrown != null) throw Coroutine.<Exception>rethrow(thrown);
        return result;
    }

    /**
     * Called in a body: suspends it, hands {@code value} to the resumer, and returns what the next
     * {@link #send} brings or throws what {@link #raise} brings.
     */
    public static Object yield(Object value) {
        return current().suspend(value);
    }

    /** The coroutine that runs on this thread; an error if there is none. */
    static Coroutine<?> current() {
        Coroutine<?> coroutine = CURRENT.get();
        if (coroutine == null) throw new IllegalStateException("not inside a coroutine");
        return coroutine;
    }

    /** The coroutine that runs on this thread, or null. */
    static Coroutine<?> currentOrNull() {
        return CURRENT.get();
    }

    private Object resume(Object value, Throwable error) throws Exception {
        if (state == State.RUNNING || state == State.DONE) {
            throw new IllegalStateException("the coroutine is " + state);
        }
        resumer = Thread.currentThread();
        message = value;
        thrown = error;
        if (state == State.CREATED && error != null) state = State.DONE;
        else giveTurn();
        boolean interrupted = false;
        while (state == State.RUNNING) {
            LockSupport.park();
            if (state == State.RUNNING && Thread.interrupted()) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (state == State.DONE && thrown != null) throw Coroutine.<Exception>rethrow(thrown);
        return message;
    }

    private void giveTurn() {
        state = State.RUNNING;
        if (thread == null) {
            thread = THREADS.newThread(this::run);
            thread.setName(name);
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        CURRENT.set(this);
        Throwable failure = null;
        try {
            result = body.call();
        } catch (Throwable t) {
            failure = t;
        }
        giveBackTurn(State.DONE, null, failure);
    }

    private Object suspend(Object value) {
        giveBackTurn(State.SUSPENDED, value, null);
        while (state == State.SUSPENDED) {
            LockSupport.park();
            // With the interrupt status set park() returns at once, and this would spin.
            if (state == State.SUSPENDED) Thread.interrupted();
        }
        if (thrown != null) throw Coroutine.<RuntimeException>rethrow(thrown);
        return message;
    }

    private void giveBackTurn(State next, Object value, Throwable error) {
        message = value;
        thrown = error;
        Thread to = resumer;
        state = next;
        LockSupport.unpark(to);
    }

    /** Throws any throwable as it is, whatever the caller declares. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> E rethrow(Throwable throwable) throws E {
        throw (E) throwable;
    }
}
