//SOURCES LoadResult.java ServerUnderTest.java Spread.java
package measure;

import module java.base;

/** What the chapter {@code measure_servers} finds out about one server. For one thread. */
public final class ServerFigures {
    /** How long to watch the CPU while connections say nothing. */
    private static final Duration LOOK = Duration.ofMillis(600);

    /** The memory and the CPU of a server that holds open connections. */
    record Idle(double mebibytes, double processors) {}

    final List<LoadResult> full = new ArrayList<>();
    final List<Double> microseconds = new ArrayList<>();
    final List<LoadResult> half = new ArrayList<>();
    final List<Double> slow = new ArrayList<>();
    final SortedMap<Integer, Idle> idle = new TreeMap<>();

    private final String name;

    /**
     * Makes an empty record.
     *
     * @param name the server's name
     */
    public ServerFigures(String name) {
        this.name = name;
    }

    /** Returns the server's name. */
    public String name() {
        return name;
    }

    /**
     * Adds a round at full load.
     *
     * @param microseconds the CPU time that a request took
     */
    public void addFull(LoadResult result, double microseconds) {
        full.add(result);
        this.microseconds.add(microseconds);
    }

    /** Returns the median of the rates at full load, in requests a second. */
    public double rate() {
        return Spread.of(full.stream().map(LoadResult::rate).toList()).median();
    }

    /** Adds a round at half of that rate. */
    public void addHalf(LoadResult result) {
        half.add(result);
    }

    /** Adds the rate with one slow client, divided by the rate without it. */
    public void addSlow(double ratio) {
        slow.add(ratio);
    }

    /**
     * Opens connections that say nothing, and adds the memory and the CPU that the server uses for
     * them. Ends early if opening them takes longer than three seconds, or if they keep a processor
     * busy.
     *
     * @param numbers how many connections, in ascending order
     */
    public void holdIdle(ServerUnderTest server, List<Integer> numbers)
            throws IOException, InterruptedException {
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int number : numbers) {
                long start = System.nanoTime();
                open.addAll(server.connect(number - open.size()));
                double seconds = (System.nanoTime() - start) / 1e9;
                Thread.sleep(LOOK);
                double processors = server.processors(LOOK);
                idle.put(number, new Idle(server.mebibytes(), processors));
                if (seconds > 3 || processors > 0.9) break;
            }
        } catch (IOException e) {
            // The server takes no more connections: what has been measured counts.
        } finally {
            for (var channel : open) channel.close();
        }
    }

    /** Returns whether connections that say nothing have been measured. */
    public boolean hasIdle() {
        return !idle.isEmpty();
    }
}
