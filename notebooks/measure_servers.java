// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/BarChart.java
//SOURCES ../lib/measure/LineChart.java
//SOURCES ../lib/measure/LoadGenerator.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/ServerUnderTest.java
import module java.base;
import script.Script;
import script.ScriptException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import measure.BarChart;
import measure.LineChart;
import measure.LoadGenerator;
import measure.LoadOrder;
import measure.LoadResult;
import measure.Machine;
import measure.ServerUnderTest;
import measure.Spread;

// %% [markdown]
// # Measured: what each step bought
//
// The road of this book made claims: polling burns, threads cost, callbacks scale, coroutines cost little more than callbacks. This
// chapter measures them, on your machine, with the servers as you would start them.
//
// ```diagram
//   processor 0                    processor 1
//   the server of a chapter  <---  the load: many clients on one loop of this book
//   (./jbang aio_server ...)       (a process of its own)
// ```

// %% [markdown]
// ## Who is measured
//
// Each server gets requests that it understands. A request is a whole conversation here: connect, send, end one's
// side, read until the server ends its own. That is something that every one of them can do.

// %%
static final String HELLO = "{\"send_msg\": \"hello\"}";

// %%
static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

// %%
static Map<String, String> servers() {
    var servers = new LinkedHashMap<String, String>();
    for (String name : List.of("nio_server", "nio_threaded_server", "aio_server")) servers.put(name, HELLO);
    for (String name : List.of("aio_callback_server", "aio_future_server", "aio_coroutine_server")) servers.put(name, HELLO);
    servers.put("http_server", get("/index"));
    servers.put("tornado_future", get("/now"));
    servers.put("caro_pig", get("/index"));
    return servers;
}

// %% [markdown]
// ## What is measured
//
// All servers take their turn, and then all once more: no two runs of a JVM compile the same, and no two minutes of a machine are the
// same. `--quick` does less of everything, to see that it works.

// %%
record Plan(int turns, List<Integer> idle, List<Integer> clients, double warmUp, double seconds, int rounds, Duration look) {
    static Plan full() {
        return new Plan(2, List.of(1, 10, 100, 1000, 10_000), List.of(1, 10, 100), 2, 0.5, 3, Duration.ofMillis(600));
    }

    static Plan quick() {
        return new Plan(1, List.of(1, 100), List.of(10), 0.3, 0.3, 1, Duration.ofMillis(200));
    }
}

// %% [markdown]
// First, connections that are open and say nothing: what do they cost? If they do not get in within a few seconds, or the server
// is out of processor, the row ends there.

// %%
record Idle(int connections, double mebibytes, double processors) {
}

// %%
void hold(ServerUnderTest server, Plan plan, List<Idle> found) throws Exception {
    var open = new ArrayList<SocketChannel>();
    try {
        for (int number : plan.idle()) {
            long start = System.nanoTime();
            open.addAll(server.connect(number - open.size()));
            double seconds = (System.nanoTime() - start) / 1e9;
            Thread.sleep(plan.look().dividedBy(4));
            double processors = server.processors(plan.look());
            found.add(new Idle(number, server.mebibytes(), processors));
            if (seconds > 3 || (processors > 0.9 && number >= 1000)) break;
        }
    } catch (IOException e) {
        // So many and no more: the row ends here.
    } finally {
        for (var channel : open) channel.close();
    }
}

// %% [markdown]
// Then requests: as many as the server can carry, and after that half as many, for the latency. A server at its limit has a queue, and the
// latency is the length of the queue. At half its limit it has none, unless it stalls.
//
// Each latency counts from the time when the request was *due*, not from when a client was free to send it. Clients that wait
// for a stalled server do not ask meanwhile; so a second's stall would count once instead of a thousand times. The
// name of that mistake is coordinated omission.
//
// A machine has other things to do as well, and that only ever makes a server slower. So the table shows the middle of the cheaper half of
// all rounds, and the better latency of the two turns.

// %%
record Served(List<LoadResult> limits, List<Double> microseconds, List<LoadResult> halves) {
    static Served nothing() {
        return new Served(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    LoadResult limit() {
        return Collections.max(limits, Comparator.comparing(LoadResult::rate));
    }

    LoadResult half() {
        return Collections.min(halves, Comparator.comparing(LoadResult::p99));
    }

    Spread cost() {
        return Spread.ofLower(microseconds);
    }
}

// %%
LoadResult load(LoadGenerator generator, ServerUnderTest server, String request, int clients, double seconds, double rate) throws IOException {
    return generator.load(new LoadOrder(server.port(), false, request, clients, seconds, rate));
}

// %%
void loads(LoadGenerator generator, ServerUnderTest server, String request, Plan plan, Map<Integer, Served> found) throws IOException {
    load(generator, server, request, 10, plan.warmUp(), 0);
    for (int clients : plan.clients()) {
        Served served = found.computeIfAbsent(clients, _ -> Served.nothing());
        for (int i = 0; i < plan.rounds(); i++) {
            Duration before = server.cpu();
            served.limits().add(load(generator, server, request, clients, plan.seconds(), 0));
            served.microseconds().add(server.cpu().minus(before).toNanos() / 1e3 / served.limits().getLast().requests());
        }
        served.halves().add(load(generator, server, request, clients, 1.4 * plan.seconds(), served.limit().rate() / 2));
    }
}

// %% [markdown]
// And what does one client cost that has connected and begun to speak, and goes no further? (The slow client of chapter 1.)
// The rate with it is divided by the rate without it, in turns.

// %%
void withOneSlowClient(LoadGenerator generator, ServerUnderTest server, String request, Plan plan, List<Double> ratios) throws IOException {
    for (int i = 0; i < plan.rounds(); i++) {
        double without = load(generator, server, request, 10, plan.seconds(), 0).rate();
        try (var slow = server.connect(1).getFirst()) {
            slow.write(ByteBuffer.wrap(request.substring(0, 3).getBytes()));
            ratios.add(load(generator, server, request, 10, plan.seconds(), 0).rate() / without);
        }
    }
}

// %%
record Measured(String name, List<Double> secondsToAnswer, List<Idle> idle, SortedMap<Integer, Served> served, List<Double> slow) {
    static Measured nothing(String name) {
        return new Measured(name, new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
    }
}

// %%
/** Compiles what has changed, so that the time to the first answer does not depend on whether it ran before. */
void build(String name) throws Exception {
    var build = new ProcessBuilder("./jbang", "build", name).redirectErrorStream(true).start();
    String said = new String(build.getInputStream().readAllBytes());
    if (build.waitFor() != 0) throw new ScriptException(said.strip());
}

// %%
void measure(LoadGenerator generator, String request, Plan plan, Measured found) throws Exception {
    build(found.name());
    try (var server = ServerUnderTest.start(request, "./jbang", found.name(), "localhost", "0")) {
        found.secondsToAnswer().add(server.secondsToAnswer());
        loads(generator, server, request, plan, found.served());
        withOneSlowClient(generator, server, request, plan, found.slow());
        if (found.idle().isEmpty()) hold(server, plan, found.idle());
    }
}

// %% [markdown]
// ## The table and the charts

// %%
String row(Measured m) {
    var idle = m.idle().getLast();
    var served = m.served().get(m.served().lastKey());
    return "%-21s %5.2f %7d %7.0f %6.0f %9.0f%s %8.1f %7.2f %7.2f %7.2f %6.2f".formatted(m.name(), Collections.min(m.secondsToAnswer()), idle.connections(),
            idle.mebibytes(), 100 * idle.processors(), served.limit().rate(), served.limit().generatorIsTheLimit() ? "*" : " ", served.cost().median(),
            served.half().p50(), served.half().p99(), served.half().p999(), Spread.of(m.slow()).median());
}

// %%
static final String HEAD = """
        server                first    idle     MiB    CPU  requests       CPU     p50     p99   p99.9   slow
                           answer/s   conns               %       /s  us/reqst      ms      ms      ms  ratio""";

// %%
void draw(List<Measured> all, Path folder) throws IOException {
    var memory = new LineChart("Connections that say nothing: memory", "connections", "resident memory, MiB", false);
    var processor = new LineChart("Connections that say nothing: processor", "connections", "CPU, % of one processor", false);
    var rate = new LineChart("As many requests as it can carry", "clients at once", "requests a second, a connection each", false);
    var latency = new LineChart("Latency at half of that rate", "clients at once", "p99, ms, from when a request was due", true);
    var cost = new BarChart("What a request costs the server, with a connection of its own", "", "CPU, microseconds a request");
    var first = new BarChart("From ./jbang to the first answer", "", "seconds");
    var slow = new BarChart("The price of one slow client (line: what this run cannot resolve)", "", "rate with it / rate without it");
    for (Measured m : all) {
        for (Idle i : m.idle()) memory.add(m.name(), i.connections(), i.mebibytes());
        for (Idle i : m.idle()) processor.add(m.name(), i.connections(), 100 * i.processors());
        m.served().forEach((clients, s) -> rate.add(m.name(), clients, s.limit().rate()));
        m.served().forEach((clients, s) -> latency.add(m.name(), clients, s.half().p99()));
        m.served().tailMap(2).forEach((clients, s) -> cost.add(clients + " clients at once", m.name(), s.cost()));
        first.add("first answer", m.name(), Spread.of(m.secondsToAnswer()));
        slow.add("rate with one slow client", m.name(), Spread.of(m.slow()));
    }
    memory.write(folder, "idle_memory");
    processor.write(folder, "idle_processor");
    rate.write(folder, "requests");
    latency.write(folder, "latency");
    cost.write(folder, "request_cost");
    first.write(folder, "first_answer");
    slow.write(folder, "slow_client");
}

// %%
void measureAll(Plan plan, Path folder) throws Exception {
    var all = new ArrayList<Measured>();
    for (String name : servers().keySet()) all.add(Measured.nothing(name));
    try (var generator = new LoadGenerator(); ProgressBar progress = new ProgressBarBuilder().setTaskName("servers").setInitialMax(plan.turns() * all.size()).build()) {
        for (int turn = 0; turn < plan.turns(); turn++) {
            for (Measured m : all) {
                progress.setExtraMessage(" " + m.name());
                measure(generator, servers().get(m.name()), plan, m);
                progress.step();
            }
        }
    }
    IO.println(HEAD);
    for (Measured m : all) IO.println(row(m));
    IO.println("* the load itself was the limit");
    IO.println(Machine.describe());
    draw(all, folder);
    IO.println("charts: " + folder);
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_servers [--quick] [--out DIR]

            Starts the server of each chapter in turn, loads it, and shows a table and charts. Call it in the checkout.

              --quick    in a minute, and less exactly
              --out DIR  where the charts go, as SVG and PNG (default measured)
            """, args, a -> {
        if (!Files.exists(Path.of("jbang-catalog.json"))) throw new ScriptException("call this in the checkout: it starts the servers with ./jbang");
        measureAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// In the folder of the checkout. The short run shows that all is there; its figures come from JVMs that have hardly begun:
//
// ```console
// $ ./jbang measure_servers --help
// usage: measure_servers [--quick] [--out DIR]
// [...]
// ```
//
// On the machine where this was written (two processors, AMD EPYC, virtual; Linux 6.18, JDK 25.0.3) the full run takes 4 minutes and 40
// seconds. The middle of four runs:
//
// | | first answer, s | idle connections | MiB | CPU, % | requests/s | CPU, us/request | p50, ms | p99, ms | slow client |
// | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
// | nio_server | 0.81 | 1,000 | 153 | 100 | 20,912* | 49 | 0.06 | 9 | 1.01 |
// | nio_threaded_server | 0.81 | 1,000 | 214 | 100 | 5,910 | 170 | 0.12 | 11 | 0.95 |
// | aio_server | 0.80 | 10,000 | 159 | 0 | 18,863* | 29 | 0.07 | 2 | 1.00 |
// | aio_callback_server | 0.81 | 10,000 | 157 | 0 | 19,190* | 40 | 0.09 | 2 | 1.06 |
// | aio_future_server | 0.88 | 10,000 | 283 | 0 | 8,480 | 121 | 0.17 | 3 | 0.98 |
// | aio_coroutine_server | 0.89 | 10,000 | 174 | 0 | 20,734* | 49 | 0.09 | 2 | 1.00 |
// | http_server | 0.94 | 10,000 | 179 | 2 | 17,569* | 54 | 0.09 | 3 | 1.03 |
// | tornado_future | 0.99 | 10,000 | 177 | 2 | 18,285* | 51 | 0.10 | 3 | 0.98 |
// | caro_pig | 1.00 | 10,000 | 177 | 2 | 18,610* | 50 | 0.09 | 3 | 1.00 |
//
// Where a star stands, the load was the limit and not the server, so those rates are lower bounds. Read the CPU of a request there.

// %% tags=["active-ipynb"]
// servers().forEach((name, request) -> IO.println(name + ": " + request.lines().findFirst().orElse("")));

// %% [markdown]
// ## What it says
//
// - **Polling burns, and it is fast.** `nio_server` uses a whole processor for connections that say nothing. While there is work it
//   has the shortest latency of all (p50), because it never has to be woken. That is why some trading systems poll. Everybody else pays
//   for the electricity.
// - **Threads that poll fare worst:** the same processor shared by a thousand threads.
// - **A selector costs nothing while nothing happens**, for ten connections or ten thousand.
// - **A coroutine costs little more than callbacks do:** 49 microseconds a request in `aio_coroutine_server`, 40 in
//   `aio_callback_server`. Most of both is the connection, which is new for each request.
// - **`aio_future_server` pays for its thread.** The loop of chapter 4 runs on an ordinary thread, its coroutines on virtual ones, and
//   each switch between the two goes through the system. The loop of chapter 9 is on a virtual thread itself. (Exercise 3.)
// - **HTTP adds little to a connection**: the last three parse, check and route, for about what `aio_coroutine_server` takes.
// - **One slow client costs nothing** to any of them: the ratio is 1, within the noise.
//
// ## What it cannot say
//
// The p99 of a run of less than a second is made by a few pauses (compiling, collecting garbage), and another run has others: do not
// read a ranking out of that column. Run it twice before you believe any difference: of the 36 figures of CPU in those four runs, 32 were
// within 10 % of the middle, and four were off: by 11, 11, 21 and 40 %. Load and server share one machine and its
// memory, and loopback has no network in it.
//
// ## Exercises
//
// 1. Add `nio_threaded_server --virtual`. What changes with 1,000 idle connections?
// 2. Let the clients keep their connection (`true` instead of `false` in `load`, and a request without `Connection: close`) with the web
//    servers. What becomes of the CPU of a request, and why?
// 3. Let `Server` in `lib/script` run its body on a virtual thread. Here `aio_future_server` fell to 70 microseconds a request then, and
//    `aio_callback_server` rose to 70. Why does one gain and the other lose?
