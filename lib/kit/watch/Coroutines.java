//SOURCES Actors.java Names.java Recorder.java ../../aio/Coroutine.java ../../aio/Future.java
package kit.watch;

import module java.base;

import aio.Coroutine;
import aio.Future;

/**
 * The coroutines that the chapter's own code resumes, without a task of the library. The recorder's
 * lock guards its fields; any thread may call {@code made}, {@code resumed} and {@code suspended}.
 */
final class Coroutines {
    private final Recorder recorder;
    private final Actors actors;
    private final Names names;
    private final Map<Thread, Actor> byThread = new WeakHashMap<>();

    /** What each suspended coroutine waits for, if that is a future. */
    private final Map<Actor, String> futures = new LinkedHashMap<>();

    /** Those that run, each resumed by the one before it. */
    private final Deque<Actor> running = new ArrayDeque<>();

    private int count;

    Coroutines(Recorder recorder) {
        this.recorder = recorder;
        actors = recorder.actors;
        names = recorder.names;
    }

    /** The calling thread has made a coroutine. */
    void made(Coroutine<?> coroutine) {
        recorder.change(() -> {
            Actor maker = recorder.page.actor();
            Actor actor = actors.add(coroutine, Actor.Kind.TASK, null, name(maker));
            actor.isNumbered = maker.peer.isEmpty();
            actor.peer = maker.peer;
            actor.maker = maker;
            return maker.title() + " makes the coroutine " + actor.name + ".";
        });
    }

    private String name(Actor maker) {
        count++;
        return maker.peer.isEmpty() ? "coroutine " + count : maker.peer;
    }

    /** The calling thread is about to resume a coroutine, and waits until that stops. */
    void resumed(Coroutine<?> coroutine) {
        recorder.change(() -> {
            Actor actor = actors.find(coroutine);
            if (actor == null) return null;
            Actor by = recorder.page.actor();
            by.waits(actor.name + ", which runs");
            by.lines++;
            actor.runs();
            futures.remove(actor);
            running.push(actor);
            return by.title() + " resumes " + actor.name + by.place() + ".";
        });
    }

    /** The coroutine has yielded this, or has ended. */
    void suspended(Coroutine<?> coroutine, Object yielded) {
        recorder.change(() -> {
            Actor actor = actors.find(coroutine);
            if (actor == null) return null;
            running.remove(actor);
            Actor by = recorder.page.actor();
            by.runs();
            by.lines++;
            if (coroutine.isDone()) {
                actor.state = Actor.State.DONE;
                return actor.title() + " ends.";
            }
            byThread.forEach((thread, known) -> {
                if (known == actor) actor.line = recorder.page.line(thread.getStackTrace());
            });
            actor.waits(describe(yielded));
            if (yielded instanceof Future<?>) futures.put(actor, actor.name + ": " + actor.on);
            return actor.title() + " waits for " + actor.on + actor.place() + ".";
        });
    }

    /** Returns a text for what a coroutine yields: a future, or an event of the page. */
    private String describe(Object yielded) {
        if (yielded == null) return "nothing";
        if (yielded.getClass() == Future.class) return "a future";
        String type = yielded.getClass().getSimpleName();
        return PageObjects.field(yielded, SocketChannel.class)
                .map(channel -> type + " of " + names.peer(channel))
                .orElse(type);
    }

    /** Returns the actor of the coroutine that runs on this thread; empty if none does. */
    Optional<Actor> on(Thread thread) {
        Actor known = byThread.get(thread);
        if (known != null) return Optional.of(known);
        Actor latest = running.peek();
        // The thread of a coroutine is new when the coroutine starts.
        if (latest == null || byThread.containsValue(latest) || !isCoroutine(thread))
            return Optional.empty();
        byThread.put(thread, latest);
        return Optional.of(latest);
    }

    private static boolean isCoroutine(Thread thread) {
        return thread.isVirtual() && thread.getName().equals("coroutine");
    }

    /** Returns the name of a coroutine, if it is known. */
    Optional<String> name(Coroutine<?> coroutine) {
        return Optional.ofNullable(actors.find(coroutine)).map(actor -> actor.name);
    }

    /** Returns the name of the coroutine that runs; empty if none does. */
    String running() {
        return running.isEmpty() ? "" : running.peek().name;
    }

    List<String> futures() {
        return Queues.last(List.copyOf(futures.values()), wait -> wait);
    }
}
