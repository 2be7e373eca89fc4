//SOURCES CancelledError.java
package aio;

import module java.base;

/**
 * A body of code that can stop in the middle, as a Python generator does. At {@link #yield} it
 * stops and hands a value to the code that resumed it; when it is resumed, it goes on from there.
 * It needs no loop:
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
 * Java has no generators, so a coroutine has a virtual thread of its own: {@code send} wakes that
 * thread and parks the caller, {@code yield} wakes the caller and parks the thread. Only one of the
 * two runs at a time, and each sees what the other wrote. A suspended coroutine keeps its thread
 * until it is resumed to its end or closed; the garbage collector never frees it. Two threads must
 * not resume it at the same time. While the body blocks, the code that resumed it blocks too, and
 * an interrupt of that thread is passed on to the body. An interrupt that arrives while the body is
 * suspended has no effect: close the coroutine instead.
 */
public final class Coroutine<R> {
    private static final ThreadLocal<Coroutine<?>> CURRENT = new ThreadLocal<>();
    private static final ThreadFactory THREADS =
            Thread.ofVirtual().inheritInheritableThreadLocals(false).factory();

    /** How often {@link #close} tries again if the body yields instead of ending. */
    private static final int CLOSE_ATTEMPTS = 100;

    private enum State {
        CREATED,
        SUSPENDED,
        RUNNING,
        DONE
    }

    /** The object that steps this coroutine, a task for example; null if code steps it by hand. */
    final Object driver;

    private final String name;
    private final Callable<? extends R> body;
    private Thread thread;
    private R result;

    /** Written last by the side that gives up its turn, read first by the side that gets it. */
    private volatile State state = State.CREATED;

    // These fields belong to the side whose turn it is; only that side writes them.
    private Thread resumer;
    private Object message;
    private Throwable thrown;

    /** Makes a coroutine that has not started; its body may yield at any depth of calls. */
    public Coroutine(Callable<? extends R> body) {
        this("coroutine", null, body);
    }

    Coroutine(String name, Object driver, Callable<? extends R> body) {
        this.name = name;
        this.driver = driver;
        this.body = Objects.requireNonNull(body);
    }

    /**
     * Runs the body up to its next {@link #yield} and returns the value that it yields; returns
     * null if the body ends, see {@link #isDone}. Counterpart: {@code generator.send}.
     *
     * @param value what the {@code yield} at which the body stopped returns; null the first time
     * @throws Exception what the body throws, unwrapped
     * @throws IllegalStateException if the coroutine is running or has ended
     */
    public Object send(Object value) throws Exception {
        if (state == State.CREATED && value != null) {
            throw new IllegalArgumentException("no yield is there yet to receive " + value);
        }
        return resume(value, null);
    }

    /**
     * As {@link #send}, but the body's {@code yield} throws {@code error}, which may be checked. A
     * body that has not started never starts. Counterpart: {@code generator.throw}.
     */
    public Object raise(Throwable error) throws Exception {
        return resume(null, Objects.requireNonNull(error));
    }

    /**
     * Raises a {@link CancelledError} in the body, so that its {@code finally} blocks run. Does
     * nothing if the body has ended. Counterpart: {@code generator.close}.
     *
     * @throws Exception if the body ends with another exception
     * @throws IllegalStateException if the coroutine is running, or yields again and again instead
     *     of ending
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

    /** Returns whether the body has ended, normally or with an exception. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /**
     * Returns the body's result or throws its failure; {@code IllegalStateException} if the body
     * has not ended.
     */
    public R result() throws Exception {
        if (state != State.DONE) throw new IllegalStateException("the coroutine has not ended");
        if (thrown != null) throw Coroutine.<Exception>rethrow(thrown);
        return result;
    }

    /**
     * Suspends the coroutine whose body calls this, and hands {@code value} to the code that
     * resumed it. Returns the value of the next {@link #send}, or throws the exception of the next
     * {@link #raise}. Throws {@code IllegalStateException} outside a coroutine.
     */
    public static Object yield(Object value) {
        return current().suspend(value);
    }

    /** Returns the coroutine that runs on this thread; an error if there is none. */
    static Coroutine<?> current() {
        Coroutine<?> coroutine = CURRENT.get();
        if (coroutine == null) throw new IllegalStateException("not inside a coroutine");
        return coroutine;
    }

    /** Returns the coroutine that runs on this thread, or null. */
    static Coroutine<?> currentOrNull() {
        return CURRENT.get();
    }

    /** Returns whether the body has its turn. Any thread may call it. */
    boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Returns the calls that the body is in, the innermost first; none before its start. */
    StackTraceElement[] stackTrace() {
        Thread body = thread;
        return body == null ? new StackTraceElement[0] : body.getStackTrace();
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
            // While the interrupt status is set park() returns at once, so this would spin.
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

    /** Throws any throwable unwrapped, even if the caller does not declare it. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> E rethrow(Throwable throwable) throws E {
        throw (E) throwable;
    }
}
