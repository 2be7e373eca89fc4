//SOURCES Actors.java LoopWaits.java PageView.java Queues.java Recorder.java
//SOURCES ../../aio/LoopStep.java
package kit.watch;

import module java.base;

import aio.LoopStep;

/**
 * What one loop of the library does, of either kind. The loop calls {@code accept} on its own
 * thread, or on that of a coroutine that it runs; the recorder's lock guards the rest.
 */
abstract class LoopView implements Consumer<LoopStep> {
    final Recorder recorder;
    final PageView page;
    final Actors actors;
    final Names names;
    final LoopWaits waits;

    /** Those that the loop runs now, the latest first. */
    final Deque<Actor> running = new ArrayDeque<>();

    /** Whether the thread that {@code script.Server} starts has made the loop. */
    final boolean isOfServer = Thread.currentThread().getName().equals("server");

    /** Who has made the loop. */
    final Actor maker;

    /** Who the loop is: its own actor, or the thread that runs it, once that is known. */
    Actor self;

    /** What made the next callback ready, as the start of a sentence; empty if nothing is known. */
    private String cause = "";

    private String select = "";

    LoopView(Recorder recorder) {
        this.recorder = recorder;
        page = recorder.page;
        actors = recorder.actors;
        names = recorder.names;
        waits = new LoopWaits(recorder);
        maker = page.actor();
    }

    @Override
    public final void accept(LoopStep step) {
        recorder.change(() -> {
            String say = apply(step);
            return recorder.isShown(this) ? say : null;
        });
    }

    /** Returns the sentence for a step; null for one that only prepares the next. */
    abstract String apply(LoopStep step);

    /** Returns whether the loop is closed for good. */
    abstract boolean isClosed();

    /** Forgets a channel that is closed. */
    abstract void closed(SelectableChannel channel);

    /** Returns what a step shows of the ready queue: names, first the next. */
    abstract List<String> ready();

    /** Returns whether this loop serves the port that the start line names. */
    final boolean isServer() {
        return waits.isServer();
    }

    final void setCause(String sentence) {
        cause = sentence;
    }

    /** The selector reports a channel, whose callback runs next. */
    final void happened(SelectableChannel channel, int operations) {
        selected();
        setCause(waits.happened(channel, operations));
    }

    final String takeCause() {
        String sentence = cause;
        cause = "";
        return sentence;
    }

    /** Returns the name of a callback that is no task's. */
    final String name(Object callback) {
        var lambda = page.lambdas.find(callback);
        if (lambda.isPresent()) return lambda.get().name();
        return LoopStep.name(callback).replaceFirst("^a callback in (?:\\w+\\.)*", "");
    }

    /** Returns the first line of a callback; null if it isn't on the page. */
    final Integer line(Object callback) {
        int line = page.lambdas.find(callback).map(Lambdas.Lambda::line).orElse(0);
        return line == 0 ? null : line;
    }

    /** The calling thread is the loop's. */
    final void isHere() {
        if (self == null) self = page.actor();
        self.runs();
        page.runsOnLoop(self);
    }

    final String begins(Actor actor) {
        self.runs();
        self.on = actor.name;
        actor.runs();
        running.push(actor);
        page.runsOnLoop(actor);
        return takeCause() + "The loop calls " + actor.name + ".";
    }

    final void ends(Actor actor) {
        running.remove(actor);
        self.runs();
        page.runsOnLoop(self);
    }

    final String selects(long nanos) {
        isHere();
        waits.removeClosed().forEach(this::closed);
        if (nanos <= 0) {
            select = "looks";
            return null;
        }
        boolean isLong = nanos > TimeUnit.DAYS.toNanos(365);
        String time = " for " + LoopWaits.text(Duration.ofNanos(nanos));
        select = isLong ? "sleeps" : "sleeps" + time;
        self.waits(ThreadStop.SELECT);
        return "Nothing is ready: the loop sleeps"
                + (isLong ? " until something happens." : time + " at most.");
    }

    final void selected() {
        select = "";
        self.runs();
    }

    /** Returns what the loop has in hand. */
    final Queues queues() {
        return waits.queues(ready(), running.isEmpty() ? "" : running.peek().name, select);
    }
}
