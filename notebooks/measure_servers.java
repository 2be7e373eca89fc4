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
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                         median  low  high
// only reads
// nio_server                         64   49    98
// nio_threaded_server               296  243   579
// bio_threaded_server               267  223   329
// bio_threaded_server --virtual      61   48    82
// aio_server                         38   30    48
// event_loop                         62   49    74
// aio_coroutine_server               92   66    98
// four steps
// aio_callback_server                56   42    62
// virtual_thread_server              78   66    85
// aio_future_server                 138  123   176
// HTTP
// http_server                        76   60   130
// tornado_future                     81   52   137
// caro_pig                           73   53   139
// ```
//
// - **A platform thread for each client costs most**, whether it polls (`nio_threaded_server`) or blocks
//   (`bio_threaded_server`). A virtual one takes a fraction: the two bars of `bio_threaded_server` differ only in the
//   kind of thread. The operating system makes and schedules a platform thread, and the JVM a virtual one.
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
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                         CPU
// only reads
// nio_server                     100
// nio_threaded_server            102
// bio_threaded_server              0
// bio_threaded_server --virtual    0
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
// ```
//
// **Polling uses a whole processor for nothing**, on one thread or on a thousand. All the others wait in the kernel,
// which says who is ready or wakes the thread whose data has come, and use next to nothing.
//
// ```chart bars
// Memory of the process with idle connections, in MiB
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                         1,000 connections  10,000 connections
// only reads
// nio_server                                   154                   -
// nio_threaded_server                          204                   -
// bio_threaded_server                          204                 450
// bio_threaded_server --virtual                160                 160
// aio_server                                   163                 163
// event_loop                                   157                 174
// aio_coroutine_server                         162                 162
// four steps
// aio_callback_server                          155                 158
// virtual_thread_server                        158                 181
// aio_future_server                            163                 257
// HTTP
// http_server                                  168                 169
// tornado_future                               174                 174
// caro_pig                                     170                 170
// ```
//
// **A waiting platform thread costs memory, and a waiting callback or virtual thread hardly any.** Compare the two bars
// of each server: the difference is what 9,000 more connections cost. (It's resident memory, which includes what the
// JVM takes to start. A platform thread also reserves address space for its stack, which isn't in it. The servers that
// poll have no second bar: their processor is used up with 1,000. Why `aio_future_server` takes so much more than its
// neighbors, we haven't measured.)
//
// ## Latency
//
// ```chart bars log
// Latency at half of the full rate, in milliseconds
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                          p50   low  high   p99   low   high
// only reads
// nio_server                     0.08  0.08  0.31  5.42  4.64  32.10
// nio_threaded_server            0.22  0.20  0.69  8.09  7.61  18.55
// bio_threaded_server            0.22  0.21  0.22  6.03  0.69  25.94
// bio_threaded_server --virtual  0.11  0.09  0.11  4.23  1.49   4.27
// aio_server                     0.10  0.10  0.11  8.22  8.17   8.80
// event_loop                     0.14  0.13  0.17  4.97  2.50   6.12
// aio_coroutine_server           0.14  0.13  0.15  3.41  2.80   6.65
// four steps
// aio_callback_server            0.11  0.11  0.72  5.13  4.80  10.11
// virtual_thread_server          0.12  0.11  0.14  4.52  3.89  12.07
// aio_future_server              0.21  0.17  0.25  4.83  1.34  12.79
// HTTP
// http_server                    0.12  0.11  0.13  5.21  4.41   6.39
// tornado_future                 0.11  0.11  0.12  3.63  3.24  10.78
// caro_pig                       0.12  0.11  0.14  2.90  2.23   9.41
// ```
//
// **p50** is the time within which half of the requests were answered, and **p99** the time within which 99 of 100
// were. **Half of the requests take 0.1 or 0.2 milliseconds, whatever the server.** The p99 differs more from turn to
// turn than from server to server, as its ranges show, so the chart ranks nobody.
//
// ## How many requests, and one slow client
//
// ```chart bars
// Requests in a second, at full load
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                          median     low    high
// only reads
// nio_server                     15,317*  10,228  20,001
// nio_threaded_server              3,341   1,686   3,984
// bio_threaded_server              3,605   2,927   4,411
// bio_threaded_server --virtual  15,867*  11,942  20,305
// aio_server                     14,706*  12,053  18,431
// event_loop                     15,828*  13,316  20,260
// aio_coroutine_server           10,839*  10,108  14,445
// four steps
// aio_callback_server            16,606*  13,182  18,450
// virtual_thread_server          12,610*  11,138  14,668
// aio_future_server                7,231   5,552   8,058
// HTTP
// http_server                    12,967*   7,636  14,280
// tornado_future                 12,321*   7,200  17,654
// caro_pig                       13,426*   7,089  16,683
//
// *: the load itself was the limit, so the server can do more
// ```
//
// A star means that the load itself used its whole processor, so the bar says only that the server can do at least that
// much. Where there's no star, the server was the limit.
//
// ```chart bars
// Rate with one slow client, divided by the rate without it
// $ ./jbang measure_servers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server                         median   low  high
// only reads
// nio_server                       0.97  0.95  1.26
// nio_threaded_server              0.93  0.71  1.47
// bio_threaded_server              1.09  0.82  1.31
// bio_threaded_server --virtual    0.92  0.80  1.22
// aio_server                       1.11  0.86  1.26
// event_loop                       1.04  0.78  1.29
// aio_coroutine_server             0.96  0.79  1.18
// four steps
// aio_callback_server              1.17  0.91  1.31
// virtual_thread_server            1.02  0.91  1.19
// aio_future_server                1.00  0.74  1.52
// HTTP
// http_server                      0.98  0.62  1.25
// tornado_future                   1.05  0.60  1.51
// caro_pig                         0.97  0.51  1.42
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
