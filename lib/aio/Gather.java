//SOURCES Awaited.java EventLoop.java Future.java
package aio;

import module java.base;

/** The future that {@link EventLoop#gather} makes. Its parts may complete on any threads. */
final class Gather<T> extends Future<List<T>> {
    private final List<Future<? extends T>> parts;
    private final AtomicInteger pending;

    Gather(EventLoop loop, List<Future<? extends T>> parts) {
        super(loop);
        this.parts = parts;
        this.pending = new AtomicInteger(parts.size());
        parts.forEach(part -> part.addDoneCallback(this::partDone));
        if (parts.isEmpty()) settle(List.of(), null);
    }

    @Override
    public boolean cancel() {
        boolean cancelled = super.cancel();
        if (cancelled) parts.forEach(Future::cancel);
        return cancelled;
    }

    @Override
    Awaited awaited() {
        return new Awaited("all", "of " + parts.size() + " futures");
    }

    private void partDone(Future<? extends T> part) {
        try {
            part.result();
            if (pending.decrementAndGet() > 0) return;
            var results = new ArrayList<T>(parts.size());
            for (Future<? extends T> each : parts) results.add(each.result());
            settle(results, null);
        } catch (Throwable t) {
            settle(null, t);
        }
    }
}
