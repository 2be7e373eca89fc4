//SOURCES BarChart.java LineChart.java LoadResult.java Spread.java
package measure;

import module java.base;

/** The six charts of the chapter {@code measure_servers}. For one thread. */
public final class ServerCharts {
    private final LineChart memory =
            new LineChart(
                    "Connections that say nothing: memory",
                    "connections",
                    "resident memory, MiB",
                    false);
    private final LineChart processor =
            new LineChart(
                    "Connections that say nothing: CPU",
                    "connections",
                    "CPU, % of one processor",
                    false);
    private final LineChart rate =
            new LineChart(
                    "As many requests as it can handle",
                    "clients at once",
                    "requests a second, a connection each",
                    false);
    private final LineChart latency =
            new LineChart(
                    "Latency at half of that rate",
                    "clients at once",
                    "p99, ms, from when a request was due",
                    true);
    private final BarChart cost =
            new BarChart(
                    "A request with a connection of its own", "", "CPU, microseconds a request");
    private final BarChart slow =
            new BarChart(
                    "With one slow client (line: the range of the rounds)",
                    "",
                    "rate with it / rate without it");

    /** Makes empty charts. */
    public ServerCharts() {}

    /**
     * Adds what a server took for open connections that say nothing.
     *
     * @param name the server's name in the legends
     * @param connections how many were open
     * @param mebibytes its resident memory, in MiB
     * @param processors the part of one processor that it used, 1 for a whole one
     */
    public void addIdle(String name, int connections, double mebibytes, double processors) {
        memory.add(name, connections, mebibytes);
        processor.add(name, connections, 100 * processors);
    }

    /**
     * Adds how a server handled so many clients.
     *
     * @param name the server's name in the legends
     * @param clients how many clients at once
     * @param limit the result at full load
     * @param half the result at half of that rate
     * @param microseconds the CPU that a request took; left out for a single client
     */
    public void addServed(
            String name, int clients, LoadResult limit, LoadResult half, Spread microseconds) {
        rate.add(name, clients, limit.rate());
        latency.add(name, clients, half.p99());
        if (clients > 1) cost.add(clients + " clients at once", name, microseconds);
    }

    /**
     * Adds what one slow client did to the others.
     *
     * @param name the server's name in the legends
     * @param ratios the rate with the slow client, divided by the rate without it
     */
    public void addSlow(String name, Spread ratios) {
        slow.add("rate with one slow client", name, ratios);
    }

    /**
     * Writes the charts as SVG and PNG, see {@link Chart#write}.
     *
     * @throws IOException if a file cannot be written
     */
    public void write(Path folder) throws IOException {
        memory.write(folder, "idle_memory");
        processor.write(folder, "idle_processor");
        rate.write(folder, "requests");
        latency.write(folder, "latency");
        cost.write(folder, "request_cost");
        slow.write(folder, "slow_client");
    }
}
