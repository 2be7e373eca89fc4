//SOURCES LoopView.java ../../aio/EventLoop.java ../../aio/Task.java
package kit.watch;

import module java.base;

import aio.EventLoop;
import aio.LoopStep;
import aio.Task;

/** An event loop, with its tasks, its ready queue and its timers. */
final class EventLoopView extends LoopView {
    /** A callback in the ready queue; {@code task} is whose step it is, or null. */
    private record Entry(Runnable callback, Actor task, String name) {
        String title() {
            return task == null ? name : task.name;
        }
    }

    private final EventLoop loop;
    private final Queue<Entry> ready = new ArrayDeque<>();

    EventLoopView(Recorder recorder, EventLoop loop) {
        super(recorder);
        this.loop = loop;
        self = actors.add(loop, Actor.Kind.LOOP, this, "event loop");
        self.waits("its start");
    }

    @Override
    boolean isClosed() {
        if (loop.isClosed()) self.state = Actor.State.DONE;
        return loop.isClosed();
    }

    @Override
    void closed(SelectableChannel channel) {} // its task has been told

    @Override
    List<String> ready() {
        return Queues.first(ready, Entry::title);
    }

    @Override
    String apply(LoopStep step) {
        switch (step) {
            case LoopStep.TaskMade(var task, var maker) -> made(task, maker);
            case LoopStep.Waits(var channel, int operations, var callback) ->
                    waits(channel, operations, callback);
            case LoopStep.WaitsNoMore(var channel, int operations) ->
                    waits.remove(channel, operations);
            case LoopStep.TimerSet(var timer) ->
                    waits.add(timer, (running.isEmpty() ? page.actor() : running.peek()).name);
            case LoopStep.TimerCancelled(var timer) -> waits.remove(timer);
            case LoopStep.ChannelReady(var channel, int operations, _) ->
                    happened(channel, operations);
            case LoopStep.CallbackEnded(var callback) -> ended(callback);
            case LoopStep.SelectEnded _ -> selected();
            default -> {
                return told(step);
            }
        }
        return null;
    }

    /** Returns the sentence for a step that has one. */
    private String told(LoopStep step) {
        return switch (step) {
            case LoopStep.TaskResumed(var task) -> resumed(actor(task));
            case LoopStep.TaskSuspended suspended -> suspended(suspended);
            case LoopStep.TaskFinished(var task, var failure) -> finished(task, failure);
            case LoopStep.Ready(var callback) -> ready(callback);
            case LoopStep.CallbackBegun(var callback) -> begun(callback);
            case LoopStep.SelectBegun(long nanos) -> selects(nanos);
            default -> throw new AssertionError(step);
        };
    }

    private Actor actor(Task<?> task) {
        Actor known = actors.find(task);
        if (known != null) return known;
        return actors.add(task, Actor.Kind.TASK, this, names.text(task.name()));
    }

    private void made(Task<?> task, Task<?> maker) {
        Actor actor = actor(task);
        Actor by = maker == null ? page.actor() : actor(maker);
        if (maker != null) actor.maker = by;
        setCause(by.title() + " makes the task " + actor.name + ". ");
    }

    private void waits(SelectableChannel channel, int operations, Object callback) {
        Task<?> task = LoopStep.task(callback);
        Actor actor = task != null ? actor(task) : running.peek();
        String name = task != null ? "" : name(callback);
        waits.add(channel, operations, task == null ? () -> name : () -> actor.name);
        if (actor == null || !(channel instanceof SocketChannel connection)) return;
        // The tasks of a server's connections have one name, so the client's tells them apart.
        actor.peer = names.client(connection);
        if (!actor.name.contains(actor.peer)) actor.name += " (" + actor.peer + ")";
    }

    private String ready(Runnable callback) {
        String why = takeCause();
        Task<?> task = LoopStep.task(callback);
        if (task != null) {
            Actor actor = actor(task);
            if (actor.state != Actor.State.RUNS) actor.isReady();
            ready.add(new Entry(callback, actor, ""));
            return why + actor.title() + " is ready to run.";
        }
        var timer = LoopStep.timer(callback);
        var future = LoopStep.future(callback);
        String name = name(callback);
        if (timer != null) {
            name = "timer of " + waits.remove(timer);
            why = "It is time. ";
        } else if (future != null) {
            name =
                    future instanceof Task<?> done
                            ? "callbacks of " + actor(done).name
                            : "callbacks";
            why = "A future is complete. ";
        }
        ready.add(new Entry(callback, null, name));
        return why + "In the ready queue: " + name + ".";
    }

    private String begun(Object callback) {
        isHere();
        String name = name(callback);
        for (Entry entry : ready) {
            if (entry.callback() != callback) continue;
            name = entry.title();
            ready.remove(entry);
            break;
        }
        if (LoopStep.task(callback) != null) return null; // its own steps say more
        Actor actor = actors.add(callback, Actor.Kind.CALLBACK, this, name);
        actor.line = line(callback);
        return begins(actor);
    }

    private void ended(Object callback) {
        Task<?> task = LoopStep.task(callback);
        Actor actor = actors.find(task == null ? callback : task);
        if (actor == null) return;
        if (task == null) actor.state = Actor.State.DONE;
        else if (actor.state == Actor.State.RUNS) actor.isReady(); // it only lets the others run
        ends(actor);
    }

    private String resumed(Actor actor) {
        boolean isNew = actor.line == null && actor.at.isEmpty();
        actor.runs();
        waits.awaitsNoMore(actor);
        running.push(actor);
        return "The loop " + (isNew ? "starts " : "resumes ") + actor.name + ".";
    }

    private String suspended(LoopStep.TaskSuspended step) {
        Actor actor = actor(step.task());
        running.remove(actor);
        page.stands(actor, step.stack());
        actor.waits(waits.awaits(actor, step.on()));
        return actor.title() + " waits for " + actor.on + actor.place() + ".";
    }

    private String finished(Task<?> task, Throwable failure) {
        Actor actor = actor(task);
        running.remove(actor);
        actor.state = Actor.State.DONE;
        if (task.isCancelled()) return actor.title() + " is cancelled.";
        if (failure == null) return actor.title() + " ends.";
        return actor.title() + " fails: " + names.text(failure.toString());
    }
}
