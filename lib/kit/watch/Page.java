//SOURCES Recording.java Step.java ../../aio/Event.java ../../aio/EventLoop.java
//SOURCES ../../aio/Task.java
package kit.watch;

import module java.base;

import aio.Event;
import aio.EventLoop;
import aio.Task;

import com.google.gson.JsonObject;

/**
 * A page that somebody has open: an event that its coroutine awaits to get what happens next. A
 * page that is too slow for the steps gets the state after the last one instead of those that it
 * has missed, so only a limited number of them is kept for it.
 */
final class Page extends Event<Page.News> {
    /** The most steps that wait for a page. */
    private static final int MOST = 200;

    /**
     * What a page gets.
     *
     * @param events the next events, in JSON; none if the page is closed
     * @param isBehind whether the page has missed some steps
     */
    record News(List<String> events, boolean isBehind) {}

    // Guarded by this: the watched program's threads add what the page's coroutine takes.
    private final List<String> waiting = new ArrayList<>();
    private Step latest;
    private long skipped;
    private boolean isClosed;
    private Task<?> task;

    /** Makes a page whose first event is this. */
    Page(String first) {
        waiting.add(first);
    }

    /** Adds a step. Any thread may call it. */
    synchronized void add(Step step, String event) {
        latest = step;
        if (skipped > 0) {
            skipped++;
        } else if (waiting.size() < MOST) {
            waiting.add(event);
        } else {
            skipped = waiting.size() + 1;
            waiting.clear();
        }
        if (task != null) task.wake();
    }

    /** Lets the page get nothing any more. Any thread may call it. */
    synchronized void close() {
        isClosed = true;
        if (task != null) task.wake();
    }

    @Override
    protected synchronized News poll() {
        if (isClosed) return new News(List.of(), false);
        if (skipped > 0) {
            var event = new JsonObject();
            event.addProperty("skipped", skipped);
            event.add("state", Recording.json(latest, null));
            skipped = 0;
            return new News(List.of(event.toString()), true);
        }
        if (waiting.isEmpty()) return null;
        var news = new News(List.copyOf(waiting), false);
        waiting.clear();
        return news;
    }

    @Override
    protected synchronized void register(EventLoop loop, Task<?> waiter) {
        task = waiter;
    }

    @Override
    protected synchronized void unregister(EventLoop loop, Task<?> waiter) {
        task = null;
    }
}
