//SOURCES Machine.java Report.java ServerFigures.java
package measure;

import module java.base;

import chart.ChartText;

/** The charts of the chapter {@code measure_servers}. For one thread. */
public final class ServerCharts {
    /** The title of the chart that the README shows, too. */
    public static final String IDLE =
            "CPU for 1,000 connections that say nothing, in % of a processor";

    private static final String COMMAND = "./jbang measure_servers";
    private static final String LIMIT =
            "*: the load itself was the limit, so the server can do more";
    private static final List<String> SPREAD = List.of("median", "low", "high");

    private final Map<String, List<ServerFigures>> groups;
    private final Report report;
    private final String machine;

    private ServerCharts(Map<String, List<ServerFigures>> groups, Report report)
            throws IOException {
        this.groups = groups;
        this.report = report;
        machine = Machine.describe();
    }

    /**
     * Adds the charts to a report.
     *
     * @param groups the figures of the servers that do the same work, by the name of that work
     */
    public static void add(Map<String, List<ServerFigures>> groups, Report report)
            throws IOException {
        new ServerCharts(groups, report).add();
    }

    private void add() {
        chart(
                "CPU time of a request with its own connection, in microseconds",
                SPREAD,
                found -> Spread.of(found.microseconds).cells(0),
                "");
        chart(
                IDLE,
                List.of("CPU"),
                found -> List.of(idle(found, 1_000, i -> 100 * i.processors())),
                "");
        chart(
                "Memory of the process with idle connections, in MiB",
                List.of("1,000 connections", "10,000 connections"),
                found ->
                        List.of(
                                idle(found, 1_000, ServerFigures.Idle::mebibytes),
                                idle(found, 10_000, ServerFigures.Idle::mebibytes)),
                "");
        chart(
                "Latency at half of the full rate, in milliseconds",
                List.of("p50", "low", "high", "p99", "low", "high"),
                found -> {
                    List<String> cells = new ArrayList<>(latency(found, LoadResult::p50));
                    cells.addAll(latency(found, LoadResult::p99));
                    return cells;
                },
                "");
        chart("Requests in a second, at full load", SPREAD, ServerCharts::rate, LIMIT);
        chart(
                "Rate with one slow client, divided by the rate without it",
                SPREAD,
                found -> Spread.of(found.slow).cells(2),
                "");
    }

    private static String idle(
            ServerFigures found, int connections, ToDoubleFunction<ServerFigures.Idle> value) {
        var idle = found.idle.get(connections);
        return idle == null ? "-" : "%,.0f".formatted(value.applyAsDouble(idle));
    }

    private static List<String> latency(
            ServerFigures found, Function<LoadResult, Double> percentile) {
        return Spread.of(found.half.stream().map(percentile).toList()).cells(2);
    }

    private static List<String> rate(ServerFigures found) {
        List<String> cells =
                new ArrayList<>(
                        Spread.of(found.full.stream().map(LoadResult::rate).toList()).cells(0));
        if (found.full.stream().anyMatch(LoadResult::generatorIsTheLimit))
            cells.set(0, cells.getFirst() + "*");
        return cells;
    }

    private void chart(
            String title,
            List<String> columns,
            Function<ServerFigures, List<String>> cells,
            String note) {
        List<String> head = new ArrayList<>(columns);
        head.addFirst("server");
        List<ChartText.Row> rows = new ArrayList<>();
        groups.forEach((work, servers) -> {
            rows.add(new ChartText.Row(work, List.of()));
            for (var found : servers) rows.add(new ChartText.Row(found.name(), cells.apply(found)));
        });
        boolean starred = rows.stream().anyMatch(row -> String.join("", row.cells()).contains("*"));
        report.add(new ChartText(title, COMMAND, machine, head, rows, starred ? note : ""));
    }
}
