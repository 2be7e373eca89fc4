//SOURCES ../Event.java ../EventLoop.java QueueShutDown.java WaitQueue.java
package aio.tasks;

import module java.base;

import aio.Event;
import aio.EventLoop;

/**
 * Hands items from tasks to tasks, first in, first out. If it is bounded, a {@link #put} waits
 * while it is full, so whoever produces is never far ahead of whoever consumes: that is
 * backpressure.
 *
 * {@snippet :
 * var links = new Queue<String>(20);
 * await(links.put("/1"));
 * String link = await(links.get());
 * }
 *
 * An event that {@code put}, {@code get} or {@code join} returns does nothing until it is awaited.
 * Tasks that wait are served in the order in which they began to. A task that is cancelled while it
 * waits has put nothing and taken nothing. A queue belongs to the loop on which it was made;
 * anywhere else its methods throw {@code IllegalStateException}. Counterpart: {@code
 * asyncio.Queue}.
 */
public final class Queue<T> {
    private final EventLoop loop = EventLoop.current();
    private final WaitQueue getters = new WaitQueue(this::hasItem);
    private final WaitQueue putters = new WaitQueue(this::hasRoom);
    private final WaitQueue joiners = new WaitQueue(this::isFinished);
    private final Deque<T> items = new ArrayDeque<>();
    private final int capacity;

    /** How many items were put for which {@link #taskDone} has not been called. */
    private int unfinished;

    private boolean shutDown;

    /** Makes a queue without a bound, of the loop that runs the caller; {@code put} never waits. */
    public Queue() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Makes a queue of the loop that runs the caller.
     *
     * @param capacity how many items it holds at most, 1 or more
     */
    public Queue(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("capacity: " + capacity);
        this.capacity = capacity;
    }

    /**
     * Returns an event that waits for room, adds the item and returns it. The await throws {@link
     * QueueShutDown} if the queue is shut down by then.
     */
    public Event<T> put(T item) {
        Objects.requireNonNull(item);
        return putters.event("Queue.put", () -> add(item));
    }

    /**
     * Returns an event that waits for an item, removes and returns it. The await throws {@link
     * QueueShutDown} if the queue is shut down and empty.
     */
    public Event<T> get() {
        return getters.event("Queue.get", this::remove);
    }

    /**
     * Adds an item if there is room for it and nobody waits to put one, and returns whether it did;
     * throws {@link QueueShutDown} if the queue is shut down.
     */
    public boolean putNowait(T item) {
        Objects.requireNonNull(item);
        return putters.takeNow(() -> add(item)) != null;
    }

    /**
     * Removes and returns an item; returns null if there is none, or if others wait for it. Throws
     * {@link QueueShutDown} if the queue is shut down and empty.
     */
    public T getNowait() {
        return getters.takeNow(this::remove);
    }

    private T add(T item) {
        if (shutDown) throw new QueueShutDown();
        items.add(item);
        unfinished++;
        getters.wakeFirst();
        return item;
    }

    private T remove() {
        if (items.isEmpty()) throw new QueueShutDown();
        T item = items.remove();
        putters.wakeFirst();
        return item;
    }

    private boolean hasRoom() {
        return items.size() < capacity || shutDown;
    }

    private boolean hasItem() {
        return !items.isEmpty() || shutDown;
    }

    private boolean isFinished() {
        return unfinished == 0;
    }

    /**
     * Says that an item that was taken has been dealt with, for {@link #join}. Throws {@code
     * IllegalStateException} if it is called more often than items were put.
     */
    public void taskDone() {
        loop.checkThread();
        if (unfinished == 0) throw new IllegalStateException("more tasks done than items put");
        unfinished--;
        joiners.wakeFirst();
    }

    /**
     * Returns an event that waits until {@link #taskDone} has been called for every item, and
     * returns true.
     */
    public Event<Boolean> join() {
        return joiners.event("Queue.join", () -> true);
    }

    /**
     * Lets the queue run dry: from now on {@code put} throws {@link QueueShutDown}, and {@code get}
     * does once the queue is empty, in the tasks that wait already too.
     */
    public void shutdown() {
        loop.checkThread();
        shutDown = true;
        putters.wakeFirst();
        getters.wakeFirst();
    }

    /** Returns how many items wait to be taken. */
    public int size() {
        loop.checkThread();
        return items.size();
    }
}
