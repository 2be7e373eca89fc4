//SOURCES Coroutines.java Lambdas.java PageObjects.java Recorder.java ThreadStop.java
//SOURCES ../../aio/Task.java
package kit.watch;

import module java.base;

import aio.Task;

/**
 * What the lines of the chapter's page do: which thread or coroutine runs which of them, and where
 * threads stop. Any thread may call {@code variable}, {@code line} and {@code sample}; the
 * recorder's lock guards the rest.
 */
final class PageView {
    final Lambdas lambdas = new Lambdas();
    final Coroutines coroutines;
    final PageObjects objects;

    private final Recorder recorder;
    private final Actors actors;
    private final Names names;
    private final String chapter;

    private record Variable(String name, Object value) {}

    /** The variables of the line that the thread runs next. */
    private final ThreadLocal<List<Variable>> variables = ThreadLocal.withInitial(ArrayList::new);

    /** The threads of the library's loops, each with the loop or the callback that it runs. */
    private final Map<Thread, Actor> loops = new WeakHashMap<>();

    /** The task of each thread, if it has one; a strong reference would keep the thread. */
    private final Map<Thread, WeakReference<Task<?>>> tasks = new WeakHashMap<>();

    /** What the last sample found: the number of lines that an actor had run, and its stop. */
    private final Map<Actor, Map.Entry<Long, ThreadStop>> sampled = new WeakHashMap<>();

    private int unnamed;

    /**
     * @param chapter the name of the chapter's class
     */
    PageView(Recorder recorder, String chapter) {
        this.recorder = recorder;
        this.chapter = chapter;
        actors = recorder.actors;
        names = recorder.names;
        coroutines = new Coroutines(recorder);
        objects = new PageObjects(names, actors, lambdas, coroutines);
    }

    void variable(Object value, String name) {
        variables.get().add(new Variable(name, value));
    }

    void line(int line, String method, Object self) {
        List<Variable> seen = List.copyOf(variables.get());
        variables.get().clear();
        recorder.changeByLine(() -> {
            String peer = peer(seen, self);
            Actor thread = actor();
            Actor actor = objects.callback(method, peer).orElse(thread);
            thread.lines++;
            thread.runs();
            actor.line = line;
            actor.at = "";
            actor.isHidden = false;
            actor.runs();
            if (actor != thread) thread.on = actor.name;
            if (!peer.isEmpty()) actor.peer = peer;
            if (actor.isNumbered && !method.startsWith("lambda$")) {
                actor.name = peer.isEmpty() ? method : peer;
                actor.isNumbered = false;
            }
            if (!peer.isEmpty() && !actor.name.contains(peer)) actor.on = "for " + peer;
            objects.refresh();
            if (!recorder.isShown(actor)) return null;
            String whom = actor.on.isEmpty() ? "" : " " + actor.on;
            return actor.title() + " runs line " + line + whom + ".";
        });
    }

    /** Returns the name of the client on whose behalf a line runs; empty if that is unknown. */
    private String peer(List<Variable> seen, Object self) {
        objects.seen(self);
        String peer = PageObjects.field(self, SocketChannel.class).map(names::client).orElse("");
        for (Variable variable : seen) {
            objects.seen(variable.name(), variable.value());
            if (variable.value() instanceof SocketChannel || variable.value() instanceof Socket)
                peer = names.client(variable.value());
        }
        return peer;
    }

    /** The calling thread is that of a loop, and runs this from now on. */
    void runsOnLoop(Actor actor) {
        loops.put(Thread.currentThread(), actor);
    }

    /** Returns who runs on the calling thread. */
    Actor actor() {
        Thread thread = Thread.currentThread();
        Actor onLoop = loops.get(thread);
        if (onLoop != null) return onLoop;
        return coroutines.on(thread).or(() -> task(thread)).orElseGet(() -> thread(thread));
    }

    private Optional<Actor> task(Thread thread) {
        Task<?> task = tasks.computeIfAbsent(thread, _ -> currentTask()).get();
        return Optional.ofNullable(task).map(actors::find);
    }

    private static WeakReference<Task<?>> currentTask() {
        try {
            return new WeakReference<>(Task.current());
        } catch (IllegalStateException e) {
            return new WeakReference<>(null); // this thread is none of a task's
        }
    }

    /** Returns the actor of a thread. */
    Actor thread(Thread thread) {
        Actor known = actors.find(thread);
        if (known != null) return known;
        String name = thread.getName();
        boolean isNumbered = name.isEmpty() || name.equals("coroutine");
        if (isNumbered) name = "thread " + ++unnamed;
        Actor actor = actors.add(thread, Actor.Kind.THREAD, null, name);
        actor.isNumbered = isNumbered;
        return actor;
    }

    /**
     * Returns the line at which a coroutine of the page stands, by its stack: where it calls the
     * page's own {@code await}, if it does.
     */
    Integer line(StackTraceElement[] stack) {
        Integer line = null;
        for (StackTraceElement frame : stack) {
            if (!ThreadStop.isOf(chapter, frame.getClassName())) continue;
            line = frame.getLineNumber();
            if (!frame.getMethodName().equals("await")) break;
        }
        return line;
    }

    /** Sets where a suspended coroutine stands, by its stack. */
    void stands(Actor actor, StackTraceElement[] stack) {
        actor.line = null;
        actor.at = "";
        for (StackTraceElement frame : stack) {
            if (ThreadStop.isOf(chapter, frame.getClassName())) {
                actor.line = frame.getLineNumber();
                return;
            }
            // The loop's own package is beneath every wait.
            boolean isAbove = frame.getClassName().matches("aio\\.\\w+\\..*");
            if (isAbove && actor.at.isEmpty())
                actor.at = frame.getFileName() + ":" + frame.getLineNumber();
        }
    }

    /**
     * Looks where the threads are, and records those that have stopped or ended. Call it from time
     * to time: a thread counts as stopped if two calls find it at the same place.
     */
    void sample() {
        Map<Thread, Actor> threads = recorder.get(() -> actors.all(Thread.class));
        int older = threads.size() - Actors.MOST;
        for (var entry : threads.entrySet()) {
            boolean isOld = older-- > 0; // looking at a stack takes its time
            recorder.change(() -> sample(entry.getKey(), entry.getValue(), isOld));
        }
    }

    private String sample(Thread thread, Actor actor, boolean isOld) {
        if (actor.state == Actor.State.DONE) return null;
        if (thread.getState() == Thread.State.TERMINATED) {
            actor.state = Actor.State.DONE;
            return actor.isHidden ? null : actor.title() + " ends.";
        }
        if (isOld) return null;
        ThreadStop stop = ThreadStop.of(thread, chapter);
        var now = Map.entry(actor.lines, stop);
        boolean isSettled = now.equals(sampled.put(actor, now)) && stop != ThreadStop.NONE;
        boolean isKnown = actor.state == Actor.State.WAITS && actor.on.equals(stop.what());
        if (!isSettled || isKnown) return null;
        // A thread of a pool waits outside the chapter for its next work.
        actor.isHidden = stop.isInScript() || stop.line() == null;
        if (!actor.isHidden) actor.line = stop.line();
        actor.waits(stop.what());
        if (actor.isHidden) return null;
        String verb = stop.what().equals(ThreadStop.SELECT) ? " sleeps in " : " waits for ";
        return actor.title() + verb + stop.what() + actor.place() + ".";
    }

    /** Returns what the page's own loop has in hand. */
    Queues queues() {
        boolean selects =
                actors.all(Thread.class).values().stream()
                        .anyMatch(actor ->
                                actor.state == Actor.State.WAITS
                                        && actor.on.equals(ThreadStop.SELECT));
        Queues own =
                new Queues(
                        List.of(),
                        coroutines.running(),
                        List.of(),
                        List.of(),
                        List.of(),
                        coroutines.futures(),
                        selects ? "sleeps" : "");
        return objects.queues().and(own);
    }
}
