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
// [measure_servers](measure_servers.java) compared the servers of this book with each other. That says what each
// step bought, but not whether the last server is any good. So how does [caro_pig](caro_pig.java) compare with the
// frameworks that people use: Netty, Vert.x, the JDK's own `HttpServer`, blocking code on virtual threads, and the
// Python servers that this book takes its names from?
//
// All of them do the same work: `GET /index`, answered `ok`, on connections that are kept.
//
// ```diagram
//               processor 0                       processor 1
//   round 1     caro_pig           <-----------   a load of this book, then wrk
//               Netty              <-----------   the same
//               ...
//   round 2     caro_pig           <-----------   the same
// ```
//
// The servers all run all the time, and the load goes around: one second for each, then again. So if the machine is
// busy or warm for a while, that slows all of them and not just one.
//
// Each is a short program in `lib/measure/peers`, on one loop or in one process:
//
// ```console
// $ wc -l lib/measure/peers/*
//    32 lib/measure/peers/JdkPeer.java
//    97 lib/measure/peers/NettyPeer.java
//    28 lib/measure/peers/VertxPeer.java
//    53 lib/measure/peers/VirtualThreadsPeer.java
//    36 lib/measure/peers/asyncio_peer.py
//    26 lib/measure/peers/tornado_peer.py
//   272 total
// ```
//
// `VirtualThreadsPeer` and `asyncio_peer` have no HTTP library to build on. They split lines and check next to
// nothing, so they do less work than the others.

// %% [markdown]
// ## What do you expect?
//
// How much CPU will each take for a request, if `caro_pig` takes 1? Write down a number for Netty, for the JDK's
// `HttpServer`, for virtual threads with blocking sockets, for asyncio with hardly any HTTP, and for Tornado,
// before you read on.
//
// ## What came out
//
// One run of `./jbang measure_peers`, on a virtual machine with two processors (AMD EPYC), Linux 6.18, JDK 25.0.3;
// Netty 4.2.18, Vert.x 5.1.5, Python 3.11, Tornado 6.2, wrk 4.1:
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
// **CPU** is the processor time that a request costs the server: user and system, all its threads, divided by the
// requests that it answered. A second run gave ratios within 6 % of these, so a difference of less than 6 % is
// none.

// %% [markdown]
// ## What it says
//
// - **`caro_pig` keeps up with Netty** on this work: 1.00 and 1.06 times its CPU, which this measurement can't tell
//   apart. What keeps up isn't the loop of 110 lines in [event_loop](event_loop.java), though. It's the library's
//   loop, with an HTTP parser, a connection that closes in good order and a framework on top, some three thousand
//   lines of code without the comments:
//
// ```console
// $ cat lib/aio/*.java lib/aio/http/*.java lib/aio/web/*.java | grep -cvE '^ *(//|/?\*|$)'
// 3[...]
// ```
//
// - **Netty and `caro_pig` ask the same of the kernel**: one call to read and one to write for each request. That's
//   what `perf stat -e 'syscalls:sys_enter_*' -p PID sleep 2` counts while wrk sends its load: as many `read` as
//   `write` in `caro_pig`, and as many `recvfrom` as `sendto` in Netty's native transport.
// - **The two loads disagree about Vert.x**: 1.16 with one, 1.02 with the other, more than the 6 % by which two
//   runs differ. So a single figure, 'faster than Vert.x', would be a choice of load.
// - **Virtual threads with blocking sockets are close**: 1.1 to 1.2 times the CPU, for a program of 53 lines
//   without a callback. It does less than the others, since it checks nothing. If your work fits that style, it's a
//   good answer.
// - **The JDK's `HttpServer` takes three times as much.** It [hands each request to an
//   executor](https://docs.oracle.com/en/java/javase/25/docs/api/jdk.httpserver/com/sun/net/httpserver/HttpServer.html#setExecutor(java.util.concurrent.Executor)),
//   here one that starts a virtual thread.
// - **Python's asyncio takes about twice as much** with hardly any HTTP, and Tornado, which has all of it, about 15
//   times.

// %% [markdown]
// ## How it is measured
//
// The servers, each with the command that starts it. Python servers are left out if Python or Tornado isn't
// installed.

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
            var probe = new ProcessBuilder(python, "-c", "import " + module);
            Process found = probe.redirectErrorStream(true).start();
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
        String program = "lib/measure/peers/" + name + "_peer.py";
        pythonWith(name).ifPresentOrElse(python -> servers.put(name, new String[] {python, program}),
                () -> System.err.println("left out: " + name + ", because no python3 here has it"));
    }
    return servers;
}

// %% [markdown]
// One round of load, and what it cost the server. CPU a request hardly depends on how fast the load is. The
// requests a second do: if the load itself was the limit, a star says so, and that rate is a lower bound.

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
    if (result.requests() == 0 || result.failures() > 0) {
        throw new IOException(result.failures() + " requests were not answered");
    }
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
// Two generators make the load: the one of this book, and [wrk](https://github.com/wg/wrk), a program in C, if it's
// installed. They share no code, so where both find the same ratio, the ratio says something about the servers.

// %%
List<String> generators() {
    return Wrk.isInstalled() ? List.of("this book's load", "wrk") : List.of("this book's load");
}

// %%
Work work(String generator, LoadGenerator own, int port, Plan plan, double seconds) {
    var order = new LoadOrder(port, true, GET + "\r\n", plan.clients(), seconds, 0);
    int wholeSeconds = (int) Math.ceil(seconds);
    if (generator.equals("wrk")) return () -> Wrk.load(port, "/index", plan.clients(), wholeSeconds);
    return () -> own.load(order);
}

// %% [markdown]
// Anything else that runs on the machine can only make a server slower and its requests more expensive. So the
// better half of the rounds counts: the table shows the median of that half, and its range.

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
            for (String generator : generators()) {
                work(generator, own, server.port(), plan, plan.warmUp()).run();
            }
        }
        for (int i = 0; i < plan.rounds(); i++) {
            for (var server : running.entrySet()) {
                var found = rounds.computeIfAbsent(server.getKey(), _ -> new HashMap<>());
                for (String generator : generators()) {
                    var work = work(generator, own, server.getValue().port(), plan, plan.seconds());
                    var round = round(server.getValue(), work);
                    found.computeIfAbsent(generator, _ -> new ArrayList<>()).add(round);
                }
            }
            progress.step();
        }
    }
    var found = new ArrayList<Found>();
    for (var server : running.entrySet()) {
        found.add(new Found(server.getKey(), rounds.get(server.getKey()), server.getValue().mebibytes()));
    }
    return found;
}

// %% [markdown]
// Behind each ratio the table prints how low and how high it may be. If that range contains 1.00, this run can't
// tell the two servers apart.

// %%
String ratio(Spread s) {
    return "%6.2f (%.2f to %.2f)".formatted(s.median(), s.lowest(), s.highest());
}

// %%
String row(Found f, String generator, Found base) {
    boolean limited = f.rounds().get(generator).stream().anyMatch(Round::generatorIsTheLimit);
    Spread cost = f.microseconds(generator);
    Spread rate = f.rate(generator);
    String costRatio = ratio(cost.dividedBy(base.microseconds(generator)));
    String rateRatio = ratio(rate.dividedBy(base.rate(generator)));
    return "%-16s %-17s %7.2f %s %9.0f%s %s %5.0f".formatted(f.name(), generator, cost.median(), costRatio,
            rate.median(), limited ? "*" : " ", rateRatio, f.mebibytes());
}

// %%
static final String HEAD = """
        server           load                  CPU   to caro_pig         requests    to caro_pig           MiB
                                        us/request                              /s""";

// %%
void show(List<Found> found, Path folder) throws IOException {
    var chart = new BarChart("Requests for a second of CPU (line: the range)", "", "thousand requests");
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
    var bar = new ProgressBarBuilder().setTaskName("rounds").setInitialMax(servers.size() + plan.rounds());
    try (ProgressBar progress = bar.build()) {
        for (var server : servers.entrySet()) {
            String first = GET + "Connection: close\r\n\r\n";
            running.put(server.getKey(), ServerUnderTest.start(first, server.getValue()));
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

            Compares caro_pig with Netty, Vert.x, the JDK's HttpServer and virtual threads, and with asyncio
            and Tornado if Python has them. The load comes from this book, and from wrk if it is installed.
            Run it in the checkout.

              --quick    takes a minute and is less exact
              --out DIR  where the chart goes, as SVG and PNG (default measured)
            """, args, a -> {
        if (!Files.exists(Path.of("jbang-catalog.json"))) {
            throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        }
        compareAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// In the folder of the checkout. It takes four minutes. With `--quick` it takes half a minute and only shows that
// everything works: its JVMs have hardly started to compile.
//
// ```console
// $ ./jbang measure_peers --help
// usage: measure_peers [--quick] [--out DIR]
// [...]
// ```

// %% tags=["active-ipynb"]
// servers().forEach((name, command) -> IO.println(name + ": " + String.join(" ", command)));

// %% [markdown]
// ## What it can't say
//
// One path, one small answer, one loop, one machine that also makes the load, and no network but loopback: no real
// server does only this. A server that parses JSON or waits for a database spends its time there, and this table
// says nothing about it. And the memory is what a JVM took because it was there: none was told to be small
// (exercise 2).
//
// ## Exercises
//
// 1. Give each client a new connection (`false` instead of `true` in `LoadOrder`, and `Connection: close` in the
//    request). Who gains, who loses?
// 2. Give every JVM 64 MiB of heap: `JAVA_TOOL_OPTIONS=-Xmx64m ./jbang measure_peers`. What becomes of the column
//    MiB, and what does it cost?
// 3. Add a peer of your own: print `server started on localhost:PORT`, answer `GET /index`, and name it in
//    `servers`.
