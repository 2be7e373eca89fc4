//SOURCES ../aio/LoopStep.java Interaction.java Labels.java
package diagram;

import module java.base;

import aio.Event;
import aio.Future;
import aio.LoopStep;
import aio.Task;
import aio.TimerHandle;

/** Turns the steps of a loop into the rows of a sequence diagram. The loop calls it. */
final class Steps implements Consumer<LoopStep> {
    /** A diagram of more wouldn't be legible. */
    private static final int MOST_TASKS = 12;

    private static final int MOST_ROWS = 100;

    /** A shorter wait for the selector isn't worth a row. */
    private static final long SLEEP_NANOS = 1_000_000;

    private static final int LOOP = 0;

    private final Interaction interaction = new Interaction();

    /** The lifelines of the tasks. */
    private final Map<Task<?>, Integer> lifelines = new HashMap<>();

    /** What each suspended task awaits. */
    private final Map<Task<?>, Object> awaited = new LinkedHashMap<>();

    /** Why a task will be resumed; empty if the row before says so. */
    private final Map<Task<?>, String> reasons = new HashMap<>();

    private final Set<Task<?>> started = new HashSet<>();

    /** How often each task had been cancelled when a row last said so. */
    private final Map<Task<?>, Integer> cancelled = new HashMap<>();

    /** The task that runs; null if none does. */
    private Task<?> running;

    /** The callback that runs, if it's not a task's own step or wake-up; else null. */
    private Object callback;

    private boolean callbackShown;

    /** The label for a timer that may be part of the wait that comes next; or null. */
    private String newTimer;

    /** When the loop fell asleep; 0 if it is awake, or a row says so. */
    private long asleepSince;

    private boolean closing;
    private int tasksLeftOut;
    private int stepsLeftOut;

    Steps() {
        interaction.addLifeline("loop");
    }

    /** From now on the loop closes, and cancels tasks. Call it while the loop isn't running. */
    void closing() {
        closing = true;
        boolean hasWork = lifelines.keySet().stream().anyMatch(task -> !task.isDone());
        if (hasWork) interaction.note(LOOP, "closes");
    }

    /** Returns the rows. Call it once, when the loop is closed. */
    Interaction interaction() {
        if (tasksLeftOut > 0) interaction.note(LOOP, "has %,d more tasks".formatted(tasksLeftOut));
        if (stepsLeftOut > 0)
            interaction.note(LOOP, "takes %,d more steps".formatted(stepsLeftOut));
        return interaction;
    }

    @Override
    public void accept(LoopStep step) {
        if (interaction.rows().size() >= MOST_ROWS) {
            if (step instanceof LoopStep.TaskResumed) stepsLeftOut++;
            return;
        }
        switch (step) {
            case LoopStep.TaskMade(var task, var maker) -> made(task, maker);
            case LoopStep.TaskResumed(var task) -> resumed(task);
            case LoopStep.TaskSuspended(var task, var on, _) -> suspended(task, on);
            case LoopStep.TaskFinished(var task, var failure) -> finished(task, failure);
            case LoopStep.Ready(var ready) -> ready(ready);
            case LoopStep.CallbackBegun(var begun) -> callbackBegun(begun);
            case LoopStep.CallbackEnded _ -> callbackEnded();
            case LoopStep.SelectBegun(var nanos) ->
                    asleepSince = nanos == 0 ? 0 : System.nanoTime();
            case LoopStep.SelectEnded _ -> awake();
            case LoopStep.ChannelReady(_, var operations, var waiter) ->
                    channelReady(operations, waiter);
            case LoopStep.TimerSet(var timer) -> timerSet(timer);
            case LoopStep.Waits _ -> showNewTimer();
            case LoopStep.WaitsNoMore _, LoopStep.TimerCancelled _ -> {}
        }
    }

    private boolean isShown(Task<?> task) {
        return task != null && lifelines.containsKey(task);
    }

    // ---- Tasks

    private void made(Task<?> task, Task<?> maker) {
        showNewTimer();
        if (lifelines.size() == MOST_TASKS) {
            tasksLeftOut++;
            return;
        }
        boolean byCallback = maker == null && showCallback();
        int lifeline = interaction.addLifeline(task.name());
        lifelines.put(task, lifeline);
        if (isShown(maker)) interaction.call(lifelines.get(maker), lifeline, "creates");
        else if (byCallback) interaction.call(LOOP, lifeline, "creates");
    }

    private void resumed(Task<?> task) {
        running = task;
        if (!isShown(task)) return;
        String verb = started.add(task) ? "starts" : "resumes";
        interaction.run(lifelines.get(task), verb, reason(task));
    }

    private String reason(Task<?> task) {
        Object on = awaited.remove(task);
        String known = reasons.remove(task);
        return known == null ? Labels.complete(on) : known;
    }

    private void suspended(Task<?> task, Object on) {
        // A timer set just before belongs to the event.
        if (on instanceof Event<?>) newTimer = null;
        else showNewTimer();
        running = null;
        awaited.put(task, on);
        if (isShown(task))
            interaction.giveBack(lifelines.get(task), "awaits " + LoopStep.awaited(on));
    }

    private void finished(Task<?> task, Throwable failure) {
        showNewTimer();
        if (task == running) running = null;
        if (isShown(task)) interaction.end(lifelines.get(task), Labels.end(failure));
    }

    // ---- What wakes them

    private void ready(Runnable ready) {
        if (LoopStep.timer(ready) != null) return; // what it does is seen when it runs
        Future<?> future = LoopStep.future(ready);
        if (future != null) complete(future);
        Task<?> task = LoopStep.task(ready);
        // A new task is ready without being woken, and one that pauses is so at once.
        if (!started.contains(task) || task == running) return;
        boolean isCancelled = task.cancelling() > cancelled.getOrDefault(task, 0);
        cancelled.put(task, task.cancelling());
        wake(task, isCancelled ? "cancels" : "wakes");
    }

    private void complete(Future<?> future) {
        // The end of a task is a row of its own, and futures of futures are not worth one.
        if (future == running || callback != null && LoopStep.future(callback) != null) return;
        List<Task<?>> waiting =
                awaited.keySet().stream().filter(task -> awaited.get(task) == future).toList();
        String verb = future.isCancelled() ? "cancels" : "completes";
        for (Task<?> task : waiting) wake(task, verb + " the future of");
    }

    /** Adds a row for whoever wakes a task, unless the task waits for just that. */
    private void wake(Task<?> task, String verb) {
        if (!isShown(task)) return;
        Future<?> done = callback == null ? null : LoopStep.future(callback);
        if (done != null && done == awaited.get(task)) return;
        if (isShown(running)) {
            interaction.call(lifelines.get(running), lifelines.get(task), verb);
            reasons.put(task, "");
        } else if (showCallback()) {
            interaction.call(LOOP, lifelines.get(task), verb);
            reasons.put(task, "");
        }
    }

    private void channelReady(int operations, Object waiter) {
        awake();
        Task<?> task = LoopStep.task(waiter);
        if (task != null) reasons.put(task, Labels.ready(operations));
    }

    // ---- Callbacks and timers

    private void callbackBegun(Object begun) {
        Task<?> task = LoopStep.task(begun);
        callback = task == null ? begun : null;
        callbackShown = false;
        if (task != null && LoopStep.timer(begun) != null) reasons.put(task, "the timer is due");
    }

    private void callbackEnded() {
        showNewTimer();
        callback = null;
        if (isShown(running)) interaction.giveBack(lifelines.get(running), "lets the others run");
        running = null;
    }

    /** Adds a row for the callback that runs, once; returns false if there is none. */
    private boolean showCallback() {
        if (callback == null) return false;
        if (!callbackShown && !closing) interaction.note(LOOP, "runs " + Labels.callback(callback));
        callbackShown = true;
        return true;
    }

    private void timerSet(TimerHandle timer) {
        showNewTimer();
        long millis = Math.ceilDiv(timer.when() - System.nanoTime(), 1_000_000);
        if (isShown(running)) newTimer = "sets a timer of " + millis + " ms";
    }

    private void showNewTimer() {
        if (newTimer != null) interaction.ask(lifelines.get(running), newTimer);
        newTimer = null;
    }

    private void awake() {
        boolean slept = asleepSince != 0 && System.nanoTime() - asleepSince >= SLEEP_NANOS;
        asleepSince = 0;
        if (slept) interaction.note(LOOP, "sleeps");
    }
}
