//SOURCES Awaited.java CancelledError.java Coroutine.java Event.java EventLoop.java Future.java
//SOURCES LoopStep.java
package aio;

import module java.base;

/**
 * A coroutine that a loop runs, and the future of its result.
 *
 * <pre>
 *            +------------------- wake ----------------------+
 *            v                                               |
 *  ready: [ step ] -- send --> coroutine -- yields Event --> register
 *                                  |     \- yields Future -> addDoneCallback
 *                                  +- ends: a result, a failure or cancelled
 * </pre>
 *
 * If a task fails while nobody awaits it, the failure is reported to the loop's exception handler
 * at once. {@link EventLoop#createTask} makes tasks. Counterpart: {@code asyncio.Task}.
 */
public final class Task<T> extends Future<T> {
    /** A coroutine yields this to let the others run, without waiting for anything. */
    private static final Object PAUSE = new Object();

    /** How many awaits in a row may complete without waiting before the task pauses. */
    private static final int MAX_STREAK = 64;

    final EventLoop loop;

    /** The number of this task among those of its loop, from 1. */
    final long id;

    /** The number of the task that made this one; 0 if no task did. */
    final long makerId;

    /** The name of the task that made this one, which may have ended long ago; or null. */
    final String makerName;

    private final String name;
    private final Coroutine<T> coroutine;
    private final Consumer<Object> wakeUp = future -> wake();
    private final Runnable step = new Callback(this, Task::step);

    /** Wakes the task. For the loop's thread. */
    final Runnable waker = new Callback(this, Task::schedule);

    /** True if another thread has cancelled the task; a body that has not started never does. */
    private volatile boolean cancelledBeforehand;

    // Only the loop uses these.
    private boolean begun;
    private int cancelling;

    /** What {@link #cancelling} was at the first request that is not raised yet; 0 if none is. */
    private int unraised;

    private boolean scheduled;
    private Object waitingFor;
    private long since;
    private Throwable toRaise;
    private int streak;

    Task(EventLoop loop, long id, Task<?> maker, String name, Callable<? extends T> body) {
        super(loop);
        this.loop = loop;
        this.id = id;
        // A reference to the maker would keep it, its own maker and so on from being collected.
        this.makerId = maker == null ? 0 : maker.id;
        this.makerName = maker == null ? null : maker.name;
        this.name = name;
        this.coroutine = new Coroutine<>(name, this, body);
    }

    /** Returns the name that the task was made with, which is also its virtual thread's. */
    public String name() {
        return name;
    }

    /** Returns the task that calls this; {@code IllegalStateException} outside a task. */
    public static Task<?> current() {
        Task<?> task = of(Coroutine.current());
        if (task != null) return task;
        throw new IllegalStateException("this coroutine is driven by hand, not by a task");
    }

    /**
     * Makes the task poll the event that it waits for once more. Calling it without need does no
     * harm. Any thread may call it.
     */
    public void wake() {
        if (loop.isCurrent()) schedule();
        else loop.callSoonThreadsafe(this::schedule);
    }

    /**
     * Raises a {@link CancelledError} at the {@code await} where the task is suspended, or at its
     * next one. The task may catch it and go on. A body that has not started never starts. If the
     * task awaits a future, that future is cancelled, and the task gets the error from it. Any
     * thread may call it. Returns false if the task is complete.
     */
    @Override
    public boolean cancel() {
        if (isDone()) return false;
        if (loop.isCurrent()) {
            cancelNow();
        } else {
            cancelledBeforehand = true;
            loop.callSoonThreadsafe(this::cancelNow);
        }
        return true;
    }

    /**
     * Returns how often {@link #cancel} was called, less the calls of {@link #uncancel}, whether
     * the task has ended since or not. If this is 0, a {@link CancelledError} in the task comes
     * from something that it awaits. Call it on the loop. Counterpart: asyncio's {@code
     * cancelling}.
     */
    public int cancelling() {
        return cancelling;
    }

    /**
     * Takes one {@link #cancel} back, and returns how many are left. Call it when you have caught a
     * {@link CancelledError} whose reason is dealt with; {@code TaskGroup} and {@link Timeout} do
     * so for the cancellations that they request themselves. If the request has not been raised in
     * the task yet, it no longer is. Call it on the loop. Counterpart: asyncio's {@code uncancel}.
     */
    public int uncancel() {
        if (cancelling > 0 && --cancelling < unraised) {
            unraised = 0;
            toRaise = null;
        }
        return cancelling;
    }

    private void cancelNow() {
        cancelling++;
        if (isDone() || (waitingFor instanceof Future<?> inner && inner.cancel())) return;
        if (unraised == 0) unraised = cancelling;
        toRaise = new CancelledError(this + " was cancelled");
        schedule();
    }

    /** Throws {@code UnsupportedOperationException}: a task's result is what its body returns. */
    @Override
    public void setResult(T value) {
        throw new UnsupportedOperationException("a task ends with its body");
    }

    /** Throws {@code UnsupportedOperationException}: a task's failure is what its body throws. */
    @Override
    public void setException(Throwable error) {
        setResult(null);
    }

    @Override
    public String toString() {
        return "Task[" + name + "]";
    }

    @Override
    Awaited awaited() {
        return new Awaited("task", name);
    }

    /** Returns the task that steps this coroutine; null if there is none. */
    static Task<?> of(Coroutine<?> coroutine) {
        return coroutine != null && coroutine.driver instanceof Task<?> task ? task : null;
    }

    /** Returns the task whose step or wake-up the loop runs with this callback, or null. */
    static Task<?> ofCallback(Object callback) {
        return callback instanceof Callback(Task<?> task, _) ? task : null;
    }

    /** Returns the Event or Future that the task waits for; null if it runs or is ready. */
    Object waitingFor() {
        return waitingFor;
    }

    /** Returns what the task does: {@code new}, {@code ready}, {@code runs} or {@code waits}. */
    String state() {
        if (coroutine.isRunning()) return "runs";
        return !begun ? "new" : waitingFor == null || scheduled ? "ready" : "waits";
    }

    /** Returns the wake-up of the loop, by its clock, after which the task began to wait. */
    long since() {
        return since;
    }

    /** Returns where the coroutine stands, the innermost call first. Any thread may call it. */
    StackTraceElement[] stackTrace() {
        return coroutine.stackTrace();
    }

    /**
     * Every await calls this. An await that doesn't have to wait gives no other task its turn;
     * after {@link #MAX_STREAK} of those in a row this one does.
     */
    static void pauseAfterStreak() {
        Task<?> task = of(Coroutine.current());
        if (task != null && ++task.streak > MAX_STREAK) Coroutine.yield(PAUSE);
    }

    /** Adds the next step to the ready queue, unless it is there already. For the loop's thread. */
    void schedule() {
        if (!scheduled && !isDone()) {
            scheduled = true;
            loop.addReady(step);
        }
    }

    /** Ends a task that still runs when the closing loop's time is up: closes its coroutine. */
    void kill() {
        Throwable error = new CancelledError(this + " was closed");
        try {
            stopWaiting();
        } catch (Throwable t) {
            error = t;
        }
        try {
            coroutine.close();
        } catch (Throwable t) {
            error = t;
        }
        end(null, error);
    }

    /** A callback for the loop and its poller. In reports it has the task's name. */
    private record Callback(Task<?> task, Consumer<Task<?>> action) implements Runnable {
        @Override
        public void run() {
            action.accept(task);
        }

        @Override
        public String toString() {
            return task.toString();
        }
    }

    private void step() {
        if (isDone()) return;
        scheduled = false;
        streak = 0;
        if (loop.isObserved()) loop.tell(new LoopStep.TaskResumed(this));
        try {
            Object yielded = resume();
            if (coroutine.isDone()) end(coroutine.result(), null);
            else startWaiting(yielded);
        } catch (Throwable t) {
            end(null, t);
        }
    }

    private Object resume() throws Exception {
        Throwable error = toRaise;
        toRaise = null;
        unraised = 0;
        if (!begun && cancelledBeforehand) error = new CancelledError(this + " was cancelled");
        begun = true;
        try {
            stopWaiting();
        } catch (Throwable t) {
            error = t;
        }
        return error == null ? coroutine.send(null) : coroutine.raise(error);
    }

    private void startWaiting(Object yielded) {
        if (toRaise != null || yielded == PAUSE) {
            schedule();
            return;
        }
        try {
            switch (yielded) {
                case Event<?> event -> event.register(loop, this);
                case Future<?> future -> future.addDoneCallback(wakeUp);
                case null, default ->
                        throw new IllegalStateException(
                                this + " yielded " + yielded + ", neither Event nor Future");
            }
            waitingFor = yielded;
            since = loop.lastWakeUp();
            if (loop.isObserved())
                loop.tell(new LoopStep.TaskSuspended(this, yielded, coroutine.stackTrace()));
        } catch (Throwable t) {
            toRaise = t;
            schedule();
        }
    }

    private void stopWaiting() {
        Object waited = waitingFor;
        waitingFor = null;
        if (waited instanceof Event<?> event) event.unregister(loop, this);
        else if (waited instanceof Future<?> future) future.removeDoneCallback(wakeUp);
    }

    private void end(T value, Throwable error) {
        boolean awaited = hasCallbacks();
        settle(value, error);
        loop.tasks.remove(this);
        if (loop.isObserved()) loop.tell(new LoopStep.TaskFinished(this, error));
        if (error != null && !isCancelled() && !awaited) {
            observed();
            loop.callExceptionHandler(this + " failed", error);
        }
    }
}
