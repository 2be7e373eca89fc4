//SOURCES CancelledError.java
//SOURCES ChannelEvent.java
//SOURCES Coroutine.java
//SOURCES Event.java
//SOURCES EventLoop.java
//SOURCES Future.java
//SOURCES LoopEvents.java
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
    static final Object PAUSE = new Object();

    /** How many awaits may find their result at once before a step ends with a {@link #PAUSE}. */
    private static final int MAX_STREAK = 64;

    final EventLoop loop;

    private final String name;
    private final Coroutine<T> coroutine;
    private final Step step = new Step(this);
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

    /** Returns the task that runs in this thread; an error if none does. */
    public static Task<?> current() {
        Task<?> task = Coroutine.current().task;
        if (task == null) {
            throw new IllegalStateException("this coroutine is driven by hand, not by a task");
        }
        return task;
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
     * may catch that and go on. A future that it awaits is cancelled instead, which reaches it from
     * there. Any thread may call it. Returns false if the task was complete already.
     */
    @Override
    public boolean cancel() {
        if (isDone()) return false;
        if (!loop.isMine()) {
            loop.callSoonThreadsafe(this::cancel);
        } else if (!coroutine.hasBegun()) {
            end(null, new CancelledError(this + " was cancelled"));
        } else if (!(waitingFor instanceof Future<?> inner && inner.cancel())) {
            toRaise = new CancelledError(this + " was cancelled");
            schedule();
        }
        return true;
    }

    /** Refused: the result is what the body returns. */
    @Override
    public void setResult(T value) {
        throw new UnsupportedOperationException("a task ends with its body");
    }

    /** Refused: the failure is what the body throws. */
    @Override
    public void setException(Throwable error) {
        throw new UnsupportedOperationException("a task ends with its body");
    }

    @Override
    public String toString() {
        return "Task[" + name + "]";
    }

    /** Called by await: now and then ends a streak of waits that never had to wait. */
    void pauseAfterStreak() {
        if (++streak > MAX_STREAK) Coroutine.yield(PAUSE);
    }

    /** Puts the next step into the ready queue, once; on the loop. */
    void schedule() {
        if (!scheduled && !isDone()) {
            scheduled = true;
            loop.ready.add(step);
        }
    }

    /** Whether it waits for a channel that somebody has closed, of which no selector tells. */
    boolean waitsForClosedChannel() {
        return waitingFor instanceof ChannelEvent<?> event && !event.channel.isOpen();
    }

    /** For the loop's end: a task that has outlived its cancellation is not asked any more. */
    void kill() {
        coroutine.task = null;
        try {
            stopWaiting();
            coroutine.close();
            end(null, new CancelledError(this + " was closed"));
        } catch (Throwable t) {
            end(null, t);
        }
    }

    /** Gives the coroutine the turn; it comes back in {@link #suspended} or {@link #ended}. */
    void resume() {
        scheduled = false;
        streak = 0;
        Throwable error = toRaise;
        toRaise = null;
        try {
            stopWaiting();
        } catch (Throwable t) {
            error = t;
        }
        LoopEvents.task(this, "resumed", null);
        try {
            coroutine.giveTurn(null, error);
        } catch (Throwable noThread) {
            ended(noThread);
        }
    }

    /** Called by the coroutine that has yielded, in its thread. */
    void suspended(Object yielded) {
        if (toRaise != null || yielded == PAUSE) {
            schedule();
        } else {
            LoopEvents.task(this, "suspended", yielded);
            try {
                startWaiting(yielded);
            } catch (Throwable t) {
                toRaise = t;
                schedule();
            }
        }
        loop.passTurnOn();
    }

    /** Called by the coroutine that has ended, in its thread. */
    void ended(Throwable error) {
        try {
            end(error == null ? coroutine.result() : null, error);
        } catch (Throwable t) {
            loop.callExceptionHandler(this + " could not be ended", t);
        }
        loop.passTurnOn();
    }

    /** For the loop: interrupts a body that blocks. */
    void interrupt() {
        coroutine.interrupt();
    }

    /** What the ready queue holds for a task that is to be resumed. */
    record Step(Task<?> task) implements Runnable {
        @Override
        public void run() {
            task.loop.runTasks(task);
        }

        @Override
        public String toString() {
            return task.toString();
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
        loop.tasks.remove(this);
        LoopEvents.task(this, "finished", error);
        if (error != null && !isCancelled() && !awaited) {
            observed();
            loop.callExceptionHandler(this + " failed", error);
        }
    }
}
