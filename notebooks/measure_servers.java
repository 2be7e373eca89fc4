// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/LoadGenerator.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/ServerFigures.java
//SOURCES ../lib/measure/ServerUnderTest.java
import module java.base;
import script.Script;
import script.ScriptException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import measure.LoadGenerator;
import measure.LoadOrder;
import measure.LoadResult;
import measure.Machine;
import measure.ServerFigures;
import measure.ServerUnderTest;

// %% [markdown]
// # Measured: what each step bought
//
// The chapters so far made claims: polling keeps a processor busy, a selector doesn't, threads that wait cost little,
// coroutines read like blocking code. What did each step buy, in processor time, memory and latency, and what did it
// cost?
//
// ```diagram
//   processor 0                    processor 1
//   the server of a chapter  <---  the load: many clients on one loop of this book
//   (./jbang aio_server ...)       (a process of its own)
// ```
//
// Each server is started as you would start it. A request here is a whole conversation: the client connects, sends, ends
// its side, and reads until the server ends its own. Compare only servers of the same group, because the groups do
// different work:
//
// | group | the server's part of the conversation |
// | --- | --- |
// | only reads | prints what arrives, until the client ends its side |
// | four steps | reads, answers `ok`, reads again, ends its own side, and prints a line at each step |
// | HTTP | parses a request, checks it, finds its handler, answers |
//
// Even in the first group the work isn't quite the same: `event_loop` and `aio_coroutine_server` print one more line for
// each connection, and `nio_threaded_server` prints two more.
//
// ## What do you expect?
//
// Write down your guesses:
//
// 1. Which of the servers that only read uses the least CPU for a request, and which the most?
// 2. [aio_server](aio_server.java) and [aio_coroutine_server](aio_coroutine_server.java) do the same work, one with
//    a callback for each connection and one with a coroutine. How many times as much CPU do the coroutines take?
// 3. Three servers hold a conversation of four steps: [aio_callback_server](aio_callback_server.java) with callbacks,
//    [aio_future_server](aio_future_server.java) with coroutines on the same kind of loop, and
//    [virtual_thread_server](virtual_thread_server.java) in blocking code. How far apart are they?
// 4. How much CPU do 10,000 connections take that say nothing, and how big is the server's process then?

// %% [markdown]
// ## What came out
//
// One run of `./jbang measure_servers`, on a virtual machine with two processors (AMD EPYC), Linux 6.18,
// JDK 25.0.3. The rates, latencies and CPU are for 100 clients at once:
//
// | | CPU, us/request | requests/s | p50, ms | p99, ms | idle connections | MiB | idle CPU, % | slow client |
// | --- | --- | --- | --- | --- | --- | --- | --- | --- |
// | *only reads* | | | | | | | | |
// | nio_server | 48 (46 to 51) | 21,924* | 0.05 to 0.06 | 4.62 | 1,000 | 156 | 100 | 1.02 (1.00 to 1.05) |
// | nio_threaded_server | 180 (167 to 181) | 5,709 | 0.12 to 0.13 | 2.06 | 1,000 | 184 | 100 | 0.94 (0.87 to 0.96) |
// | aio_server | 30 (30 to 32) | 18,492* | 0.07 to 0.09 | 3.34 | 10,000 | 163 | 0 | 0.98 (0.94 to 1.03) |
// | event_loop | 49 (49 to 52) | 20,252* | 0.13 to 0.14 | 4.92 | 10,000 | 166 | 0 | 1.09 (0.97 to 1.17) |
// | aio_coroutine_server | 49 (49 to 49) | 19,686* | 0.10 to 0.10 | 2.77 | 10,000 | 163 | 0 | 1.00 (0.90 to 1.04) |
// | *four steps* | | | | | | | | |
// | aio_callback_server | 41 (38 to 42) | 19,723* | 0.08 to 0.08 | 1.28 | 10,000 | 158 | 0 | 1.01 (0.96 to 1.17) |
// | virtual_thread_server | 59 (58 to 60) | 16,647* | 0.08 to 0.11 | 1.77 | 10,000 | 162 | 0 | 1.22 (0.96 to 1.44) |
// | aio_future_server | 123 (119 to 126) | 8,179 | 0.18 to 0.20 | 3.76 | 10,000 | 263 | 0 | 1.01 (0.90 to 1.18) |
// | *HTTP* | | | | | | | | |
// | http_server | 50 (45 to 50) | 18,308* | 0.08 to 0.09 | 1.85 | 10,000 | 185 | 0 | 1.02 (0.55 to 1.28) |
// | tornado_future | 54 (48 to 58) | 17,214* | 0.09 to 0.11 | 3.38 | 10,000 | 177 | 0 | 0.92 (0.71 to 1.02) |
// | caro_pig | 50 (49 to 50) | 16,950* | 0.10 to 0.10 | 1.87 | 10,000 | 187 | 0 | 0.90 (0.52 to 1.33) |
//
// - **CPU**: the processor time of the server's process, user and system, divided by the requests it answered: the
//   median of the cheaper half of the rounds, with the range of that half.
// - **requests/s**: at full load. With a star, the load was the limit and not the server, so the rate is a lower bound.
// - **p50** and **p99**: the time within which 50 and 99 of 100 requests were answered, at half of that rate (the p50 of
//   both turns, the p99 of the better one).
// - **idle**: connections that say nothing; with them, the memory of the whole process and its CPU.
// - **slow client**: the rate with one client that stops in the middle of its first word, divided by the rate without
//   it: the median of all rounds, with their range.
//
// In four earlier runs on another machine 32 of 36 CPU figures were within 10 % of the middle one, and four were off
// by 11, 11, 21 and 40 %. So don't trust a difference in CPU below 10 %, or any difference that is seen only once.

// %% [markdown]
// ## What it says
//
// - **Polling uses a whole processor for nothing**, on one thread or on a thousand, with 1,000 connections that say
//   nothing. Where the kernel says who is ready, 10,000 of them use less than 1 %, and the process has 158 to 187 MiB
//   (263 in `aio_future_server`).
// - **Polling in a thread for each client costs most**: 180 microseconds a request, against 48 for polling on one
//   thread and 30 for a selector. (Which of the others answers the most requests, this run can't say: the load was the
//   limit.)
// - **Coroutines cost 19 microseconds more than callbacks where the server only reads**: 30 in `aio_server`, 49 in
//   `aio_coroutine_server`, which can't be told apart from [event_loop](event_loop.java). The table can't say how much
//   of that is the additional line, and how much the switches ([coroutine_cost](coroutine_cost.java)).
// - **In four steps, coroutines cost three times as much as callbacks**: 123 in `aio_future_server`, 41 in
//   `aio_callback_server`. The coroutines' loop runs on a platform thread, where a switch is expensive, and its `await`
//   switches at every step. (`event_loop` runs on a platform thread too, but its `await` polls first, and switches only
//   if nothing is there.)
// - **Blocking code on virtual threads costs about 1.4 times as much as callbacks**, 59 against 41.
// - **The three HTTP servers can't be told apart**, at 50 to 54 microseconds. Most of that is the connection, which is
//   new for every request: with connections that are kept, `caro_pig` takes 7 ([measure_peers](measure_peers.java)).
// - **One slow client stops nobody.** A server that waited for it would have a ratio of 0. But in two rows the rounds
//   differ by a factor of two or more, so a small effect wouldn't show.
// - **The latencies don't rank the servers**: half of the requests took a tenth of a millisecond, give or take as
//   much as two turns of one server can differ.

// %% [markdown]
// ## How it is measured
//
// Each server gets the request that belongs to its conversation:

// %%
static final String HELLO = "{\"send_msg\": \"hello\"}";

static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

static Map<String, String> servers() {
    var servers = new LinkedHashMap<String, String>();
    for (String name : List.of("nio_server", "nio_threaded_server", "aio_server", "event_loop",
            "aio_coroutine_server", "aio_callback_server", "virtual_thread_server", "aio_future_server")) {
        servers.put(name, HELLO);
    }
    servers.put("http_server", get("/index"));
    servers.put("tornado_future", get("/now"));
    servers.put("caro_pig", get("/index"));
    return servers;
}

// %% [markdown]
// All servers take their turn, and then all of them once more, because the machine isn't equally busy all the time.

// %%
record Plan(int turns, List<Integer> clients, double warmUp, double seconds, int rounds, List<Integer> idle) {
    static Plan full() {
        return new Plan(2, List.of(1, 10, 100), 2, 0.5, 3, List.of(1, 10, 100, 1000, 10_000));
    }

    static Plan quick() {
        return new Plan(1, List.of(10), 0.3, 0.3, 1, List.of(1, 100));
    }
}

// %% [markdown]
// First come requests: as many as the server can handle, and then half as many, for the latency. (A server at its limit
// has a queue, and the latency there mostly measures how long that queue is.)
//
// Each latency counts from the time when the request was *due*, not from when a client was free to send it.
// Otherwise one stall of a second would count once, for the one request that a client was waiting for, and not for
// the thousand that were due in that second and never sent. That mistake is called *coordinated omission*.
//
// Whatever else runs on the machine can only make requests slower and more expensive. That's why the table shows the
// cheaper half of the rounds and the better p99 (`lib/measure/ServerFigures.java` collects them).

// %%
LoadResult load(LoadGenerator generator, ServerUnderTest server, String request, int clients, double seconds,
        double rate) throws IOException {
    return generator.load(new LoadOrder(server.port(), false, request, clients, seconds, rate));
}

void loads(LoadGenerator generator, ServerUnderTest server, String request, Plan plan, ServerFigures found)
        throws IOException {
    load(generator, server, request, 10, plan.warmUp(), 0);
    for (int clients : plan.clients()) {
        for (int i = 0; i < plan.rounds(); i++) {
            Duration before = server.cpu();
            LoadResult full = load(generator, server, request, clients, plan.seconds(), 0); // 0: no limit
            double micros = server.cpu().minus(before).toNanos() / 1e3;
            found.addFull(clients, full, micros / full.requests());
        }
        double half = found.highestRate(clients) / 2;
        found.addHalf(clients, load(generator, server, request, clients, 1.4 * plan.seconds(), half));
    }
}

// %% [markdown]
// What does it cost the others if one client connects, begins to speak, and stops?

// %%
void withOneSlowClient(LoadGenerator generator, ServerUnderTest server, String request, Plan plan,
        ServerFigures found) throws IOException {
    for (int i = 0; i < plan.rounds(); i++) {
        double without = load(generator, server, request, 10, plan.seconds(), 0).rate();
        try (var slow = server.connect(1).getFirst()) {
            slow.write(ByteBuffer.wrap(request.substring(0, 3).getBytes()));
            found.addSlow(load(generator, server, request, 10, plan.seconds(), 0).rate() / without);
        }
    }
}

// %% [markdown]
// Last come the connections that say nothing, more and more of them, until opening them takes longer than three seconds
// or a thousand of them keep a processor busy. `ServerFigures.holdIdle` opens them.

// %%
void measure(LoadGenerator generator, String request, Plan plan, ServerFigures found) throws Exception {
    try (var server = ServerUnderTest.start(request, "./jbang", found.name(), "localhost", "0")) {
        loads(generator, server, request, plan, found);
        withOneSlowClient(generator, server, request, plan, found);
        if (!found.hasIdle()) found.holdIdle(server, plan.idle());
    }
}

void measureAll(Plan plan, Path folder) throws Exception {
    var all = servers().keySet().stream().map(name -> new ServerFigures(name)).toList();
    var bar = new ProgressBarBuilder().setTaskName("servers").setInitialMax(plan.turns() * all.size());
    try (var generator = new LoadGenerator(); ProgressBar progress = bar.build()) {
        for (int turn = 0; turn < plan.turns(); turn++) {
            for (ServerFigures found : all) {
                progress.setExtraMessage(" " + found.name());
                measure(generator, servers().get(found.name()), plan, found);
                progress.step();
            }
        }
    }
    IO.println(ServerFigures.HEAD);
    for (ServerFigures found : all) IO.println(found.row());
    IO.println("* the load itself was the limit\n" + Machine.describe());
    ServerFigures.draw(all, folder);
    IO.println("charts: " + folder);
}

void main(String... args) throws Exception {
    Script.run("""
            measure_servers [--quick] [--out DIR]

            Starts the server of each chapter in turn, puts a load on it, and shows a table and charts.
            Run it in the checkout.

              --quick    takes a minute and is less exact
              --out DIR  where the charts go, as SVG and PNG (default measured)
            """, args, a -> {
        boolean inCheckout = Files.exists(Path.of("jbang-catalog.json"));
        if (!inCheckout) throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        measureAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// Run it in the folder of the checkout. It takes six minutes and draws six charts. With `--quick` it takes a minute and
// only shows that everything works: those JVMs have hardly started to compile.
//
// ```console
// $ ./jbang measure_servers --help
// usage: measure_servers [--quick] [--out DIR]
// [...]
// ```

// %% tags=["active-ipynb"]
// servers().forEach((name, request) -> IO.println(name + ": " + request.lines().findFirst().orElse("")));

// %% [markdown]
// ## What it can't say
//
// Load and server share one machine, and loopback has no network in it. Every request opens a connection, which hides
// most of what differs between the web servers. And the servers are only compared with each other. Whether the best of
// them is any good is the question of `measure_peers`.
//
// ## Exercises
//
// - The second that counted once: `./jbang exercise start measure_servers_1`
