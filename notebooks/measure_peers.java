// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/BarChart.java
//SOURCES ../lib/measure/LoadGenerator.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/ServerUnderTest.java
//SOURCES ../lib/measure/Wrk.java
import module java.base;
import script.Script;
import script.ScriptException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import measure.BarChart;
import measure.LoadGenerator;
import measure.LoadOrder;
import measure.LoadResult;
import measure.Machine;
import measure.ServerUnderTest;
import measure.Spread;
import measure.Wrk;

// %% [markdown]
// # Measured: the frameworks that people use
//
// Chapter 17 compared the servers of this book with each other. That says what a step bought, not whether the last one is any good. So here
// the same work is done by frameworks that people use, beside `caro_pig` of chapter 14: `GET /index`, answered `ok`, on
// connections that are kept.
//
// ```diagram
//               processor 0                       processor 1
//   round 1     caro_pig           <-----------   a load of this book, then wrk
//               Netty              <-----------   the same
//               ...
//   round 2     caro_pig           <-----------   the same
// ```
//
// All servers run all the time, and the load goes around: one second for each, then again. A machine that grows warm, or has
// something else to do for a while, is slow for all of them.

// %% [markdown]
// ## Who is compared
//
// Each is a short program in `lib/measure/peers`, written as its makers' guides do, on one loop or one process. The virtual threads
// and asyncio bring no HTTP: their programs split lines and check next to nothing, so they do less than the others.

// %%
static final String GET = "GET /index HTTP/1.1\r\nHost: localhost\r\n";

// %%
static String[] peer(String name) {
    return new String[] {"./jbang", "lib/measure/peers/" + name + "Peer.java"};
}

// %%
/** The Python that has this module: the one on the path, or the system's. */
static Optional<String> pythonWith(String module) throws Exception {
    for (String python : List.of("python3", "/usr/bin/python3")) {
        try {
            var found = new ProcessBuilder(python, "-c", "import " + module).redirectErrorStream(true).start();
            found.getInputStream().readAllBytes();
            if (found.waitFor() == 0) return Optional.of(python);
        } catch (IOException e) {
            // There is no such Python.
        }
    }
    return Optional.empty();
}

// %%
static Map<String, String[]> servers() throws Exception {
    var servers = new LinkedHashMap<String, String[]>();
    servers.put("caro_pig", new String[] {"./jbang", "caro_pig", "localhost", "0"});
    servers.put("Netty", peer("Netty"));
    servers.put("Vert.x", peer("Vertx"));
    servers.put("JDK HttpServer", peer("Jdk"));
    servers.put("virtual threads", peer("VirtualThreads"));
    for (String name : List.of("asyncio", "tornado")) {
        pythonWith(name).ifPresentOrElse(python -> servers.put(name, new String[] {python, "lib/measure/peers/" + name + "_peer.py"}),
                () -> System.err.println("left out: " + name + ", since no python3 here has it"));
    }
    return servers;
}

// %% [markdown]
// ## What is measured
//
// **CPU a request**: the processor time that the server used, user and system, all its threads, divided by the requests that it
// answered. It hardly depends on the load, which may be slower than the server. (Where it is, a star says so: then the requests a second are
// a lower bound.)

// %%
record Round(double microseconds, double rate, boolean generatorIsTheLimit) {
}

// %%
interface Work {
    LoadResult run() throws IOException;
}

// %%
Round round(ServerUnderTest server, Work work) throws IOException {
    Duration before = server.cpu();
    LoadResult result = work.run();
    if (result.requests() == 0 || result.failures() > 0) throw new IOException(result.failures() + " requests were not answered");
    double micros = server.cpu().minus(before).toNanos() / 1e3;
    return new Round(micros / result.requests(), result.rate(), result.generatorIsTheLimit());
}

// %%
record Plan(int clients, double warmUp, double seconds, int rounds) {
    static Plan full() {
        return new Plan(64, 4, 1, 12);
    }

    static Plan quick() {
        return new Plan(64, 0.5, 0.3, 1);
    }
}

// %% [markdown]
// Two generators make the load: the one of this book, and `wrk`, a program in C, if it is installed. They share no code. Where
// both find the same ratio, it says something about the servers.

// %%
List<String> generators() {
    return Wrk.isInstalled() ? List.of("this book's load", "wrk") : List.of("this book's load");
}

// %%
Work work(String generator, LoadGenerator own, int port, Plan plan, double seconds) {
    var order = new LoadOrder(port, true, GET + "\r\n", plan.clients(), seconds, 0);
    return generator.equals("wrk") ? () -> Wrk.load(port, "/index", plan.clients(), (int) Math.ceil(seconds)) : () -> own.load(order);
}

// %% [markdown]
// A machine has other things to do as well, and that only ever makes a server dearer and slower. So of all rounds the better half
// counts: the table shows the middle of that half, and how far it reaches.

// %%
record Found(String name, Map<String, List<Round>> rounds, double mebibytes) {
    Spread microseconds(String generator) {
        return Spread.ofLower(rounds.get(generator).stream().map(Round::microseconds).toList());
    }

    Spread rate(String generator) {
        return Spread.ofUpper(rounds.get(generator).stream().map(Round::rate).toList());
    }
}

// %%
List<Found> compare(Map<String, ServerUnderTest> running, Plan plan, ProgressBar progress) throws Exception {
    var rounds = new HashMap<String, Map<String, List<Round>>>();
    try (var own = new LoadGenerator()) {
        for (var server : running.values()) {
            for (String generator : generators()) work(generator, own, server.port(), plan, plan.warmUp()).run();
        }
        for (int i = 0; i < plan.rounds(); i++) {
            for (var server : running.entrySet()) {
                var found = rounds.computeIfAbsent(server.getKey(), _ -> new HashMap<>());
                for (String generator : generators()) {
                    var round = round(server.getValue(), work(generator, own, server.getValue().port(), plan, plan.seconds()));
                    found.computeIfAbsent(generator, _ -> new ArrayList<>()).add(round);
                }
            }
            progress.step();
        }
    }
    var found = new ArrayList<Found>();
    for (var server : running.entrySet()) found.add(new Found(server.getKey(), rounds.get(server.getKey()), server.getValue().mebibytes()));
    return found;
}

// %% [markdown]
// ## The table and the chart
//
// Behind each ratio stands how low and how high it may be. Where 1.00 lies between, this run cannot tell the two apart.

// %%
String ratio(Spread s) {
    return "%6.2f (%.2f to %.2f)".formatted(s.median(), s.lowest(), s.highest());
}

// %%
String row(Found f, String generator, Found base) {
    boolean limited = f.rounds().get(generator).stream().anyMatch(Round::generatorIsTheLimit);
    Spread cost = f.microseconds(generator);
    Spread rate = f.rate(generator);
    return "%-16s %-17s %7.2f %s %9.0f%s %s %5.0f".formatted(f.name(), generator, cost.median(), ratio(cost.dividedBy(base.microseconds(generator))),
            rate.median(), limited ? "*" : " ", ratio(rate.dividedBy(base.rate(generator))), f.mebibytes());
}

// %%
static final String HEAD = """
        server           load                  CPU   to caro_pig         requests    to caro_pig           MiB
                                        us/request                              /s""";

// %%
void show(List<Found> found, Path folder) throws IOException {
    var chart = new BarChart("What a second of processor time is good for (line: what this run cannot resolve)", "", "thousand requests");
    var thousand = new Spread(1000, 1000, 1000);
    IO.println(HEAD);
    for (String generator : generators()) {
        for (Found f : found) {
            IO.println(row(f, generator, found.getFirst()));
            chart.add(generator, f.name(), thousand.dividedBy(f.microseconds(generator)));
        }
    }
    IO.println("* the load itself was the limit");
    IO.println(Machine.describe());
    chart.write(folder, "peers");
    IO.println("chart: " + folder);
}

// %%
void compareAll(Plan plan, Path folder) throws Exception {
    var running = new LinkedHashMap<String, ServerUnderTest>();
    List<Found> found;
    var servers = servers();
    if (!Wrk.isInstalled()) System.err.println("left out: the load by wrk, which is not installed");
    try (ProgressBar progress = new ProgressBarBuilder().setTaskName("rounds").setInitialMax(servers.size() + plan.rounds()).build()) {
        for (var server : servers.entrySet()) {
            running.put(server.getKey(), ServerUnderTest.start(GET + "Connection: close\r\n\r\n", server.getValue()));
            progress.step();
        }
        found = compare(running, plan, progress);
    } finally {
        for (var server : running.values()) server.close();
    }
    show(found, folder);
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_peers [--quick] [--out DIR]

            Compares caro_pig with Netty, Vert.x, the JDK's HttpServer and virtual threads, and with asyncio and Tornado where
            Python has them; by a load of its own, and by wrk where that is installed. Call it in the checkout.

              --quick    in a minute, and less exactly
              --out DIR  where the chart goes, as SVG and PNG (default measured)
            """, args, a -> {
        if (!Files.exists(Path.of("jbang-catalog.json"))) throw new ScriptException("call this in the checkout: it starts the servers with ./jbang");
        compareAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// In the folder of the checkout. It takes four minutes; `--quick`, half a minute, shows that all is there, with JVMs that have hardly
// begun.
//
// ```console
// $ ./jbang measure_peers --help
// usage: measure_peers [--quick] [--out DIR]
// [...]
// ```
//
// On the machine where this was written (two processors, AMD EPYC, virtual; Linux 6.18, JDK 25.0.3; Netty 4.2.18, Vert.x 5.1.5,
// Python 3.11, Tornado 6.2, wrk 4.1):
//
// | | CPU, us: this book's load | to caro_pig | CPU, us: wrk | to caro_pig | requests/s: wrk | MiB |
// | --- | --- | --- | --- | --- | --- | --- |
// | caro_pig | 6.38 | 1.00 | 7.04 | 1.00 | 138,764 | 168 |
// | Netty | 6.78 | 1.06 | 7.01 | 1.00 | 141,266 | 195 |
// | Vert.x | 7.40 | 1.16 | 7.15 | 1.02 | 139,576 | 205 |
// | JDK HttpServer | 21.07 | 3.31 | 21.78 | 3.10 | 45,650 | 189 |
// | virtual threads | 7.94 | 1.24 | 7.79 | 1.11 | 126,648 | 159 |
// | asyncio | 12.78 | 2.00 | 12.49 | 1.77 | 79,682 | 23 |
// | Tornado | 99.19 | 15.56 | 99.71 | 14.17 | 9,928 | 28 |
//
// The same again, and each ratio was within 6 % of these.

// %% tags=["active-ipynb"]
// servers().forEach((name, command) -> IO.println(name + ": " + String.join(" ", command)));

// %% [markdown]
// ## What it says
//
// - **A loop that you can read in an hour keeps up with Netty**, for a small answer. What is left of the cost is the system's: a read and
//   a write for each request, and a look at who is ready.
// - **The two generators disagree by a tenth about Netty and Vert.x.** wrk asks again at once. `caro_pig` has answered two or three
//   requests before the next ones are there, so it looks again and at times sleeps (230,000 requests and 104,000 calls of `epoll_wait` in
//   two seconds, counted with `perf`). Netty takes just so much longer that half of all clients have asked again meanwhile (257,000
//   requests, 7,800 calls). The load of this book comes in gusts for everybody. So a single figure 'faster than Netty' would be a choice
//   of load.
// - **Virtual threads with blocking sockets are close**, and their program is 40 lines without a single callback. They do less here, since
//   they check nothing. If your work fits them, that is a good answer.
// - **The JDK's HttpServer** hands every request to another thread, here a virtual one, and pays for it.
// - **Python's asyncio** with no HTTP but the least costs half as much again or twice; Tornado, which has all of it, fifteen times.
//
// ## What it cannot say
//
// One path, one small answer, one loop, one machine with the load beside it, and no network but loopback. Nobody's
// server does only this. Real ones parse JSON and wait for databases, and then all of the first five are the same. And
// memory is what a JVM took because it could: none was told to be small.
//
// ## Exercises
//
// 1. Give each client a new connection (`false` instead of `true` in `LoadOrder`, and `Connection: close` in the request). Who
//    gains, who loses?
// 2. Give every JVM 64 MiB of heap: `JAVA_TOOL_OPTIONS=-Xmx64m ./jbang measure_peers`. What becomes of the column MiB, and what does it cost?
// 3. Add a peer of your own: print `server started on localhost:PORT`, answer `GET /index`, and name it in `servers`.
