//DEPS me.tongfei:progressbar:0.10.2
//SOURCES LoadGenerator.java LoadOrder.java LoadResult.java Report.java ServerCharts.java
//SOURCES ServerFigures.java ServerUnderTest.java
package measure;

import module java.base;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** The measurement of the chapter {@code measure_servers}. For one thread. */
public final class ServerMeasurement {
    private static final String README_PICTURE = "notebooks/measured/idle_processor.svg";

    /**
     * A server to measure.
     *
     * @param command the chapter that starts it, and its options
     * @param request what a client sends before it ends its side; then the server ends its own
     */
    public record Target(String command, String request) {
        private String[] words() {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.addFirst("./jbang");
            words.addAll(2, List.of("localhost", "0"));
            return words.toArray(String[]::new);
        }
    }

    /**
     * How long to measure.
     *
     * @param turns how often each server is started
     * @param clients how many clients at once
     * @param warmUp the seconds of load before anything counts
     * @param seconds the seconds of a round
     * @param rounds the rounds at full load in a turn
     * @param idle the numbers of connections that say nothing
     */
    private record Plan(
            int turns, int clients, double warmUp, double seconds, int rounds, List<Integer> idle) {
        static final Plan FULL = new Plan(3, 100, 3, 0.7, 3, List.of(1_000, 10_000));
        static final Plan QUICK = new Plan(1, 10, 0.3, 0.3, 1, List.of(100, 1_000));
    }

    private final LoadGenerator generator;
    private final Plan plan;

    private ServerMeasurement(LoadGenerator generator, Plan plan) {
        this.generator = generator;
        this.plan = plan;
    }

    /**
     * Measures the servers and prints the charts.
     *
     * @param groups the servers that do the same work, by the name of that work
     * @param quick whether to take a minute and be less exact
     * @param write whether to put the charts into the chapter, and one into the README's picture
     */
    public static void run(SequencedMap<String, List<Target>> groups, boolean quick, boolean write)
            throws IOException, InterruptedException {
        SequencedMap<String, List<ServerFigures>> found = new LinkedHashMap<>();
        groups.forEach((work, servers) ->
                found.put(
                        work, servers.stream().map(s -> new ServerFigures(s.command())).toList()));
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        long steps = (long) plan.turns() * groups.values().stream().mapToInt(List::size).sum();
        var bar = new ProgressBarBuilder().setTaskName("servers").setInitialMax(steps);
        try (var generator = new LoadGenerator();
                ProgressBar progress = bar.build()) {
            var measurement = new ServerMeasurement(generator, plan);
            // The machine isn't equally busy all the time, so each server has several turns.
            for (int turn = 0; turn < plan.turns(); turn++)
                for (var group : groups.entrySet())
                    for (int i = 0; i < group.getValue().size(); i++) {
                        Target target = group.getValue().get(i);
                        progress.setExtraMessage(" " + target.command());
                        measurement.turn(target, found.get(group.getKey()).get(i));
                        progress.step();
                    }
        }
        var report = new Report("measure_servers");
        ServerCharts.add(found, report);
        if (!write) return;
        report.write();
        report.draw(ServerCharts.IDLE, "bars", Path.of(README_PICTURE));
    }

    private void turn(Target target, ServerFigures found) throws IOException, InterruptedException {
        try (var server = ServerUnderTest.start(target.request(), target.words())) {
            load(server, target, plan.clients(), plan.warmUp(), 0);
            for (int i = 0; i < plan.rounds(); i++) {
                Duration before = server.cpu();
                LoadResult full = load(server, target, plan.clients(), plan.seconds(), 0);
                double micros = server.cpu().minus(before).toNanos() / 1e3;
                found.addFull(full, micros / full.requests());
            }
            // At its limit a server has a queue, and the latency is the length of that queue.
            double half = found.rate() / 2;
            found.addHalf(load(server, target, plan.clients(), 2 * plan.seconds(), half));
            withOneSlowClient(server, target, found);
            if (!found.hasIdle()) found.holdIdle(server, plan.idle());
        }
    }

    /** One client connects, begins to speak, and stops. What does it cost the others? */
    private void withOneSlowClient(ServerUnderTest server, Target target, ServerFigures found)
            throws IOException {
        for (int i = 0; i < plan.rounds(); i++) {
            double without = load(server, target, 10, plan.seconds(), 0).rate();
            try (SocketChannel slow = server.connect(1).getFirst()) {
                slow.write(StandardCharsets.UTF_8.encode(target.request().substring(0, 3)));
                found.addSlow(load(server, target, 10, plan.seconds(), 0).rate() / without);
            }
        }
    }

    private LoadResult load(
            ServerUnderTest server, Target target, int clients, double seconds, double rate)
            throws IOException {
        return generator.load(
                new LoadOrder(server.port(), false, target.request(), clients, seconds, rate));
    }
}
