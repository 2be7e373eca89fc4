//DEPS me.tongfei:progressbar:0.10.2
//SOURCES LoadGenerator.java LoadOrder.java LoadResult.java PeerCharts.java Peers.java
//SOURCES Report.java ServerUnderTest.java Wrk.java
package measure;

import module java.base;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** The measurement of the chapter {@code measure_peers}. For one thread. */
public final class PeerMeasurement {
    private static final String GET = "GET /index HTTP/1.1\r\nHost: localhost\r\n";
    private static final int CLIENTS = 64;

    /**
     * How long to measure.
     *
     * @param warmUp the seconds of load before anything counts
     * @param seconds the seconds of a round
     * @param rounds how often each load goes around
     */
    private record Plan(double warmUp, double seconds, int rounds) {
        static final Plan FULL = new Plan(4, 1, 12);
        static final Plan QUICK = new Plan(0.5, 0.3, 1);
    }

    private interface Load {
        LoadResult run(int port, double seconds) throws IOException;
    }

    private PeerMeasurement() {}

    /**
     * Measures the servers and prints the charts. All servers run all the time, so that each one
     * has its rounds at about the same time as the others.
     *
     * @param quick whether to take half a minute and be less exact
     * @param write whether to put the charts into the chapter
     */
    public static void run(boolean quick, boolean write) throws IOException, InterruptedException {
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        var commands = Peers.commands();
        var running = new LinkedHashMap<String, ServerUnderTest>();
        var charts = new PeerCharts();
        var bar =
                new ProgressBarBuilder()
                        .setTaskName("rounds")
                        .setInitialMax(commands.size() + plan.rounds());
        try (ProgressBar progress = bar.build();
                var own = new LoadGenerator()) {
            for (var command : commands.entrySet()) {
                String first = GET + "Connection: close\r\n\r\n";
                String[] words = command.getValue().toArray(String[]::new);
                running.put(command.getKey(), ServerUnderTest.start(first, words));
                progress.step();
            }
            var loads = loads(own);
            round(running, loads, plan.warmUp(), new PeerCharts());
            for (int i = 0; i < plan.rounds(); i++) {
                round(running, loads, plan.seconds(), charts);
                progress.step();
            }
            for (var server : running.entrySet())
                charts.addMemory(server.getKey(), server.getValue().mebibytes());
        } finally {
            for (var server : running.values()) server.close();
        }
        var report = new Report("measure_peers");
        charts.report(report);
        if (write) report.write();
    }

    private static Map<String, Load> loads(LoadGenerator own) {
        var loads = new LinkedHashMap<String, Load>();
        loads.put(
                "this book's load",
                (port, seconds) ->
                        own.load(new LoadOrder(port, true, GET + "\r\n", CLIENTS, seconds, 0)));
        if (Wrk.isInstalled())
            loads.put(
                    "wrk",
                    (port, seconds) -> Wrk.load(port, "/index", CLIENTS, (int) Math.ceil(seconds)));
        else System.err.println("left out: the load by wrk, which is not installed");
        return loads;
    }

    private static void round(
            Map<String, ServerUnderTest> running,
            Map<String, Load> loads,
            double seconds,
            PeerCharts charts)
            throws IOException {
        for (var entry : running.entrySet()) {
            for (var load : loads.entrySet()) {
                ServerUnderTest server = entry.getValue();
                Duration before = server.cpu();
                LoadResult result = load.getValue().run(server.port(), seconds);
                if (result.requests() == 0 || result.failures() > 0)
                    throw new IOException(
                            "%s: %d requests were not answered"
                                    .formatted(entry.getKey(), result.failures()));
                double micros = server.cpu().minus(before).toNanos() / 1e3;
                charts.add(load.getKey(), entry.getKey(), result, micros / result.requests());
            }
        }
    }
}
