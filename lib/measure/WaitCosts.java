//SOURCES Machine.java Report.java Spread.java ../chart/ChartText.java
//SOURCES ../lesson/IdleDescriptors.java ../lesson/Waiting.java ../linux/EventFd.java
package measure;

import module java.base;

import chart.ChartText;

import lesson.IdleDescriptors;
import lesson.Waiting;

import linux.EventFd;

/**
 * What the chapter {@code io_multiplexing} finds out: how long a wait takes that finds one
 * descriptor readable, by the number of those that are not.
 */
public final class WaitCosts {
    private static final List<String> CALLS = List.of("select", "poll", "epoll");
    private static final List<Integer> IDLE = List.of(10, 100, 1_000, 10_000);
    private static final int ROUNDS = 10;
    private static final long ROUND = 50_000_000; // nanoseconds

    /** Makes the sets to wait with. */
    @FunctionalInterface
    public interface Sets {
        /**
         * Returns an empty set.
         *
         * @param call how it waits: {@code select}, {@code poll} or {@code epoll}
         */
        Waiting make(String call) throws IOException;
    }

    private WaitCosts() {}

    /**
     * Measures {@code select}, {@code poll} and {@code epoll} with 10, 100, 1,000 and 10,000 idle
     * descriptors, and prints a chart.
     *
     * @param write whether to put the chart into the chapter
     * @throws script.ScriptException if the process may not have so many descriptors
     */
    public static void measure(Sets sets, boolean write) throws IOException {
        var report = new Report("io_multiplexing");
        List<ChartText.Row> rows = new ArrayList<>();
        for (int idle : IDLE) {
            List<String> cells = new ArrayList<>();
            for (String call : CALLS) cells.addAll(cost(sets, call, idle).cells(2));
            rows.add(new ChartText.Row("%,d".formatted(idle), cells));
        }
        List<String> head = new ArrayList<>(List.of("idle descriptors"));
        for (String call : CALLS) head.addAll(List.of(call, "low", "high"));
        report.add(
                new ChartText(
                        "A wait that finds one descriptor ready, in microseconds",
                        "./jbang io_multiplexing --cost",
                        Machine.describe(),
                        head,
                        rows,
                        ""));
        if (write) report.write();
    }

    private static Spread cost(Sets sets, String call, int count) throws IOException {
        try (var idle = new IdleDescriptors(count);
                var ready = new EventFd();
                Waiting waiting = sets.make(call)) {
            for (int fd : idle.fds()) waiting.add(fd);
            waiting.add(ready.fd());
            ready.signal();
            microseconds(waiting); // isn't shown: the JVM compiles
            List<Double> found = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) found.add(microseconds(waiting));
            return Spread.of(found);
        }
    }

    private static double microseconds(Waiting waiting) throws IOException {
        long start = System.nanoTime();
        long waits = 0;
        for (; System.nanoTime() - start < ROUND; waits++) waiting.await(0);
        return (System.nanoTime() - start) / 1e3 / waits;
    }
}
