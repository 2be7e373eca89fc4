//SOURCES EventLoop.java
//SOURCES Task.java
package aio;

import java.io.IOException;

/**
 * Something that a coroutine can wait for: {@code T value = await(event)}. Two hooks, the seed's
 * {@code _yield} and {@code _resume}: {@link #register} arranges to be told, {@link #poll} does the
 * thing itself.
 *
 * <pre>
 *  await: poll ---- not null -----------------------------------> value
 *          ^ \---- null: the coroutine yields the event
 *          |              loop: register ... wake ... unregister
 *          +----------------------------------------+
 * </pre>
 *
 * The operation is tried first, and the coroutine is suspended only if it would block. Being woken
 * promises nothing: the operation is tried again. To wait for something new, extend this class, or
 * {@link ChannelEvent} if a {@code Selector} can watch it. An event has one waiter at a time and
 * may be awaited again afterwards. All hooks run on the loop.
 *
 * @param <T> what waiting for it gives
 */
public abstract class Event<T> {
    /** For subclasses. */
    protected Event() {}

    /**
     * Performs the operation if that is possible without blocking.
     *
     * @return the result, never null; null means: not yet (as {@code accept()} in NIO)
     * @throws IOException if the operation fails; thrown by the {@code await}
     */
    protected abstract T poll() throws IOException;

    /**
     * Arranges that {@link Task#wake} is called whenever a {@link #poll} may succeed.
     *
     * @param loop the loop that runs the task
     * @param task the task that is suspended until then
     * @throws IOException if it cannot be waited for; thrown by the {@code await}
     */
    protected abstract void register(EventLoop loop, Task<?> task) throws IOException;

    /**
     * Undoes {@link #register}: called once for each, when the task has been woken or cancelled.
     * Does nothing unless overridden.
     *
     * @param loop the loop that runs the task
     * @param task the task that was registered
     */
    protected void unregister(EventLoop loop, Task<?> task) {}
}
