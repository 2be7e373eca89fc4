// %%
//JAVA 25+
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/PeerMeasurement.java
import module java.base;
import script.Script;
import script.ScriptException;
import measure.PeerMeasurement;
import measure.Peers;

// %% [markdown]
// # Measured: the frameworks that people use
//
// [measure_servers](measure_servers.java) compared the servers of this book with each other, which says nothing about
// whether the last of them is any good. So how does [caro_pig](caro_pig.java) compare with what people use: Netty,
// Vert.x, the JDK's own HttpServer, blocking code on virtual threads, and Python's asyncio and Tornado?
//
// If `caro_pig` takes 1 unit of CPU for a request, how many will the others take? Write down a number for Netty, for
// the JDK's HttpServer, for virtual threads with blocking sockets, for asyncio with hardly any HTTP, and for Tornado.
// Each of them answers `GET /index` with `ok`, on 64 keep-alive connections.
//
// ```chart bars
// CPU time of a request, divided by caro_pig's in the same round
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server           this book's load   low   high    wrk   low   high
// caro_pig                     1.00  1.00   1.00   1.00  1.00   1.00
// Netty                        0.93  0.80   1.18   1.03  0.86   1.64
// Netty, io_uring              0.90  0.72   1.14   0.94  0.81   1.48
// Vert.x                       1.03  0.82   1.40   1.00  0.85   1.41
// JDK HttpServer               2.82  2.09   3.78   3.11  2.02   4.26
// virtual threads              1.04  0.76   1.30   1.08  0.84   1.44
// asyncio                      1.59  0.95   2.13   1.69  1.36   2.21
// tornado                     14.02  9.83  24.33  13.98  9.18  18.59
// ```
//
// - **`caro_pig` keeps up with Netty** on this work. But what keeps up isn't the loop of about 100 lines in
//   [event_loop](event_loop.java). It's the library: a loop, an HTTP parser, connections that close in good order, and a
//   framework, nearly four thousand lines of code without the comments:
//
// ```console
// $ cat lib/aio/*.java lib/aio/http/*.java lib/aio/web/*.java | grep -cvE '^ *(//|/?\*|$)'
// 3[...]
// ```
//
// - **`caro_pig` and Netty both read once and write once for each request.** Under `strace -f -c`, 7,072 requests took
//   7,264 `read` and 7,135 `write` in `caro_pig`, and 14,805 took 14,933 `recvfrom` and 14,868 `sendto` in Netty's native
//   transport. (`strace` looked a little longer than wrk counted.)
// - **On io_uring**, Netty hands the kernel many reads and writes in one call
//   ([io_uring_server](io_uring_server.java)). Its two transports run the same handler, so the difference between their
//   bars comes from the transport. It's small here, and the ranges overlap.
// - **Vert.x is built on Netty**, and stays close to it.
// - **Virtual threads with blocking sockets are close, too**, but that server checks next to nothing. If your work fits
//   that style, they're a good answer.
// - **The JDK's HttpServer takes a multiple**, here with a virtual thread for each request. We haven't measured why.
// - **Python's asyncio takes more** with hardly any HTTP, and Tornado, a whole framework, more than ten times as much.
//
// The same rounds, in microseconds:
//
// ```chart bars
// CPU time of a request, in microseconds
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server           this book's load     low    high     wrk     low    high
// caro_pig                     9.18    7.74   13.17    8.74    7.27   11.81
// Netty                        9.26    7.59   10.53    9.07    7.59   12.58
// Netty, io_uring              8.03    7.16   10.85    8.43    7.12   11.35
// Vert.x                       9.68    7.31   15.65    8.55    7.30   10.83
// JDK HttpServer              27.20   20.80   37.58   26.93   20.13   32.64
// virtual threads              9.98    7.93   13.40    9.92    8.01   10.80
// asyncio                     15.17   12.45   17.57   14.85   12.44   18.96
// tornado                    127.25  108.25  188.36  118.46  108.34  168.74
// ```
//
// Does that mean more requests? On one processor, yes: a server that takes half the CPU answers twice as many, until the
// load is the limit.
//
// ```chart bars
// Requests in a second
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server           this book's load     low     high      wrk     low     high
// caro_pig                 104,999*  75,036  125,038  109,797  84,701  136,207
// Netty                    105,940*  91,854  128,987  108,402  79,492  127,719
// Netty, io_uring          119,315*  88,298  134,532  109,612  85,700  139,111
// Vert.x                   101,607*  62,519  132,458  111,643  83,036  135,536
// JDK HttpServer             36,098  24,917   47,470   37,137  30,328   49,184
// virtual threads           97,559*  73,755  123,432   98,475  91,282  122,374
// asyncio                    64,834  55,113   78,558   66,678  52,736   79,612
// tornado                     7,789   5,308    9,192    8,452   5,867    9,230
//
// *: the load itself was the limit, so the server can do more
// ```
//
// ```chart bars
// Memory of the process after the rounds, in MiB
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// server           memory
// caro_pig            179
// Netty               197
// Netty, io_uring     200
// Vert.x              210
// JDK HttpServer      185
// virtual threads     161
// asyncio              23
// tornado              28
// ```
//
// No limit was set for the memory, and a JVM lets its heap grow before it collects garbage.
// `JAVA_TOOL_OPTIONS=-Xmx64m ./jbang measure_peers` sets a limit.

// %% [markdown]
// ## How it is measured
//
// ```diagram
//               processor 0                       processor 1
//   round 1     caro_pig           <-----------   a load of this book, then wrk
//               Netty              <-----------   the same
//               ...
//   round 2     caro_pig           <-----------   the same
// ```
//
// All servers run all the time, and the load goes around: one second for each server, twelve times. If the machine is
// busy for a while, that slows down all of them and not just one.
//
// - The **CPU time of a request** is the processor time of the server's process, user and system, all its threads,
//   divided by the requests that it answered.
// - The **ratio** is that time, divided by `caro_pig`'s in the same round.
// - A bar shows the **median** of the twelve rounds: half of them were lower, half higher. The line on it is the
//   **range**, from the lowest round to the highest. If the range of a ratio contains 1.00, the run can't tell the two
//   servers apart.
// - A star says that the load itself used its whole processor, so the server can do more. The CPU time of a request
//   hardly depends on that.
//
// Two generators make the load: [Load](../lib/measure/Load.java), and [wrk](https://github.com/wg/wrk), a program in C,
// if it's installed. They share no code, so where both find the same ratio, the ratio says something about the servers.
//
// Each peer is a short program, with one loop if it has loops. `VirtualThreadsPeer` and `asyncio_peer` have no HTTP
// library to build on. They split lines and check next to nothing, so they do less work than the others:
//
// ```console
// $ cat lib/measure/peers/VirtualThreadsPeer.java | wc -l
// 53
// ```
//
// The harness is [PeerMeasurement](../lib/measure/PeerMeasurement.java). It leaves out what the machine doesn't have:
// wrk, io_uring, Python, Tornado.

// %%
void main(String... args) throws Exception {
    Script.run("""
            measure_peers [--quick] [--write]

            Compares caro_pig with Netty, Vert.x, the JDK's HttpServer and virtual threads, and with asyncio
            and Tornado if Python has them. The load comes from this book, and from wrk if it is installed.
            Run it in the checkout.

              --quick  takes half a minute and is less exact
              --write  puts the tables into this chapter
            """, args, a -> {
        boolean inCheckout = Files.exists(Path.of("jbang-catalog.json"));
        if (!inCheckout) throw new ScriptException("run this in the checkout: it starts the servers with ./jbang");
        if (a.has("--quick") && a.has("--write"))
            throw new ScriptException("a quick run isn't exact enough for the page: leave out --quick or --write");
        PeerMeasurement.run(a.has("--quick"), a.has("--write"));
    });
}

// %% [markdown]
// ## Run it
//
// Run it in the folder of the checkout. It takes five minutes. With `--quick` it takes half a minute and only shows that
// everything works: those JVMs have hardly started to compile.
//
// ```console
// $ ./jbang measure_peers --help
// usage: measure_peers [--quick] [--write]
// [...]
// ```

// %% tags=["active-ipynb"]
// Peers.commands().forEach((name, command) -> IO.println(name + ": " + String.join(" ", command)));

// %% [markdown]
// ## What it can't say
//
// No real server does only this: one path, one small answer, one loop, and no network but loopback. A server that parses
// JSON or waits for a database spends its time there, and these charts say nothing about it.
//
// ## Exercises
//
// - From readings to a ratio: `./jbang exercise start measure_peers_1`
