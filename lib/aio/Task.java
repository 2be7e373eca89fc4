//SOURCES CancelledError.java Coroutine.java Event.java EventLoop.java Future.java LoopEvents.java
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
 * If it fails while nobody waits for it, that is reported to the loop's exception handler at once.
 * Made by {@link EventLoop#createTask}. Counterpart: {@code asyncio.Task}.
 */
public final class Task<T> extends Future<T> {
    /** What a coroutine yields to let the others run, without waiting for anything. */
    private static final Object PAUSE = new Object();

    /** How many awaits may find their result at once before a step ends with a {@link #PAUSE}. */
    private static final int MAX_STREAK = 64;

    final EventLoop loop;

    private final String name;
    private final Coroutine<T> coroutine;
    private final Consumer<Object> wakeUp = future -> wake();
    private final Runnable step = new Callback(this, Task::step);

    /** Wakes it; on the loop. */
    final Runnable waker = new Callback(this, Task::schedule);

    /** Cancelled from outside the loop: a body that has not begun then never begins. */
    private volatile boolean cancelledBeforehand;

    // Touched only on the loop.
    private boolean begun;
    private int cancelling;
    private boolean scheduled;
    private Object waitingFor;
    private Throwable toRaise;
    private int streak;

    Task(EventLoop loop, String name, Callable<? extends T> body) {
        super(loop);
        this.loop = loop;
        this.name = name;
        this.coroutine = new Coroutine<>(name, this, body);
    }

    /** Returns the name given at its creation; its virtual thread has the same. */
    public String name() {
        return name;
    }

    /** Returns the task that runs in this thread; an error if none does. */
    public static Task<?> current() {
        Task<?> task = of(Coroutine.current());
        if (task != null) return task;
        throw new IllegalStateException("this coroutine is driven by hand, not by a task");
    }

    /**
     * Has the task poll the event it waits for once more; too often does no harm. Any thread may
     * call it.
     */
    public void wake() {
        if (loop.isCurrent()) schedule();
        else loop.callSoonThreadsafe(this::schedule);
    }

    /**
     * Raises a {@link CancelledError} where the task is suspended, or at its next suspension; it
     * may catch that and go on. A body that has not begun never begins. A future that the task
     * awaits is cancelled instead, which reaches the task from there. Any thread may call it.
     * Returns false if the task was complete already.
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
     * Returns how often the task was asked to end, whether it has done so or not; on the loop. A
     * {@link CancelledError} while this is 0 is that of something the task awaits. Counterpart:
     * asyncio's {@code cancelling}.
     */
    public int cancelling() {
        return cancelling;
    }

    private void cancelNow() {
        cancelling++;
        if (isDone() || (waitingFor instanceof Future<?> inner && inner.cancel())) return;
        toRaise = new CancelledError(this + " was cancelled");
        schedule();
    }

    /** Refused: the result is what the body returns. */
    @Override
    public void setResult(T value) {
        throw new UnsupportedOperationException("a task ends with its body");
    }

    /** Refused: the failure is what the body throws. */
    @Override
    public void setException(Throwable error) {
        setResult(null);
    }

    @Override
    public String toString() {
        return "Task[" + name + "]";
    }

    /** The task that steps this coroutine; null if there is none. */
    static Task<?> of(Coroutine<?> coroutine) {
        return coroutine != null && coroutine.driver instanceof Task<?> task ? task : null;
    }

    /** Called by every await, which may not have to wait: now and then it lets the others run. */
    static void pauseAfterStreak() {
        Task<?> task = of(Coroutine.current());
        if (task != null && ++task.streak > MAX_STREAK) Coroutine.yield(PAUSE);
    }

    /** Puts the next step into the ready queue, once; on the loop. */
    void schedule() {
        if (!scheduled && !isDone()) {
            scheduled = true;
            loop.ready.add(step);
        }
    }

    /** For the loop's end: a task that has outlived its cancellation is not asked any more. */
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

    /** What the loop and its poller call; in reports it has the task's name. */
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
        LoopEvents.task(name, "resumed", null);
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
            LoopEvents.task(name, "suspended", yielded);
            switch (yielded) {
                case Event<?> event -> event.register(loop, this);
                case Future<?> future -> future.addDoneCallback(wakeUp);
                case null, default ->
                        throw new IllegalStateException(
                                this + " yielded " + yielded + ", neither Event nor Future");
            }
            waitingFor = yielded;
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
        LoopEvents.task(name, "finished", error);
        if (error != null && !isCancelled() && !awaited) {
            observed();
            loop.callExceptionHandler(this + " failed", error);
        }
    }
}
