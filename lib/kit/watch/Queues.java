package kit.watch;

import module java.base;

/**
 * What a loop has in hand.
 *
 * @param ready the names of the callbacks and tasks that can run, first the next
 * @param runs the name of the one that runs; empty if none does
 * @param input who waits for input or a connection, and from whom
 * @param output who waits for room to send, and to whom
 * @param timers the timers, first the next
 * @param futures who waits for which future
 * @param select what the loop does in {@code select}: 'sleeps' or 'looks'; empty outside it
 */
record Queues(
        List<String> ready,
        String runs,
        List<String> input,
        List<String> output,
        List<Timer> timers,
        List<String> futures,
        String select) {
    /** The most that a step shows of each. */
    static final int MOST = 50;

    static final Queues NONE =
            new Queues(List.of(), "", List.of(), List.of(), List.of(), List.of(), "");

    /**
     * A timer.
     *
     * @param name whose it is, or what it calls
     * @param ms milliseconds until it is due, rounded if they are many
     */
    record Timer(String name, long ms) {
        static Timer in(Duration left, String name) {
            long ms = Math.max(0, left.toMillis());
            long unit = ms < 100 ? 1 : ms < 1000 ? 10 : 100;
            return new Timer(name, ms / unit * unit);
        }
    }

    /** Returns both in one. */
    Queues and(Queues other) {
        return new Queues(
                joined(ready, other.ready),
                runs.isEmpty() ? other.runs : runs,
                joined(input, other.input),
                joined(output, other.output),
                joined(timers, other.timers),
                joined(futures, other.futures),
                select.isEmpty() ? other.select : select);
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        if (other.isEmpty()) return one;
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** Adds them to a step, by the names that a recording has for them. */
    void addTo(Map<String, Object> state) {
        state.put("ready", ready);
        state.put("runs", runs);
        state.put("input", input);
        state.put("output", output);
        state.put("timers", timers);
        state.put("futures", futures);
        state.put("select", select);
    }

    /** Returns what a step shows of a long queue: the first of its names. */
    static <T> List<String> first(Collection<T> queue, Function<T, String> name) {
        List<String> names = new ArrayList<>(queue.stream().limit(MOST).map(name).toList());
        if (queue.size() > MOST) names.add((queue.size() - MOST) + " more");
        return names;
    }

    /** Returns what a step shows of a long list: the last of its names. */
    static <T> List<String> last(List<T> list, Function<T, String> name) {
        int more = Math.max(0, list.size() - MOST);
        List<String> names = new ArrayList<>(list.stream().skip(more).map(name).toList());
        if (more > 0) names.add(more + " more");
        return names;
    }
}
