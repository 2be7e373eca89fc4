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
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server           this book's load  low  high    wrk  low  high
// caro_pig                     1.00    -     -   1.00    -     -
// Netty                        0.96    -     -   0.97    -     -
// Netty, io_uring                 -    -     -      -    -     -
// Vert.x                       1.02    -     -   1.00    -     -
// JDK HttpServer               2.99    -     -   3.02    -     -
// virtual threads              1.09    -     -   1.10    -     -
// asyncio                      1.75    -     -   1.69    -     -
// tornado                     14.33    -     -  14.65    -     -
//
// -: not measured in this run
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
//   bars comes from the transport.
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
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server           this book's load  low  high     wrk  low  high
// caro_pig                     7.23    -     -    7.20    -     -
// Netty                        6.93    -     -    6.95    -     -
// Netty, io_uring                 -    -     -       -    -     -
// Vert.x                       7.36    -     -    7.18    -     -
// JDK HttpServer              21.61    -     -   21.74    -     -
// virtual threads              7.91    -     -    7.89    -     -
// asyncio                     12.67    -     -   12.15    -     -
// tornado                    103.63    -     -  105.48    -     -
//
// -: not measured in this run
// ```
//
// Does that mean more requests? On one processor, yes: a server that takes half the CPU answers twice as many, until the
// load is the limit.
//
// ```chart bars
// Requests in a second
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server           this book's load  low  high      wrk  low  high
// caro_pig                        -    -     -  137,534    -     -
// Netty                           -    -     -  141,593    -     -
// Netty, io_uring                 -    -     -        -    -     -
// Vert.x                          -    -     -  137,694    -     -
// JDK HttpServer                  -    -     -   45,875    -     -
// virtual threads                 -    -     -  125,402    -     -
// asyncio                         -    -     -   81,776    -     -
// tornado                         -    -     -    9,435    -     -
//
// -: not measured in this run
// ```
//
// ```chart bars
// Memory of the process after the rounds, in MiB
// $ ./jbang measure_peers
// 2 processors (AMD EPYC), Linux 6.18, Java 25.0.3
//
// server           memory
// caro_pig            173
// Netty               193
// Netty, io_uring       -
// Vert.x              207
// JDK HttpServer      184
// virtual threads     157
// asyncio              23
// tornado              28
//
// -: not measured in this run
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
