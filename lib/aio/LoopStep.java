//SOURCES Awaited.java Event.java Future.java Report.java Task.java TimerHandle.java Timers.java
package aio;

import module java.base;

/**
 * What a loop does, one step at a time, for an observer: a {@code Consumer<LoopStep>} that {@link
 * EventLoop#setObserver} sets for one loop, or {@link LoopObservers} for all. The loop calls it on
 * its own thread, in the middle of the step, so an observer that blocks slows the loop down. A loop
 * without an observer makes no steps: it compares a field with null.
 *
 * <p>A callback is what the loop runs: a {@code Runnable} of an {@link EventLoop}, or a {@code
 * Callback} of a {@link aio.reactor.Reactor}, which only selects, runs callbacks and watches
 * channels. {@link #name}, {@link #task} and {@link #future} tell what is behind it.
 */
public sealed interface LoopStep {
    /** A task was made by another one; {@code maker} is null outside a task. */
    record TaskMade(Task<?> task, Task<?> maker) implements LoopStep {}

    /** A task's coroutine is about to run, up to its next wait. */
    record TaskResumed(Task<?> task) implements LoopStep {}

    /**
     * A task's coroutine waits.
     *
     * @param on the {@link Event} or {@link Future} that it waits for
     * @param stack where it stands, the innermost call first
     */
    record TaskSuspended(Task<?> task, Object on, StackTraceElement[] stack) implements LoopStep {}

    /** A task has ended; {@code failure} is null if it has a result. */
    record TaskFinished(Task<?> task, Throwable failure) implements LoopStep {}

    /** A callback was added at the end of the ready queue. */
    record Ready(Runnable callback) implements LoopStep {}

    /** A callback begins to run. If it is a ready channel's, {@link ChannelReady} came before. */
    record CallbackBegun(Object callback) implements LoopStep {}

    /** A callback has returned, or failed. */
    record CallbackEnded(Object callback) implements LoopStep {}

    /**
     * The loop asks the selector which channels are ready.
     *
     * @param nanos how long it waits for the first one: 0 for not at all; more than a year for as
     *     long as it takes
     */
    record SelectBegun(long nanos) implements LoopStep {}

    /** The selector reports a channel; its callback runs next. The operations are its key's. */
    record ChannelReady(SelectableChannel channel, int operations, Object callback)
            implements LoopStep {}

    /** All channels that the selector reported have had their turn. */
    record SelectEnded() implements LoopStep {}

    /** A callback waits for operations of a channel: a task's, or one that was registered. */
    record Waits(SelectableChannel channel, int operations, Object callback) implements LoopStep {}

    /** The callback for these operations of a channel, if there was one, was removed. */
    record WaitsNoMore(SelectableChannel channel, int operations) implements LoopStep {}

    /** A timer was set. When it is due, its callback becomes ready. */
    record TimerSet(TimerHandle timer) implements LoopStep {}

    /** A timer was cancelled. One that has run is cancelled too, by whoever cleans up. */
    record TimerCancelled(TimerHandle timer) implements LoopStep {}

    /** Returns the name that reports give a callback: a task's, or that of its class. */
    static String name(Object callback) {
        return Report.name(callback);
    }

    /** Returns the task whose step or wake-up this callback is, or null. */
    static Task<?> task(Object callback) {
        return Task.ofCallback(Timers.inner(callback));
    }

    /** Returns the future whose done callbacks this callback runs, or null. */
    static Future<?> future(Object callback) {
        return Future.of(callback);
    }

    /**
     * Returns what an {@link Event} or {@link Future} is, in words for people: 'input from
     * 127.0.0.1:4711'.
     */
    static String awaited(Object on) {
        return Awaited.of(on).toString();
    }

    /** Returns the timer that this callback in the ready queue belongs to, or null. */
    static TimerHandle timer(Object callback) {
        return Timers.of(callback);
    }
}
