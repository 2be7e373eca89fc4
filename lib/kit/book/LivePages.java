//SOURCES Notice.java ../../aio/Event.java ../../aio/EventLoop.java ../../aio/Task.java
package kit.book;

import module java.base;

import aio.Event;
import aio.EventLoop;
import aio.Task;

/**
 * Which version of each served page is the newest, and what to say on it. Any thread may call any
 * method.
 */
final class LivePages {
    /**
     * A version of a page.
     *
     * @param number differs from that of every other version, also of those before a restart
     */
    record Version(long number, Notice notice) {}

    // Guarded by this: the thread that rewrites pages changes what the server's loop reads.
    private final Map<String, Version> newest = new HashMap<>();
    private final Set<Task<?>> waiting = new HashSet<>();
    private final Version first = new Version(System.currentTimeMillis(), Notice.NONE);
    private long last = first.number();
    private boolean isClosed;

    /** Returns the newest version of a page. */
    synchronized Version of(String page) {
        return newest.getOrDefault(page, first);
    }

    /** Says that there is a new version of a page. */
    synchronized void publish(String page, Notice notice) {
        newest.put(page, new Version(++last, notice));
        waiting.forEach(Task::wake);
    }

    /** Ends all waits. */
    synchronized void close() {
        isClosed = true;
        waiting.forEach(Task::wake);
    }

    /**
     * Returns an event to await: true as soon as the newest version of the page isn't this one, and
     * false when the wait is ended by {@link #close}.
     */
    Event<Boolean> change(String page, long number) {
        return new Change(page, number);
    }

    private final class Change extends Event<Boolean> {
        private final String page;
        private final long number;

        Change(String page, long number) {
            this.page = page;
            this.number = number;
        }

        @Override
        protected Boolean poll() {
            synchronized (LivePages.this) {
                if (isClosed) return false;
                return of(page).number() == number ? null : true;
            }
        }

        @Override
        protected void register(EventLoop loop, Task<?> task) {
            synchronized (LivePages.this) {
                waiting.add(task);
            }
        }

        @Override
        protected void unregister(EventLoop loop, Task<?> task) {
            synchronized (LivePages.this) {
                waiting.remove(task);
            }
        }
    }
}
