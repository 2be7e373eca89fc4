// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/LoadGenerator.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/PeerTable.java
//SOURCES ../lib/measure/Peers.java
//SOURCES ../lib/measure/ServerUnderTest.java
//SOURCES ../lib/measure/Wrk.java
import module java.base;
import script.Script;
import script.ScriptException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import measure.LoadGenerator;
import measure.LoadOrder;
import measure.LoadResult;
import measure.Machine;
import measure.PeerTable;
import measure.Peers;
import measure.ServerUnderTest;
import measure.Wrk;

// %% [markdown]
// # Measured: the frameworks that people use
//
// [measure_servers](measure_servers.java) compared the servers of this book with each other, which says nothing about
// whether the last of them is any good. So how does [caro_pig](caro_pig.java) compare with what people use: Netty,
// Vert.x, the JDK's own `HttpServer`, blocking code on virtual threads, and Python's asyncio and Tornado?
//
// Each of them answers the same request, `GET /index`, with `ok`, on 64 connections that are kept:
//
// ```diagram
//               processor 0                       processor 1
//   round 1     caro_pig           <-----------   a load of this book, then wrk
//               Netty              <-----------   the same
//               ...
//   round 2     caro_pig           <-----------   the same
// ```
//
// All servers run all the time, and the load goes around: one second for each, then again. So if the machine is busy for
// a while, that slows down all of them and not just one. Each peer is a short program in `lib/measure/peers`; those that
// have loops have one:
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
//
// ## What do you expect?
//
// If `caro_pig` takes 1 unit of CPU for a request, how many will the others take? Write down a number for Netty, for the
// JDK's `HttpServer`, for virtual threads with blocking sockets, for asyncio with hardly any HTTP, and for Tornado.

// %% [markdown]
// ## What came out
//
// One run of `./jbang measure_peers`, on a virtual machine with two processors (AMD EPYC), Linux 6.18, JDK 25.0.3;
// Netty 4.2.18, Vert.x 5.1.5, Python 3.11, Tornado 6.2, wrk 4.1:
//
// | | CPU, us: this book's load | to caro_pig | CPU, us: wrk | to caro_pig | requests/s: wrk | MiB |
// | --- | --- | --- | --- | --- | --- | --- |
// | caro_pig | 7.23 | 1.00 | 7.20 | 1.00 | 137,534 | 173 |
// | Netty | 6.93 | 0.96 | 6.95 | 0.97 | 141,593 | 193 |
// | Vert.x | 7.36 | 1.02 | 7.18 | 1.00 | 137,694 | 207 |
// | JDK HttpServer | 21.61 | 2.99 | 21.74 | 3.02 | 45,875 | 184 |
// | virtual threads | 7.91 | 1.09 | 7.89 | 1.10 | 125,402 | 157 |
// | asyncio | 12.67 | 1.75 | 12.15 | 1.69 | 81,776 | 23 |
// | Tornado | 103.63 | 14.33 | 105.48 | 14.65 | 9,435 | 28 |
//
// **CPU** is the processor time that a request costs the server: user and system, all its threads, divided by the
// requests that it answered. A second run gave ratios within 4 % of these, so don't trust a
// difference of less than 4 %.
//
// - **`caro_pig` keeps up with Netty** on this work: Netty takes 0.96 times its CPU under one load and 0.97 times under
//   the other, which is hardly a difference. But what keeps up isn't the loop of about 100 lines in
//   [event_loop](event_loop.java). It's the library: a loop, an HTTP parser, connections that close in good order, and a
//   framework, nearly four thousand lines of code without the comments:
//
// ```console
// $ cat lib/aio/*.java lib/aio/http/*.java lib/aio/web/*.java | grep -cvE '^ *(//|/?\*|$)'
// 3[...]
// ```
//
// - **Both read once and write once for each request.** That's what
//   `perf stat -e 'syscalls:sys_enter_*' -p PID sleep 2` counts while wrk sends its load: as many `read` as `write` in
//   `caro_pig`, and as many `recvfrom` as `sendto` in Netty's native transport.
// - **Vert.x can't be told apart from `caro_pig`**: 1.02 with one load, 1.00 with the other.
// - **Virtual threads with blocking sockets are close**: 1.1 times the CPU, although that server checks nothing.
//   If your work fits that style, they're a good answer.
// - **The JDK's `HttpServer` takes three times as much**, here with a virtual thread for each request. We haven't
//   measured why.
// - **Python's asyncio takes 1.7 times as much** with hardly any HTTP, and Tornado, a whole framework, about 14 times
//   as much.

// %% [markdown]
// ## How it is measured
//
// Two generators make the load: the one of this book, and [wrk](https://github.com/wg/wrk), a program in C, if it's
// installed. They share no code, so where both find the same ratio, the ratio says something about the servers.

// %%
static final String GET = "GET /index HTTP/1.1\r\nHost: localhost\r\n";

interface Work {
    LoadResult run(int port, double seconds) throws IOException;
}

Map<String, Work> loads(LoadGenerator own, int clients) {
    var loads = new LinkedHashMap<String, Work>();
    loads.put("this book's load",
            (port, seconds) -> own.load(new LoadOrder(port, true, GET + "\r\n", clients, seconds, 0)));
    if (Wrk.isInstalled()) {
        loads.put("wrk", (port, seconds) -> Wrk.load(port, "/index", clients, (int) Math.ceil(seconds)));
    } else {
        System.err.println("left out: the load by wrk, which is not installed");
    }
    return loads;
}

// %% [markdown]
// In one round, both loads go to one server. CPU a request hardly depends on how fast the load is. The requests a second
// do: if the load itself was the limit, a star says so, and that rate is a lower bound.

// %%
void round(String name, ServerUnderTest server, Map<String, Work> loads, double seconds, PeerTable table)
        throws IOException {
    for (var load : loads.entrySet()) {
        Duration before = server.cpu();
        LoadResult result = load.getValue().run(server.port(), seconds);
        if (result.requests() == 0 || result.failures() > 0) {
            throw new IOException(name + ": " + result.failures() + " requests were not answered");
        }
        double micros = server.cpu().minus(before).toNanos() / 1e3;
        table.add(load.getKey(), name, result, micros / result.requests());
    }
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

PeerTable compare(Map<String, ServerUnderTest> running, Plan plan, ProgressBar progress) throws Exception {
    var table = new PeerTable();
    try (var own = new LoadGenerator()) {
        var loads = loads(own, plan.clients());
        for (var server : running.entrySet()) {
            round(server.getKey(), server.getValue(), loads, plan.warmUp(), new PeerTable()); // isn't shown
        }
        for (int i = 0; i < plan.rounds(); i++) {
            for (var server : running.entrySet()) {
                round(server.getKey(), server.getValue(), loads, plan.seconds(), table);
            }
            progress.step();
        }
    }
    for (var server : running.entrySet()) table.addMemory(server.getKey(), server.getValue().mebibytes());
    return table;
}

// %% [markdown]
// The rest starts the servers and shows the table. `lib/measure/Peers.java` has the command for each server.
// It leaves out asyncio and Tornado if Python doesn't have them.
//
// Whatever else runs on the machine can only make a server slower and its requests more expensive. So
// `lib/measure/PeerTable.java` shows the median of the better half of the rounds. Next to each ratio it
// prints how low and how high that ratio may be. If that range contains 1.00, the run can't tell the two servers apart.

// %%
SequencedMap<String, List<String>> servers() throws InterruptedException {
    var servers = Peers.commands();
    servers.putFirst("caro_pig", List.of("./jbang", "caro_pig", "localhost", "0"));
    return servers;
}

void compareAll(Plan plan, Path folder) throws Exception {
    var running = new LinkedHashMap<String, ServerUnderTest>();
    var servers = servers();
    PeerTable table;
    var bar = new ProgressBarBuilder().setTaskName("rounds").setInitialMax(servers.size() + plan.rounds());
    try (ProgressBar progress = bar.build()) {
        for (var server : servers.entrySet()) {
            String first = GET + "Connection: close\r\n\r\n";
            String[] command = server.getValue().toArray(String[]::new);
            running.put(server.getKey(), ServerUnderTest.start(first, command));
            progress.step();
        }
        table = compare(running, plan, progress);
    } finally {
        for (var server : running.values()) server.close();
    }
    IO.println(table.text());
    IO.println("* the load itself was the limit\n" + Machine.describe());
    table.draw(folder);
    IO.println("chart: " + folder);
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_peers [--quick] [--out DIR]

            Compares caro_pig with Netty, Vert.x, the JDK's HttpServer and virtual threads, and with asyncio
            and Tornado if Python has them. The load comes from this book, and from wrk if it is installed.
            Run it in the checkout.

              --quick    takes half a minute and is less exact
              --out DIR  where the chart goes, as SVG and PNG (default measured)
            """, args, a -> {
        boolean inCheckout = Files.exists(Path.of("jbang-catalog.json"));
        if (!inCheckout) throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        compareAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// Run it in the folder of the checkout. It takes four minutes and draws a chart. With `--quick` it takes half a minute
// and only shows that everything works: those JVMs have hardly started to compile.
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
// No real server does only this: one path, one small answer, one loop, and no network but loopback. A server that parses
// JSON or waits for a database spends its time there, and this table says nothing about it. And the memory is what each
// JVM took without a limit; `JAVA_TOOL_OPTIONS=-Xmx64m ./jbang measure_peers` sets one.
//
// ## Exercises
//
// - From readings to a ratio: `./jbang exercise start measure_peers_1`
