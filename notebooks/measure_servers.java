// %%
//JAVA 25+
//DEPS me.tongfei:progressbar:0.10.2
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/LoadGenerator.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/ServerCharts.java
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
import measure.ServerCharts;
import measure.ServerUnderTest;
import measure.Spread;

// %% [markdown]
// # Measured: what each step bought
//
// Polling burns the processor, threads cost memory, a selector scales, coroutines read like blocking code: each
// chapter so far ended with a claim of that kind. What did each step buy, in processor time, memory and latency,
// and what did it cost?
//
// ```diagram
//   processor 0                    processor 1
//   the server of a chapter  <---  the load: many clients on one loop of this book
//   (./jbang aio_server ...)       (a process of its own)
// ```
//
// Each server is started as you would start it, and gets requests that it understands. A request here is a whole
// conversation: connect, send, end your side, read until the server ends its own. The servers fall into three
// groups, and only within a group do two of them do the same work:
//
// | group | the server's part of the conversation |
// | --- | --- |
// | only reads | prints what arrives, until the client ends its side |
// | four steps | reads, answers `ok`, reads again, ends its own side |
// | HTTP | parses a request, checks it, finds its handler, answers |

// %% [markdown]
// ## What do you expect?
//
// Write down your guesses before you look at the table:
//
// 1. Which of the servers that only read uses the least CPU for a request, and which answers the most requests a
//    second?
// 2. [aio_server](aio_server.java) and [aio_coroutine_server](aio_coroutine_server.java) do the same work, one with
//    a callback for each connection and one with a coroutine. How many times as much CPU do the coroutines take?
// 3. Three servers hold the same conversation of four steps: [aio_callback_server](aio_callback_server.java) with
//    callbacks, [aio_future_server](aio_future_server.java) with coroutines on the same kind of loop, and
//    [virtual_thread_server](virtual_thread_server.java) in blocking code. How far apart are they?
// 4. How much memory do 10,000 connections take that say nothing, and how much CPU?

// %% [markdown]
// ## What came out
//
// One run of `./jbang measure_servers`, on a virtual machine with two processors (Intel Xeon), Linux 6.18,
// JDK 25.0.3, which other programs also used now and then. In parentheses is the spread of the cheaper half of the
// rounds:
//
// | | CPU, us/request | requests/s | p50, ms | p99, ms | idle connections | their MiB | their CPU, % | first answer, s | slow client |
// | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
// | *only reads* | | | | | | | | | |
// | nio_server | 29 (29 to 30) | 34,037* | 0.03 | 6.0 | 1,000 | 155 | 100 | 0.83 | 0.99 |
// | nio_threaded_server | 111 (103 to 116) | 9,475 | 0.07 to 14 | 5.5 | 1,000 | 184 | 100 | 0.88 | 0.97 |
// | aio_server | 20 (19 to 24) | 28,832* | 0.06 to 0.07 | 0.9 | 10,000 | 159 | 0 | 0.83 | 1.02 |
// | event_loop | 31 (27 to 32) | 35,773* | 0.08 to 0.11 | 12 | 10,000 | 166 | 2 | 0.85 | 1.00 |
// | aio_coroutine_server | 32 (29 to 37) | 33,168* | 0.06 | 3.4 | 10,000 | 166 | 0 | 0.97 | 0.97 |
// | *four steps* | | | | | | | | | |
// | aio_callback_server | 28 (28 to 30) | 32,069* | 0.10 to 200 | 1.9 | 10,000 | 157 | 0 | 0.85 | 1.03 |
// | virtual_thread_server | 35 (35 to 36) | 28,220* | 0.06 to 13 | 0.8 | 10,000 | 158 | 0 | 0.86 | 1.00 |
// | aio_future_server | 83 (82 to 83) | 12,117 | 0.12 | 1.5 | 10,000 | 299 | 0 | 0.92 | 1.02 |
// | *HTTP* | | | | | | | | | |
// | http_server | 31 (30 to 31) | 30,221* | 0.06 to 0.07 | 0.6 | 10,000 | 169 | 0 | 1.04 | 1.09 |
// | tornado_future | 31 (30 to 31) | 29,593* | 0.06 to 0.07 | 0.2 | 10,000 | 172 | 0 | 1.10 | 0.98 |
// | caro_pig | 30 (30 to 32) | 29,684* | 0.07 to 0.10 | 0.9 | 10,000 | 195 | 0 | 1.07 | 0.97 |
//
// - **CPU**: the processor time of the server's process, all threads, user and system, divided by the requests it
//   answered. CPU, rates and latencies are for 100 clients at once.
// - **requests/s** at full load. A star means that the load was the limit and not the server: that rate is a lower
//   bound.
// - **p50** and **p99**: the time within which 50 and 99 of 100 requests were answered, at half of the full load.
// - **slow client**: the rate with one client that stops in the middle of its first word, divided by the rate
//   without it.
//
// In four earlier runs on another machine 32 of 36 CPU figures were within 10 % of the middle one, and four were off
// by 11, 11, 21 and 40 %. So don't trust a difference in CPU below 10 %, or any difference that is seen only once. The
// p50 of 200 ms is such a case: in one of its two turns the machine was busy with something else.

// %% [markdown]
// ## What it says
//
// - **Polling uses a whole processor for nothing.** `nio_server` does so with 1,000 connections that say nothing,
//   and a thousand threads that poll do so too. With a selector 10,000 silent connections use 2 % at the most, and
//   157 to 195 MiB for the whole JVM (299 in `aio_future_server`).
// - **Threads that poll are the worst of both**: 111 microseconds a request, against 29 for polling on one thread
//   and 20 for a selector.
// - **Coroutines instead of callbacks cost 12 microseconds where the server only reads**: 20 in `aio_server`, 32 in
//   `aio_coroutine_server`. A loop of coroutines runs on a virtual thread because switches are cheap there
//   ([coroutine_cost](coroutine_cost.java)), but `select` isn't. Exercise 3 shows how much of the difference that is.
// - **The loop of [event_loop](event_loop.java) and the library's cost the same**: 27 to 32 and 29 to 37. What the
//   library adds doesn't show here.
// - **In the four-step conversation the coroutines cost three times as much**: 28 in `aio_callback_server`, 83 in
//   `aio_future_server`. Its loop runs on a platform thread and its coroutines on virtual ones, so each switch goes
//   through the operating system.
// - **Virtual threads with blocking code cost a quarter more than callbacks**, 35 against 28, and far less than
//   coroutines on the wrong thread.
// - **HTTP adds nothing that shows**: the three servers that parse, check and route take 30 to 31 microseconds,
//   against 32 in `aio_coroutine_server`, which only reads. Most of that is the connection, which is new for every
//   request: with connections that are kept, `caro_pig` takes 6 ([measure_peers](measure_peers.java)).
// - **One slow client holds up nobody.** Every ratio is within 9 % of 1.
// - **The latencies don't rank the servers.** p50 is rounded to 0.01 ms, so 0.06 and 0.07 may be the same figure.
//   The p99 of a run of less than a second rests on a few dozen requests, and the next run has others.

// %% [markdown]
// ## How it is measured
//
// Each server gets the request that belongs to its conversation:

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
    for (String name : List.of("event_loop", "aio_coroutine_server")) servers.put(name, HELLO);
    var fourSteps = List.of("aio_callback_server", "virtual_thread_server", "aio_future_server");
    for (String name : fourSteps) servers.put(name, HELLO);
    servers.put("http_server", get("/index"));
    servers.put("tornado_future", get("/now"));
    servers.put("caro_pig", get("/index"));
    return servers;
}

// %% [markdown]
// All servers take their turn, and then all of them once more, because no two runs of a JVM compile the same code
// and the machine isn't equally busy all the time. `--quick` does less of everything, to see that it works.

// %%
record Plan(int turns, List<Integer> idle, List<Integer> clients, double warmUp, double seconds, int rounds,
        Duration look) {
    static Plan full() {
        var idle = List.of(1, 10, 100, 1000, 10_000);
        return new Plan(2, idle, List.of(1, 10, 100), 2, 0.5, 3, Duration.ofMillis(600));
    }

    static Plan quick() {
        return new Plan(1, List.of(1, 100), List.of(10), 0.3, 0.3, 1, Duration.ofMillis(200));
    }
}

// %% [markdown]
// First come the connections that say nothing. A row ends early if opening the connections takes longer than three
// seconds, or if the server uses a whole processor for a thousand or more of them.

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
        // The server takes no more connections: the row ends here.
    } finally {
        for (var channel : open) channel.close();
    }
}

// %% [markdown]
// Then requests: as many as the server can handle, and after that half as many, for the latency. A server at its
// limit has a queue, and the latency at the limit mostly measures the length of that queue.
//
// Each latency counts from the time when the request was *due*, not from when a client was free to send it.
// Otherwise one stall of a second would count once, for the one request that a client was waiting for, and not for
// the thousand that were due in that second and never sent. That mistake is called *coordinated omission*.
//
// Anything else that runs on the machine can only make a server slower. So the CPU in the table is the median of
// the cheaper half of the rounds, printed with the range of that half, and the p99 is the better one of the two
// turns.

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

    Spread p50() {
        return Spread.of(halves.stream().map(LoadResult::p50).toList());
    }
}

// %%
LoadResult load(LoadGenerator generator, ServerUnderTest server, String request, int clients, double seconds,
        double rate) throws IOException {
    return generator.load(new LoadOrder(server.port(), false, request, clients, seconds, rate));
}

// %%
void loads(LoadGenerator generator, ServerUnderTest server, String request, Plan plan,
        Map<Integer, Served> found) throws IOException {
    load(generator, server, request, 10, plan.warmUp(), 0);
    for (int clients : plan.clients()) {
        Served served = found.computeIfAbsent(clients, _ -> Served.nothing());
        for (int i = 0; i < plan.rounds(); i++) {
            Duration before = server.cpu();
            served.limits().add(load(generator, server, request, clients, plan.seconds(), 0));
            double micros = server.cpu().minus(before).toNanos() / 1e3;
            served.microseconds().add(micros / served.limits().getLast().requests());
        }
        double half = served.limit().rate() / 2;
        served.halves().add(load(generator, server, request, clients, 1.4 * plan.seconds(), half));
    }
}

// %% [markdown]
// And what does it cost the others if one client connects, begins to speak, and stops? The rate with that client is
// divided by the rate without it, in turns.

// %%
void withOneSlowClient(LoadGenerator generator, ServerUnderTest server, String request, Plan plan,
        List<Double> ratios) throws IOException {
    for (int i = 0; i < plan.rounds(); i++) {
        double without = load(generator, server, request, 10, plan.seconds(), 0).rate();
        try (var slow = server.connect(1).getFirst()) {
            slow.write(ByteBuffer.wrap(request.substring(0, 3).getBytes()));
            ratios.add(load(generator, server, request, 10, plan.seconds(), 0).rate() / without);
        }
    }
}

// %%
record Measured(String name, List<Double> secondsToAnswer, List<Idle> idle, SortedMap<Integer, Served> served,
        List<Double> slow) {
    static Measured nothing(String name) {
        return new Measured(name, new ArrayList<>(), new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
    }
}

// %%
void measure(LoadGenerator generator, String request, Plan plan, Measured found) throws Exception {
    ServerUnderTest.build(found.name());
    try (var server = ServerUnderTest.start(request, "./jbang", found.name(), "localhost", "0")) {
        found.secondsToAnswer().add(server.secondsToAnswer());
        loads(generator, server, request, plan, found.served());
        withOneSlowClient(generator, server, request, plan, found.slow());
        if (found.idle().isEmpty()) hold(server, plan, found.idle());
    }
}

// %% [markdown]
// The table shows a range for each figure that this chapter compares: the CPU of a request, the p50 of both turns,
// and the ratio with a slow client.

// %%
String range(Spread s, int digits) {
    String number = "%." + digits + "f";
    return (number + " (" + number + " to " + number + ")").formatted(s.median(), s.lowest(), s.highest());
}

// %%
String turns(Spread s) {
    return "%.2f to %.2f".formatted(s.lowest(), s.highest());
}

// %%
String row(Measured m) {
    var idle = m.idle().getLast();
    var served = m.served().get(m.served().lastKey());
    double percent = 100 * idle.processors();
    String silent = "%6d %5.0f %4.0f".formatted(idle.connections(), idle.mebibytes(), percent);
    String limited = served.limit().generatorIsTheLimit() ? "*" : " ";
    return "%-21s %5.2f %s %7.0f%s %15s %16s %7.2f %20s".formatted(
            m.name(), Collections.min(m.secondsToAnswer()), silent, served.limit().rate(), limited,
            range(served.cost(), 0), turns(served.p50()), served.half().p99(), range(Spread.of(m.slow()), 2));
}

// %%
static final String HEAD = """
        server                first   idle   MiB  CPU     req             CPU              p50     p99          slow client
                              answer  conns          %      /s      us/request               ms      ms                ratio""";

// %%
void draw(List<Measured> all, Path folder) throws IOException {
    var charts = new ServerCharts();
    for (Measured m : all) {
        String name = m.name();
        for (Idle i : m.idle()) charts.addIdle(name, i.connections(), i.mebibytes(), i.processors());
        m.served().forEach((clients, s) -> charts.addServed(name, clients, s.limit(), s.half(), s.cost()));
        charts.addOnce(name, Spread.of(m.secondsToAnswer()), Spread.of(m.slow()));
    }
    charts.write(folder);
}

// %%
void measureAll(Plan plan, Path folder) throws Exception {
    var all = new ArrayList<Measured>();
    for (String name : servers().keySet()) all.add(Measured.nothing(name));
    var bar = new ProgressBarBuilder().setTaskName("servers").setInitialMax(plan.turns() * all.size());
    try (var generator = new LoadGenerator(); ProgressBar progress = bar.build()) {
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

            Starts the server of each chapter in turn, puts a load on it, and shows a table and charts.
            Run it in the checkout.

              --quick    takes a minute and is less exact
              --out DIR  where the charts go, as SVG and PNG (default measured)
            """, args, a -> {
        if (!Files.exists(Path.of("jbang-catalog.json"))) {
            throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        }
        measureAll(a.has("--quick") ? Plan.quick() : Plan.full(), Path.of(a.text("--out", "measured")));
    });
}

// %% [markdown]
// ## Run it
//
// In the folder of the checkout. The full run takes 5 minutes and draws seven charts. The short one shows that
// everything works; its figures come from JVMs that have hardly started to compile.
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
// Load and server share one machine and its memory, and loopback has no network in it. Every request opens a
// connection, so the cost of the connection hides most of what differs between the web servers. And these servers
// are only compared with each other: whether the best of them is any good is the question of `measure_peers`.
//
// ## Exercises
//
// 1. Add `nio_threaded_server --virtual`. What changes with 1,000 idle connections?
// 2. Let the clients keep their connection (`true` instead of `false` in `load`, and a request without `Connection:
//    close`) with the web servers. What becomes of the CPU of a request, and why?
// 3. Let `Server` in `lib/script` run its body on a virtual thread. On another machine (AMD EPYC) `aio_future_server`
//    then fell from 121 to 70 microseconds a request, and `aio_callback_server` rose from 40 to 70. Why does one gain
//    and the other lose?
