//SOURCES LoadResult.java Machine.java Report.java Spread.java
package measure;

import module java.base;

import chart.ChartText;

/** The rounds of the chapter {@code measure_peers}, and their charts. For one thread. */
public final class PeerCharts {
    private static final String COMMAND = "./jbang measure_peers";

    private record Round(double microseconds, double rate, boolean loadIsTheLimit) {}

    private final SequencedMap<String, SequencedMap<String, List<Round>>> byServer =
            new LinkedHashMap<>();
    private final Map<String, Double> mebibytes = new HashMap<>();

    /** Makes an empty collection. */
    public PeerCharts() {}

    /**
     * Adds a round.
     *
     * @param load the name of the load generator
     * @param server the server's name; the others are compared with the first one
     * @param result what the load found
     * @param microseconds the CPU time that a request took
     */
    public void add(String load, String server, LoadResult result, double microseconds) {
        byServer.computeIfAbsent(server, _ -> new LinkedHashMap<>())
                .computeIfAbsent(load, _ -> new ArrayList<>())
                .add(new Round(microseconds, result.rate(), result.generatorIsTheLimit()));
    }

    /** Adds the memory of a server, in MiB. */
    public void addMemory(String server, double mebibytes) {
        this.mebibytes.put(server, mebibytes);
    }

    /** Adds the charts to a report. */
    public void report(Report report) throws IOException {
        String machine = Machine.describe();
        List<String> loads = List.copyOf(byServer.firstEntry().getValue().keySet());
        var first = byServer.firstEntry().getValue();
        report.add(
                chart(
                        "CPU time of a request, in microseconds",
                        machine,
                        loads,
                        (load, rounds) ->
                                Spread.of(rounds.stream().map(Round::microseconds).toList())
                                        .cells(2)));
        report.add(
                chart(
                        "CPU time of a request, divided by caro_pig's in the same round",
                        machine,
                        loads,
                        (load, rounds) -> ratios(rounds, first.get(load)).cells(2)));
        report.add(chart("Requests in a second", machine, loads, (_, rounds) -> rates(rounds)));
        List<ChartText.Row> memory = new ArrayList<>();
        for (String server : byServer.keySet())
            memory.add(new ChartText.Row(server, List.of("%.0f".formatted(mebibytes.get(server)))));
        report.add(
                new ChartText(
                        "Memory of the process after the rounds, in MiB",
                        COMMAND,
                        machine,
                        List.of("server", "memory"),
                        memory,
                        ""));
    }

    private static Spread ratios(List<Round> rounds, List<Round> base) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++)
            ratios.add(rounds.get(i).microseconds() / base.get(i).microseconds());
        return Spread.of(ratios);
    }

    private static List<String> rates(List<Round> rounds) {
        List<String> cells =
                new ArrayList<>(Spread.of(rounds.stream().map(Round::rate).toList()).cells(0));
        if (rounds.stream().anyMatch(Round::loadIsTheLimit)) cells.set(0, cells.getFirst() + "*");
        return cells;
    }

    private ChartText chart(
            String title,
            String machine,
            List<String> loads,
            BiFunction<String, List<Round>, List<String>> cells) {
        List<String> head = new ArrayList<>(List.of("server"));
        for (String load : loads) head.addAll(List.of(load, "low", "high"));
        List<ChartText.Row> rows = new ArrayList<>();
        byServer.forEach((server, byLoad) -> {
            List<String> row = new ArrayList<>();
            for (String load : loads) row.addAll(cells.apply(load, byLoad.get(load)));
            rows.add(new ChartText.Row(server, row));
        });
        boolean starred = rows.stream().anyMatch(row -> String.join("", row.cells()).contains("*"));
        String note = "*: the load itself was the limit, so the server can do more";
        return new ChartText(title, COMMAND, machine, head, rows, starred ? note : "");
    }
}
