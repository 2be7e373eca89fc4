//SOURCES LoadResult.java ServerCharts.java ServerUnderTest.java Spread.java
package measure;

import module java.base;

/** What the chapter {@code measure_servers} finds out about one server. For one thread. */
public final class ServerFigures {
    /** The two lines above the rows. */
    public static final String HEAD =
            """
            server                             CPU      req              p50     p99    idle   MiB  CPU          slow client
                                        us/request       /s               ms      ms   conns          %                ratio\
            """;

    /** How long to watch the CPU while connections say nothing. */
    private static final Duration LOOK = Duration.ofMillis(600);

    private record Idle(int connections, double mebibytes, double processors) {}

    private record Served(List<LoadResult> full, List<Double> microseconds, List<LoadResult> half) {
        Served() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        LoadResult fastest() {
            return Collections.max(full, Comparator.comparing(LoadResult::rate));
        }

        LoadResult quietest() {
            return Collections.min(half, Comparator.comparing(LoadResult::p99));
        }

        Spread cost() {
            return Spread.ofLower(microseconds);
        }
    }

    private final String name;
    private final SortedMap<Integer, Served> served = new TreeMap<>();
    private final List<Double> ratios = new ArrayList<>();
    private final List<Idle> idle = new ArrayList<>();

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
     * @param clients how many clients at once
     * @param microseconds the CPU that a request took
     */
    public void addFull(int clients, LoadResult result, double microseconds) {
        var rounds = served.computeIfAbsent(clients, _ -> new Served());
        rounds.full().add(result);
        rounds.microseconds().add(microseconds);
    }

    /** Returns the highest rate so far with so many clients, in requests a second. */
    public double highestRate(int clients) {
        return served.get(clients).fastest().rate();
    }

    /** Adds a round at half of the highest rate, after rounds at full load. */
    public void addHalf(int clients, LoadResult result) {
        served.get(clients).half().add(result);
    }

    /** Adds the rate with one slow client, divided by the rate without it. */
    public void addSlow(double ratio) {
        ratios.add(ratio);
    }

    /**
     * Opens connections that say nothing, and adds the memory and the CPU that the server uses for
     * them. Ends early if opening them takes longer than three seconds, or if a thousand or more
     * keep a processor busy.
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
                Thread.sleep(LOOK.dividedBy(4));
                double processors = server.processors(LOOK);
                idle.add(new Idle(number, server.mebibytes(), processors));
                if (seconds > 3 || (processors > 0.9 && number >= 1000)) break;
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

    /**
     * Returns the row of the table, with the figures for the most clients at once and for the most
     * idle connections. The CPU is the median of the cheaper half of the rounds, with the range of
     * that half; the p50 is the range of all turns; the p99 is the best turn's.
     */
    public String row() {
        Served most = served.get(served.lastKey());
        Spread p50 = Spread.of(most.half().stream().map(LoadResult::p50).toList());
        Idle silent = idle.getLast();
        return "%-21s %16s %8.0f%s %15s %7.2f %7d %5.0f %4.0f %20s"
                .formatted(
                        name,
                        range(most.cost(), 0),
                        most.fastest().rate(),
                        most.fastest().generatorIsTheLimit() ? "*" : " ",
                        "%.2f to %.2f".formatted(p50.lowest(), p50.highest()),
                        most.quietest().p99(),
                        silent.connections(),
                        silent.mebibytes(),
                        100 * silent.processors(),
                        range(Spread.of(ratios), 2));
    }

    private static String range(Spread s, int digits) {
        String number = "%." + digits + "f";
        return (number + " (" + number + " to " + number + ")")
                .formatted(s.median(), s.lowest(), s.highest());
    }

    /**
     * Draws the charts, see {@link ServerCharts}.
     *
     * @param all the figures of all servers
     * @param folder where to
     */
    public static void draw(List<ServerFigures> all, Path folder) throws IOException {
        var charts = new ServerCharts();
        for (var figures : all) figures.addTo(charts);
        charts.write(folder);
    }

    private void addTo(ServerCharts charts) {
        for (Idle i : idle) charts.addIdle(name, i.connections(), i.mebibytes(), i.processors());
        served.forEach((clients, s) ->
                charts.addServed(name, clients, s.fastest(), s.quietest(), s.cost()));
        charts.addSlow(name, Spread.of(ratios));
    }
}
