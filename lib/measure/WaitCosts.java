//SOURCES LineChart.java Machine.java ../lesson/IdleDescriptors.java ../lesson/Waiting.java
//SOURCES ../linux/EventFd.java
package measure;

import module java.base;

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

    private record Cost(String call, int idle, double microseconds) {}

    private WaitCosts() {}

    /**
     * Measures {@code select}, {@code poll} and {@code epoll} with 10, 100, 1,000 and 10,000 idle
     * descriptors. Prints a table and the machine, and draws the chart {@code waits}.
     *
     * @param folder where the chart goes, see {@link Chart#write}; empty for no chart
     * @throws script.ScriptException if the process may not have so many descriptors
     */
    public static void measure(Sets sets, String folder) throws IOException {
        List<Cost> found = new ArrayList<>();
        IO.println("microseconds a wait, the fastest of ten rounds");
        IO.println("  idle    select      poll     epoll");
        for (int idle : IDLE) {
            String row = "%,6d".formatted(idle);
            for (String call : CALLS) {
                found.add(new Cost(call, idle, fastest(sets, call, idle)));
                row += "%,10.1f".formatted(found.getLast().microseconds());
            }
            IO.println(row);
        }
        IO.println(Machine.describe());
        if (folder.isEmpty()) return;
        draw(found, Path.of(folder));
        IO.println("chart: " + folder);
    }

    private static double fastest(Sets sets, String call, int count) throws IOException {
        try (var idle = new IdleDescriptors(count);
                var ready = new EventFd();
                Waiting waiting = sets.make(call)) {
            for (int fd : idle.fds()) waiting.add(fd);
            waiting.add(ready.fd());
            ready.signal();
            double best = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++)
                best = Math.min(best, microseconds(waiting));
            return best;
        }
    }

    private static double microseconds(Waiting waiting) throws IOException {
        long start = System.nanoTime();
        long waits = 0;
        for (; System.nanoTime() - start < ROUND; waits++) waiting.await(0);
        return (System.nanoTime() - start) / 1e3 / waits;
    }

    private static void draw(List<Cost> found, Path folder) throws IOException {
        var chart =
                new LineChart(
                        "A wait that finds one descriptor ready",
                        "idle descriptors",
                        "microseconds a wait",
                        true);
        for (Cost cost : found) chart.add(cost.call(), cost.idle(), cost.microseconds());
        chart.write(folder, "waits");
    }
}
