//SOURCES EventLoop.java Task.java
package aio;

import module java.base;

/**
 * Something that a coroutine can wait for: {@code T value = await(event)}. It has two hooks: {@link
 * #register} arranges to be told, {@link #poll} performs the operation.
 *
 * <pre>
 *  await: poll -- not null --> value
 *          ^  \-- null ------> the coroutine yields the event
 *          |                   loop: register ... wake, unregister
 *          +------------------------------------+
 * </pre>
 *
 * So an operation is tried first, and the coroutine is suspended only if it would block; being
 * woken promises nothing, the operation is just tried again. To wait for something new, extend this
 * class, or {@link ChannelEvent} if a {@code Selector} can watch it. An event has one waiter at a
 * time, and may be awaited again. The hooks run on the loop.
 */
public abstract class Event<T> {
    /**
     * Called once at the start of each {@code await}, before the first {@link #poll}: for an event
     * that keeps something from one poll to the next, and must forget what an earlier await left
     * when it gave up. By default nothing.
     */
    protected void begin() {}

    /**
     * Performs the operation if it does not block; null means not yet (as NIO's {@code accept}). An
     * exception is thrown by the {@code await}.
     */
    protected abstract T poll() throws IOException;

    /**
     * Arranges that {@link Task#wake} is called whenever a {@link #poll} may succeed. An exception
     * is thrown by the {@code await}.
     */
    protected abstract void register(EventLoop loop, Task<?> task) throws IOException;

    /** Undoes one {@link #register}, after a wake or a cancellation. By default nothing. */
    protected void unregister(EventLoop loop, Task<?> task) {}
}
