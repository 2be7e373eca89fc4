//SOURCES Awaited.java EventLoop.java Task.java
package aio;

import module java.base;

/**
 * Something that a coroutine can wait for: {@code T value = await(event)}. A subclass has two
 * hooks: {@link #poll} tries the operation, and {@link #register} arranges that the waiting task is
 * woken when it may succeed.
 *
 * <pre>
 *  await: poll -- not null --> value
 *          ^  \-- null ------> the coroutine yields the event
 *          |                   loop: register ... wake, unregister
 *          +------------------------------------+
 * </pre>
 *
 * The operation is tried first, and the coroutine is suspended only if it would block. A wake-up
 * does not promise success: the operation is tried again. To wait for something new, extend this
 * class, or {@link ChannelEvent} if a {@code Selector} can watch it. Only one task may await an
 * event at a time; it may be awaited again afterwards. The hooks run on the loop.
 */
public abstract class Event<T> {
    /**
     * Called once at the start of each {@code await}, before the first {@link #poll}. Override it
     * in an event that keeps state from one poll to the next, to clear what an earlier await left
     * behind when it gave up. By default it does nothing.
     */
    protected void begin() {}

    /**
     * Performs the operation if it does not block. Returns its result, or null for 'not yet' (as
     * NIO's {@code accept} does). The {@code await} throws what this throws.
     */
    protected abstract T poll() throws IOException;

    /**
     * Arranges that {@link Task#wake} is called whenever a {@link #poll} may succeed. The {@code
     * await} throws what this throws.
     */
    protected abstract void register(EventLoop loop, Task<?> task) throws IOException;

    /** Undoes one {@link #register}, after a wake or a cancellation. By default does nothing. */
    protected void unregister(EventLoop loop, Task<?> task) {}

    /**
     * Returns what a task waits for, in words for people; by default the name of the class. Any
     * thread may call it.
     */
    protected String description() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? "an event" : name;
    }

    /** As {@link #description}, with what tells one wait from another of its kind. */
    Awaited awaited() {
        return new Awaited(description());
    }
}
