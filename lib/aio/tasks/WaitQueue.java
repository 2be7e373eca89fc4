//SOURCES ../Event.java ../EventLoop.java ../Task.java
package aio.tasks;

import module java.base;

import aio.Event;
import aio.EventLoop;
import aio.Task;

/**
 * The tasks that wait for one condition, first come, first served. Nothing is handed to a waiting
 * task: it is woken, and takes what it waited for in its own turn. So a task that is cancelled
 * between the two has taken nothing, and the next in line is woken instead.
 */
final class WaitQueue {
    private final EventLoop loop = EventLoop.current();
    private final BooleanSupplier condition;

    /** The tasks that are suspended, by their tickets. */
    private final NavigableMap<Long, Task<?>> waiting = new TreeMap<>();

    private long tickets;

    /** Makes an empty queue of the loop that runs the caller. */
    WaitQueue(BooleanSupplier condition) {
        this.condition = condition;
    }

    /**
     * Returns an event that waits until the condition holds and nobody waits who came earlier.
     *
     * @param name what the event is called in reports
     * @param take makes the event's value; the await throws what it throws
     */
    <T> Event<T> event(String name, Supplier<T> take) {
        return new Turn<>(name, take);
    }

    /** Takes without waiting; returns null if the condition does not hold, or others wait. */
    <T> T takeNow(Supplier<T> take) {
        loop.checkThread();
        return waiting.isEmpty() && condition.getAsBoolean() ? take.get() : null;
    }

    /** Returns whether nobody waits. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Wakes the first task if the condition holds. Call it whenever that may have changed. */
    void wakeFirst() {
        if (!waiting.isEmpty() && condition.getAsBoolean()) {
            waiting.firstEntry().getValue().wake();
        }
    }

    private final class Turn<T> extends Event<T> {
        private final String name;
        private final Supplier<T> take;
        private long ticket;

        Turn(String name, Supplier<T> take) {
            this.name = name;
            this.take = take;
        }

        @Override
        protected void begin() {
            loop.checkThread();
            ticket = tickets++;
        }

        @Override
        protected T poll() {
            boolean first = waiting.headMap(ticket).isEmpty();
            return first && condition.getAsBoolean() ? take.get() : null;
        }

        @Override
        protected void register(EventLoop loop, Task<?> task) {
            waiting.put(ticket, task);
        }

        @Override
        protected void unregister(EventLoop loop, Task<?> task) {
            waiting.remove(ticket);
            // By then the task has taken its share, or it was cancelled.
            if (!waiting.isEmpty()) loop.callSoon(WaitQueue.this::wakeFirst);
        }

        @Override
        protected String description() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
