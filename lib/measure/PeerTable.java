//SOURCES BarChart.java LoadResult.java Spread.java
package measure;

import module java.base;

/** The rounds of the chapter {@code measure_peers}, as a table and a chart. For one thread. */
public final class PeerTable {
    private static final String HEAD =
            """
            server           load                  CPU   to caro_pig         requests    to caro_pig           MiB
                                            us/request                              /s\
            """;

    private record Round(double microseconds, double rate, boolean loadIsTheLimit) {}

    private final Map<String, SequencedMap<String, List<Round>>> byLoad = new LinkedHashMap<>();
    private final Map<String, Double> mebibytes = new HashMap<>();

    /** Makes an empty table. */
    public PeerTable() {}

    /**
     * Adds a round.
     *
     * @param load the name of the load generator
     * @param server the server's name; the others are compared with the first one
     * @param result what the load found
     * @param microseconds the CPU that a request took
     */
    public void add(String load, String server, LoadResult result, double microseconds) {
        byLoad.computeIfAbsent(load, _ -> new LinkedHashMap<>())
                .computeIfAbsent(server, _ -> new ArrayList<>())
                .add(new Round(microseconds, result.rate(), result.generatorIsTheLimit()));
    }

    /** Adds the memory of a server, in MiB. */
    public void addMemory(String server, double mebibytes) {
        this.mebibytes.put(server, mebibytes);
    }

    /** Returns the table: all servers under the first load, then all of them under the next. */
    public String text() {
        var lines = new StringJoiner("\n");
        lines.add(HEAD);
        byLoad.forEach((load, servers) -> {
            var first = servers.firstEntry().getValue();
            servers.forEach((server, rounds) -> lines.add(row(server, load, rounds, first)));
        });
        return lines.toString();
    }

    private String row(String server, String load, List<Round> rounds, List<Round> first) {
        boolean limited = rounds.stream().anyMatch(Round::loadIsTheLimit);
        return "%-16s %-17s %7.2f %s %9.0f%s %s %5.0f"
                .formatted(
                        server,
                        load,
                        cost(rounds).median(),
                        ratio(cost(rounds).dividedBy(cost(first))),
                        rate(rounds).median(),
                        limited ? "*" : " ",
                        ratio(rate(rounds).dividedBy(rate(first))),
                        mebibytes.get(server));
    }

    private static Spread cost(List<Round> rounds) {
        return Spread.ofLower(rounds.stream().map(Round::microseconds).toList());
    }

    private static Spread rate(List<Round> rounds) {
        return Spread.ofUpper(rounds.stream().map(Round::rate).toList());
    }

    private static String ratio(Spread s) {
        return "%6.2f (%.2f to %.2f)".formatted(s.median(), s.lowest(), s.highest());
    }

    /**
     * Writes the chart {@code peers}.
     *
     * @param folder where to
     * @throws IOException if a file cannot be written
     */
    public void draw(Path folder) throws IOException {
        var chart =
                new BarChart(
                        "Requests for a second of CPU (line: the range)", "", "thousand requests");
        var thousand = new Spread(1000, 1000, 1000);
        byLoad.forEach((load, servers) ->
                servers.forEach((server, rounds) ->
                        chart.add(load, server, thousand.dividedBy(cost(rounds)))));
        chart.write(folder, "peers");
    }
}
