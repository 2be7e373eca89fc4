//SOURCES ../Event.java ../EventLoop.java ../Task.java
package aio.http;

import static aio.EventLoop.await;

import module java.base;

import aio.Event;
import aio.EventLoop;
import aio.Task;

/**
 * Coroutines that run what they are given; it may await. As long as nothing does, one of them runs
 * it all, without a switch. For one loop.
 */
final class Workers implements Executor {
    /** Those that have nothing to do end when there are more than this. */
    private static final int MOST_IDLE = 16;

    private final Queue<Runnable> queue = new ArrayDeque<>();

    /** Workers that wait, or have not begun. */
    private final Deque<Task<?>> idle = new ArrayDeque<>();

    private boolean checkScheduled;

    @Override
    public void execute(Runnable work) {
        queue.add(work);
        if (queue.size() == 1) wakeOne(); // else one is at it, or a check is to come
    }

    private void wakeOne() {
        if (idle.isEmpty()) idle.add(EventLoop.current().createTask("http worker", this::work));
        else idle.getFirst().wake();
    }

    private void work() throws IOException {
        idle.remove(Task.current());
        while (!queue.isEmpty() || idle.size() < MOST_IDLE) {
            Runnable work = await(next);
            if (!queue.isEmpty() && !checkScheduled) {
                checkScheduled = true;
                EventLoop.current().callSoon(this::check);
            }
            work.run();
        }
    }

    /** Runs when the worker has suspended: in its work, if it has left something to do. */
    private void check() {
        checkScheduled = false;
        if (!queue.isEmpty()) wakeOne();
    }

    private final Event<Runnable> next =
            new Event<>() {
                @Override
                protected Runnable poll() {
                    return queue.poll();
                }

                @Override
                protected void register(EventLoop loop, Task<?> task) {
                    idle.add(task);
                }

                @Override
                protected void unregister(EventLoop loop, Task<?> task) {
                    idle.remove(task);
                }
            };
}
