//SOURCES ../aio/EventLoop.java
package lesson;

import module java.base;

import aio.EventLoop;

/**
 * Two loops that do the same work at the same time, for a chapter that compares what they share.
 */
public final class LoopRace {
    /** How often the race is run before it counts, for the JIT compiler. */
    private static final int WARM_UP = 5;

    /** What each loop does. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Counts in a coroutine of a loop.
         *
         * @param shared what both loops have
         * @param owner the first of the loops
         * @return what this loop has counted for itself
         */
        long count(T shared, EventLoop owner) throws Exception;
    }

    private LoopRace() {}

    /**
     * Prints what both loops have counted, and how many nanoseconds a step took each of them.
     *
     * @param name the name in the line that is printed
     * @param steps how many steps the work has
     * @param fresh makes what the loops share, for each race anew
     * @param sum returns what the shared things have counted, after the race
     */
    public static <T> void run(
            String name, int steps, Supplier<T> fresh, Work<T> work, ToLongFunction<T> sum)
            throws Exception {
        for (int round = 1; round <= WARM_UP; round++) race(fresh.get(), work, new LongAdder());
        T shared = fresh.get();
        var own = new LongAdder();
        double nanos = race(shared, work, own);
        long total = own.sum() + sum.applyAsLong(shared);
        IO.println("%-26s %,11d %6.1f ns".formatted(name, total, nanos / steps));
    }

    /** Returns how many nanoseconds it took from the start of both until the end of both. */
    private static <T> long race(T shared, Work<T> work, LongAdder own) throws Exception {
        var loops = List.of(new EventLoop(), new EventLoop());
        var begun = new CountDownLatch(loops.size());
        var ended = new CountDownLatch(loops.size());
        for (EventLoop loop : loops) {
            loop.createTask(
                    "count",
                    () -> {
                        begun.countDown();
                        begun.await(); // blocks the loop, because both are to start together
                        try {
                            own.add(work.count(shared, loops.getFirst()));
                        } finally {
                            ended.countDown(); // the loop reports a failure
                        }
                    });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (EventLoop loop : loops) threads.execute(loop::runForever);
            begun.await();
            long start = System.nanoTime();
            ended.await();
            long nanos = System.nanoTime() - start;
            for (EventLoop loop : loops) loop.close();
            return nanos;
        }
    }
}
