// %%
//JAVA 25+
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/ServerMeasurement.java
import module java.base;
import script.Script;
import script.ScriptException;
import measure.ServerMeasurement;
import measure.ServerMeasurement.Target;

// %% [markdown]
// # Measured: what each step bought
//
// The chapters so far made claims: polling keeps a processor busy, a selector doesn't, threads that wait cost little,
// coroutines read like blocking code. What did each step buy, in processor time, memory and latency, and what did it
// cost?
//
// Guess before you scroll: of the servers that only read, which uses the least CPU for a request, and which the most?
// How much more do coroutines take than callbacks? And what do 1,000 connections that say nothing cost?
//
// ## CPU for a request
//
// The charts have three groups. Compare a server only with the others in its group, because each group does different
// work. In the first group a server reads until the client ends its side. In the second it also answers `ok`, reads
// again, and prints each step. In the third it parses an HTTP request, finds its handler and answers.
//
// ```chart bars
// CPU time of a request with its own connection, in microseconds
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                         median  low  high
// only reads
// nio_server                         48   46    51
// nio_threaded_server               180  167   181
// bio_threaded_server                 -    -     -
// bio_threaded_server --virtual       -    -     -
// aio_server                         30   30    32
// event_loop                         49   49    52
// aio_coroutine_server               49   49    49
// four steps
// aio_callback_server                41   38    42
// virtual_thread_server              59   58    60
// aio_future_server                 123  119   126
// HTTP
// http_server                        50   45    50
// tornado_future                     54   48    58
// caro_pig                           50   49    50
//
// -: not measured in this run
// ```
//
// - **Polling in a thread for each client costs most.** In `nio_threaded_server`, every connection gets a platform
//   thread, and that thread spins until its client has spoken.
// - **A thread that blocks costs less than one that polls, and a virtual one less than a platform thread.**
//   `bio_threaded_server` starts a thread for each connection. Its two bars differ only in the kind of thread: the
//   operating system makes and schedules a platform thread, and the JVM a virtual one.
// - **Coroutines cost more than callbacks.** `aio_coroutine_server` does what `aio_server` does, with a coroutine for
//   each connection instead of a callback. It also prints one more line, so the chart can't say how much of the
//   difference comes from the switches ([coroutine_cost](coroutine_cost.java)).
// - **Where the loop runs matters more than that.** In the second group, `aio_future_server` takes a multiple of
//   `aio_callback_server`: its loop is on a platform thread, where a switch to a coroutine goes through the operating
//   system. Blocking code on virtual threads (`virtual_thread_server`) is between the two.
// - **The three HTTP servers are close together**, because most of their CPU goes into the connection, which is new for
//   every request. With keep-alive connections, `caro_pig` takes a fraction of it
//   ([measure_peers](measure_peers.java)).
//
// ## Connections that say nothing
//
// ```chart bars
// CPU for 1,000 connections that say nothing, in % of a processor
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                         CPU
// only reads
// nio_server                     100
// nio_threaded_server            100
// bio_threaded_server              -
// bio_threaded_server --virtual    -
// aio_server                       0
// event_loop                       0
// aio_coroutine_server             0
// four steps
// aio_callback_server              0
// virtual_thread_server            0
// aio_future_server                0
// HTTP
// http_server                      0
// tornado_future                   0
// caro_pig                         0
//
// -: not measured in this run
// ```
//
// **Polling uses a whole processor for nothing**, on one thread or on a thousand. All the others wait in the kernel,
// which says who is ready or wakes the thread whose data has come, and use next to nothing.
//
// ```chart bars
// Memory of the process with idle connections, in MiB
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                         1,000 connections  10,000 connections
// only reads
// nio_server                                   156                   -
// nio_threaded_server                          184                   -
// bio_threaded_server                            -                   -
// bio_threaded_server --virtual                  -                   -
// aio_server                                     -                 163
// event_loop                                     -                 166
// aio_coroutine_server                           -                 163
// four steps
// aio_callback_server                            -                 158
// virtual_thread_server                          -                 162
// aio_future_server                              -                 263
// HTTP
// http_server                                    -                 185
// tornado_future                                 -                 177
// caro_pig                                       -                 187
//
// -: not measured in this run
// ```
//
// **A waiting platform thread costs memory, and a waiting callback or virtual thread hardly any.** Compare the two bars
// of each server: the difference is what 9,000 more connections cost. (It's resident memory, which includes what the
// JVM takes to start. A platform thread also reserves address space for its stack, which isn't in it. The servers that
// poll have no second bar: their processor is used up with 1,000.)
//
// ## Latency
//
// ```chart bars log
// Latency at half of the full rate, in milliseconds
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                          p50   low  high   p99  low  high
// only reads
// nio_server                     0.06  0.05  0.06  4.62    -     -
// nio_threaded_server            0.13  0.12  0.13  2.06    -     -
// bio_threaded_server               -     -     -     -    -     -
// bio_threaded_server --virtual     -     -     -     -    -     -
// aio_server                     0.08  0.07  0.09  3.34    -     -
// event_loop                     0.14  0.13  0.14  4.92    -     -
// aio_coroutine_server           0.10  0.10  0.10  2.77    -     -
// four steps
// aio_callback_server            0.08  0.08  0.08  1.28    -     -
// virtual_thread_server          0.10  0.08  0.11  1.77    -     -
// aio_future_server              0.19  0.18  0.20  3.76    -     -
// HTTP
// http_server                    0.09  0.08  0.09  1.85    -     -
// tornado_future                 0.10  0.09  0.11  3.38    -     -
// caro_pig                       0.10  0.10  0.10  1.87    -     -
//
// -: not measured in this run
// ```
//
// **p50** is the time within which half of the requests were answered, and **p99** the time within which 99 of 100
// were. **Half of the requests take about a tenth of a millisecond, whatever the server.** The p99 differs more from
// turn to turn than from server to server, as its ranges show, so the chart ranks nobody.
//
// ## How many requests, and one slow client
//
// ```chart bars
// Requests in a second, at full load
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                          median  low  high
// only reads
// nio_server                     21,924*    -     -
// nio_threaded_server              5,709    -     -
// bio_threaded_server                  -    -     -
// bio_threaded_server --virtual        -    -     -
// aio_server                     18,492*    -     -
// event_loop                     20,252*    -     -
// aio_coroutine_server           19,686*    -     -
// four steps
// aio_callback_server            19,723*    -     -
// virtual_thread_server          16,647*    -     -
// aio_future_server                8,179    -     -
// HTTP
// http_server                    18,308*    -     -
// tornado_future                 17,214*    -     -
// caro_pig                       16,950*    -     -
//
// -: not measured in this run
// *: the load itself was the limit, so the server can do more
// ```
//
// A star means that the load itself used its whole processor, so the bar says only that the server can do at least that
// much. Where there's no star, the server was the limit.
//
// ```chart bars
// Rate with one slow client, divided by the rate without it
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server                         median   low  high
// only reads
// nio_server                       1.02  1.00  1.05
// nio_threaded_server              0.94  0.87  0.96
// bio_threaded_server                 -     -     -
// bio_threaded_server --virtual       -     -     -
// aio_server                       0.98  0.94  1.03
// event_loop                       1.09  0.97  1.17
// aio_coroutine_server             1.00  0.90  1.04
// four steps
// aio_callback_server              1.01  0.96  1.17
// virtual_thread_server            1.22  0.96  1.44
// aio_future_server                1.01  0.90  1.18
// HTTP
// http_server                      1.02  0.55  1.28
// tornado_future                   0.92  0.71  1.02
// caro_pig                         0.90  0.52  1.33
//
// -: not measured in this run
// ```
//
// **One slow client stops nobody.** It stops in the middle of its first word. A server that waited for it, as
// [bio_server](bio_server.java) would, would have a ratio of 0.

// %% [markdown]
// ## How it is measured
//
// ```diagram
//   processor 0                    processor 1
//   the server of a chapter  <---  the load: many clients on one loop of this book
//   (./jbang aio_server ...)       (a process of its own)
// ```
//
// Each server is started as you would start it. A request is a whole conversation: the client connects, sends, ends its
// side, and reads until the server ends its own.

// %%
static final String HELLO = "{\"send_msg\": \"hello\"}";

static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

static SequencedMap<String, List<Target>> servers() {
    var servers = new LinkedHashMap<String, List<Target>>();
    servers.put("only reads", Stream.of("nio_server", "nio_threaded_server", "bio_threaded_server",
            "bio_threaded_server --virtual", "aio_server", "event_loop", "aio_coroutine_server")
            .map(command -> new Target(command, HELLO)).toList());
    servers.put("four steps", Stream.of("aio_callback_server", "virtual_thread_server", "aio_future_server")
            .map(command -> new Target(command, HELLO)).toList());
    servers.put("HTTP", List.of(new Target("http_server", get("/index")),
            new Target("tornado_future", get("/now")), new Target("caro_pig", get("/index"))));
    return servers;
}

// %% [markdown]
// Every server has three turns, each in a new process, because two runs of one JVM are more alike than two JVMs. In a
// turn:
//
// 1. A warm-up of three seconds, so that the JVM has compiled what matters.
// 2. Three rounds with 100 clients at full load. The **CPU time of a request** is the processor time of the server's
//    process, user and system, divided by the requests that it answered.
// 3. One round at half of that rate, for the latency: a server at its limit has a queue, and the latency would be the
//    length of that queue. A latency counts from the time when the request was *due*, not from when a client was free to
//    send it. Otherwise one stall of a second would count once, for the one request that a client was waiting for, and
//    not for the thousand that were due in that second and never sent. That mistake is called *coordinated omission*.
// 4. Six rounds with ten clients: in every second one, a slow client is connected as well.
// 5. In the first turn, 1,000 and then 10,000 connections that say nothing.
//
// A bar shows the **median** of all rounds: half of them were lower, half higher. The line on it is the **range**, from
// the lowest round to the highest. If the ranges of two servers overlap, this run can't tell them apart; and even if
// they don't, don't trust a difference of less than 10%, because the next JVM may compile differently.
//
// The work of a group isn't quite the same: `event_loop` and `aio_coroutine_server` print one more line for each
// connection than `aio_server`, and the servers with threads print two more.
//
// The harness is [ServerMeasurement](../lib/measure/ServerMeasurement.java); its load is
// [Load](../lib/measure/Load.java).

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_servers [--quick] [--write]

            Starts the server of each chapter in turn, puts a load on it, and prints tables of what it found.
            Run it in the checkout.

              --quick  takes a minute and is less exact
              --write  puts the tables into this chapter, and one into the README's picture
            """, args, a -> {
        boolean inCheckout = Files.exists(Path.of("jbang-catalog.json"));
        if (!inCheckout) throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        if (a.has("--quick") && a.has("--write"))
            throw new ScriptException("a quick run isn't exact enough for the page: leave out --quick or --write");
        ServerMeasurement.run(servers(), a.has("--quick"), a.has("--write"));
    });
}

// %% [markdown]
// ## Run it
//
// Run it in the folder of the checkout. It takes ten minutes. With `--quick` it takes a minute and only shows that
// everything works: those JVMs have hardly started to compile.
//
// ```console
// $ ./jbang measure_servers --help
// usage: measure_servers [--quick] [--write]
// [...]
// ```

// %% tags=["active-ipynb"]
// servers().forEach((work, targets) -> IO.println(work + ": " + targets.stream().map(Target::command).toList()));

// %% [markdown]
// ## What it can't say
//
// Load and server share one machine, and loopback has no network in it. Every request opens a connection, which hides
// most of what differs between the web servers. And the servers are only compared with each other. Whether the best of
// them is any good is the question of [measure_peers](measure_peers.java).
//
// ## Exercises
//
// - The second that counted once: `./jbang exercise start measure_servers_1`
