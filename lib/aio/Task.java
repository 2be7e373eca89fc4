//SOURCES CancelledError.java
//SOURCES Coroutine.java
//SOURCES Event.java
//SOURCES Future.java
//SOURCES LoopEvents.java
package aio;

import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * A coroutine that a loop runs, and the future of its result. Made by {@link
 * EventLoop#createTask(String, Callable)}. Counterpart: {@code asyncio.Task}.
 *
 * <pre>
 *            +---------------------- wake ----------------------+
 *            v                                                  |
 *  ready: [ step ] -- send --> coroutine -- yields Event ----> register
 *                                  |     \- yields Future ---> addDoneCallback
 *                                  +- ends: setResult, setException or cancelled
 * </pre>
 *
 * A task that fails while nobody waits for it is reported to the loop's exception handler at once;
 * a task that is cancelled is not.
 *
 * @param <T> the type of the result
 */
public final class Task<T> extends Future<T> {
    /** What a coroutine yields to let the others run, without waiting for anything. */
    static final Object PAUSE = new Object();

    /** How many awaits may find their result at once before a step ends with a {@link #PAUSE}. */
    private static final int MAX_STREAK = 64;

    final EventLoop loop;

    private final String name;
    private final Coroutine<T> coroutine;
    private final Runnable step = this::step;
    private final Consumer<Object> wakeUp = future -> wake();

    // Touched only on the loop.
    private boolean scheduled;
    private Object waitingFor;
    private Throwable toRaise;
    private int streak;

    Task(EventLoop loop, String name, Callable<? extends T> body) {
        super(loop);
        this.loop = loop;
        this.name = name;
        this.coroutine = new Coroutine<>(body);
        coroutine.task = this;
    }

    /** Returns the name given at its creation; its virtual thread has the same. */
    public String name() {
        return name;
    }

    /**
     * Returns the task that runs on this thread. Counterpart: {@code asyncio.current_task}.
     *
     * @throws IllegalStateException if no task does
     */
    public static Task<?> current() {
        Task<?> task = Coroutine.current().task;
        if (task == null) {
            throw new IllegalStateException("this coroutine is driven by hand, not by a task");
        }
        return task;
    }

    /**
     * Has a suspended task try again what it waits for: its event is polled once more. For events:
     * {@link Event#register}. Too many calls do no harm. Any thread may call it.
     */
    public void wake() {
        if (loop.isCurrent()) {
            schedule();
        } else {
            loop.callSoonThreadsafe(this::schedule);
        }
    }

    /**
     * Raises a {@link CancelledError} in the task, where it is suspended or at its next suspension.
     * Its {@code finally} blocks run; it may also catch the error and go on. A future that it
     * awaits is cancelled in its place, and so on down to the innermost wait.
     *
     * @return false if the task was complete already; true promises an attempt, no more
     */
    @Override
    public boolean cancel() {
        if (isDone()) {
            return false;
        }
        if (!loop.isCurrent()) {
            loop.callSoonThreadsafe(this::cancel);
        } else if (!(waitingFor instanceof Future<?> inner && inner.cancel())) {
            toRaise = new CancelledError(this + " was cancelled");
            schedule();
        }
        return true;
    }

    /** Refused: a task's result is what its body returns. */
    @Override
    public void setResult(T value) {
        throw new UnsupportedOperationException("the result of a task is what its body returns");
    }

    /** Refused: a task's failure is what its body throws. */
    @Override
    public void setException(Throwable error) {
        throw new UnsupportedOperationException("the failure of a task is what its body throws");
    }

    @Override
    public String toString() {
        return "Task[" + name + "]";
    }

    /** Called by await: now and then ends a streak of waits that never had to wait. */
    void pauseAfterStreak() {
        if (++streak > MAX_STREAK) {
            Coroutine.yield(PAUSE);
        }
    }

    /** Puts the next step into the ready queue, once; on the loop. */
    void schedule() {
        if (!scheduled && !isDone()) {
            scheduled = true;
            loop.ready(step);
        }
    }

    /** Whether it waits for a channel that somebody has closed, of which no selector tells. */
    boolean waitsForClosedChannel() {
        return waitingFor instanceof ChannelEvent<?> event && !event.channel.isOpen();
    }

    /** For the loop's end: a task that has outlived its cancellation is not asked any more. */
    void kill() {
        stopWaiting();
        try {
            coroutine.close();
            end(null, new CancelledError(this + " was closed"));
        } catch (Throwable t) {
            end(null, t);
        }
    }

    private void step() {
        scheduled = false;
        streak = 0;
        stopWaiting();
        Throwable error = toRaise;
        toRaise = null;
        loop.stepping = this;
        LoopEvents.resumed(this);
        Object yielded;
        try {
            yielded = error == null ? coroutine.send(null) : coroutine.raise(error);
            if (coroutine.isDone()) {
                end(coroutine.result(), null);
                return;
            }
        } catch (Throwable t) {
            end(null, t);
            return;
        }
        if (toRaise != null || yielded == PAUSE) {
            schedule();
            return;
        }
        LoopEvents.suspended(this, yielded);
        try {
            startWaiting(yielded);
        } catch (Throwable t) {
            toRaise = t;
            schedule();
        }
    }

    private void startWaiting(Object yielded) throws Exception {
        switch (yielded) {
            case Event<?> event -> event.register(loop, this);
            case Future<?> future -> future.addDoneCallback(wakeUp);
            case null, default ->
                    throw new IllegalStateException(
                            this + " yielded " + yielded + ", which is neither Event nor Future");
        }
        waitingFor = yielded;
    }

    private void stopWaiting() {
        Object waited = waitingFor;
        waitingFor = null;
        if (waited instanceof Event<?> event) {
            event.unregister(loop, this);
        } else if (waited instanceof Future<?> future) {
            future.removeDoneCallback(wakeUp);
        }
    }

    private void end(T value, Throwable error) {
        boolean awaited = hasCallbacks();
        settle(value, error);
        loop.ended(this);
        LoopEvents.finished(this, error);
        if (error != null && !isCancelled() && !awaited) {
            observed();
            loop.report(this + " failed", error);
        }
    }
}
