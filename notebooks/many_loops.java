// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptEvent.java ../lib/aio/EventLoop.java ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/http/HttpServer.java ../lib/lesson/LoopRace.java
//SOURCES ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.AcceptEvent;
import aio.EventLoop;
import aio.SleepEvent;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.HttpServer;
import lesson.LoopRace;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Many loops: every core
//
// A loop runs one thing at a time, so it keeps one core busy at most. Give each request of [caro_pig](caro_pig.java)
// 200 microseconds of computing, and it answers fewer than 5,000 of them a second, however many cores the machine has.
// An executor ([tornado_future](tornado_future.java)) can take over the computing, but accepting, parsing, and writing
// stay on one core. How do we use the others? And what becomes of 'no locks', on which every chapter since
// [aio_server](aio_server.java) has relied?
//
// We don't put several threads into one loop. We start a whole loop for each core, and the loops share as little as
// possible. Such a loop, with all that only it touches, is called a **shard** (Netty calls the loops together an event
// loop group). The HTTP server doesn't change: each shard has its own. But all of them have to listen on one port.
//
// ## One port, many listeners
//
// Two sockets can listen on one port only if the same user opens both, and sets the option `SO_REUSEPORT` on each before
// `bind` ([socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html)). Linux then gives each new connection to one
// of them.

// %%
List<ServerSocketChannel> siblings(ServerSocketChannel first, int count) throws IOException {
    var listeners = new ArrayList<>(List.of(first));
    while (listeners.size() < count) {
        var listener = ServerSocketChannel.open();
        listener.configureBlocking(false);
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        listeners.add(listener.bind(first.getLocalAddress(), Sockets.BACKLOG));
    }
    return listeners;
}

// %% [markdown]
// Does Linux take turns? No: it computes a hash of the addresses and ports of both sides, so each connection goes to a
// loop at random. That makes two mistakes easy. With few connections, one loop may get most of them. And if you start
// the same server twice by accident, nobody says that the port is in use: the two share your clients. So
// `Sockets.listenShared`, which opens the first listener, checks first whether the port is free.
//
// ## A message from loop to loop
//
// Each shard counts its own answers, and one of them is asked how many there were in all. It must not read the others'
// fields, because they belong to other threads. It has to ask.
//
// To run code on another loop, pass a callback to its `callSoonThreadsafe`, which queues it and wakes the loop if it
// sleeps. There the callback finds the answer, and completes a future. Any thread may complete a future of ours
// (asyncio's aren't thread-safe): its callbacks, which resume our coroutine, run on our own loop. `runInExecutor` already
// does all of this with threads. It takes any `Executor`, and `owner::callSoonThreadsafe` is one.
//
// ```diagram
//   a coroutine on loop 1                loop 2's queue              loop 2
//      |                                       |                       |
//      +-- callSoonThreadsafe(question) ------>|                       |
//      | awaits a future                       +-- in its next turn -->| runs the question
//      |                                       |                       |
//      |<-- the future's callback, by the queue of loop 1 -------------+ completes the future
//      | goes on with the answer               |                       |
// ```

// %%
static <T> T on(EventLoop owner, Callable<T> question) throws Exception {
    return await(EventLoop.current().runInExecutor(owner::callSoonThreadsafe, question));
}

// %% [markdown]
// ## Shards
//
// `/count` asks each shard in turn, and while one answers, the others go on. So its sum is exact only if nobody else is
// asking. The other views answer alone.

// %%
class Shard {
    static final byte[] DATA = new byte[300_000];
    final EventLoop loop = new EventLoop();
    final HttpServer http = new HttpServer(this::answer);
    final String name;
    final List<Shard> all; // never changes once the first loop runs
    long answers; // only this loop touches it

    Shard(String name, List<Shard> all) {
        this.name = name;
        this.all = all;
    }

    void answer(HttpRequest request, HttpResponse response) throws Exception {
        switch (request.path()) {
            case "/index" -> response.write("ok");
            case "/loop" -> response.header("Connection", "close").write(name + "\n"); // so each client connects anew
            case "/wait" -> { await(new SleepEvent(Duration.ofSeconds(1))); response.write(name + " waited\n"); }
            case "/work" -> response.write(checksum(DATA) + "\n"); // computes for about 200 microseconds
            case "/count" -> response.write(count() + " answers before this one\n");
            default -> response.status(404).write("404 not found\n");
        }
        answers++;
    }

    long count() throws Exception {
        long sum = 0;
        for (Shard shard : all) sum += on(shard.loop, () -> shard.answers);
        return sum;
    }

    static String checksum(byte[] data) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    void stop(Duration grace) {
        loop.callSoonThreadsafe(() -> loop.createTask("stop", () -> {
            http.stop(grace); // returns when the last connection has ended
            loop.stop();
        }));
    }
}

// %% [markdown]
// `answers++` isn't atomic and doesn't have to be. A question waits in the queue at least until the coroutine that runs
// now awaits something or ends.
//
// Two things remain: start all loops, and stop them. `runForever` blocks its caller, so each loop gets a virtual thread to
// call it. The loops themselves run on the JVM's carriers, of which there's one for each core. More loops than cores
// would only take turns.
//
// Elsewhere, one loop accepts for everybody, and hands the connections out in turn (Windows doesn't have the option, and
// macOS doesn't balance). A connection is an object like any other, so that's one more message for each.

// %%
class Shards {
    final List<Shard> all = new ArrayList<>();

    Shards(int count) {
        for (int i = 1; i <= count; i++) all.add(new Shard("loop " + i, all));
    }

    void spread(List<ServerSocketChannel> listeners) {
        for (int i = 0; i < all.size(); i++) {
            Shard shard = all.get(i);
            ServerSocketChannel listener = listeners.get(i);
            shard.loop.createTask("http server", () -> shard.http.serve(listener));
        }
    }

    void handOver(ServerSocketChannel listener) throws IOException {
        var connection = new AcceptEvent(listener);
        for (int turn = 0; ; turn = (turn + 1) % all.size()) {
            SocketChannel channel = await(connection);
            Shard shard = all.get(turn);
            shard.loop.callSoonThreadsafe(() -> shard.http.serve(channel));
        }
    }

    void run() throws Exception {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        for (Shard shard : all) threads.execute(shard.loop::runForever);
        try {
            new CountDownLatch(1).await(); // until Ctrl-C interrupts this thread
        } catch (InterruptedException e) {
            for (Shard shard : all) shard.stop(Duration.ofSeconds(2));
        }
        threads.close(); // waits until all loops have stopped
        for (Shard shard : all) shard.loop.close();
    }

    String summary() {
        return all.stream().mapToLong(shard -> shard.http.accepted()).sum() + " clients: "
                + all.stream().map(s -> s.http.accepted() + " on " + s.name).collect(Collectors.joining(", "));
    }
}

// %% [markdown]
// To stop, each server ends its idle connections, and waits for the requests that are being answered, two seconds at
// most (`http.stop`). Only then does its loop stop. The last one ends the program.
//
// > **Note.** A loop that has stopped doesn't answer, so a `/count` may be cut off.
//
// The library's [HttpLoops](../lib/aio/http/HttpLoops.java) does the same, and stops all loops if one of them fails. Where
// the kernel can't spread connections, it hands none over: all loops wait at the same listener, and a new connection goes
// to the loop that's first.

// %%
Server start(String host, int port, int loops, boolean handOver) throws IOException {
    var listener = Sockets.listenShared(host, port);
    var shards = new Shards(loops);
    if (handOver || !System.getProperty("os.name").equals("Linux"))
        shards.all.getFirst().loop.createTask("acceptor", () -> shards.handOver(listener));
    else
        shards.spread(siblings(listener, loops));
    return Server.start(host, listener, _ -> shards.run(), shards::summary);
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang many_loops --loops 2
// server started on localhost:8080
// ```
//
// A thousand clients ask which loop they got. How even will it be? And what will `/count` say then: 1,000, or 1,001?
//
// ```console
// $ ./jbang ask --times 1000 http://localhost:8080/loop | sort | uniq --count
//     [...] loop 1
//     [...] loop 2
// $ ./jbang ask http://localhost:8080/count
// 1000 answers before this one
// ```
//
// When we ran it, loop 1 had 517 of them, and loop 2 had 483. `/count` doesn't count itself, and the questions that it
// sends to the loops aren't requests.
//
// ```console server
// ^Cserver stopped: 1001 clients: [...] on loop 1, [...] on loop 2
// ```
//
// Start it again, ask for `/wait`, which takes a second, and press Ctrl-C meanwhile. The client still gets its answer.
//
// With `--hand-over`, loop 1 accepts for both. What are the numbers now?
//
// ```console turns
// $ ./jbang many_loops localhost 8081 --loops 2 --hand-over
// server started on localhost:8081
// ```
//
// ```console
// $ ./jbang ask --times 1000 http://localhost:8081/loop | sort | uniq --count
//     500 loop 1
//     500 loop 2
// ```
//
// ```console turns
// ^Cserver stopped: 1000 clients: 500 on loop 1, 500 on loop 2
// ```
//
// Hand-over is even, but it costs a message for each connection, and while loop 1 computes, nobody is accepted. With
// `SO_REUSEPORT`, a busy loop delays only the connections that it got.

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, 2, true)) {
//     for (int i = 0; i < 4; i++) {
//         try (var in = URI.create("http://localhost:" + server.port() + "/loop").toURL().openStream()) {
//             IO.print(new String(in.readAllBytes()));
//         }
//     }
// }

// %% [markdown]
// ## A global counter, three ways
//
// `/count` asks each shard, and that's fine once a minute. What if each request needs the sum, for example to stop at a
// quota? Let two loops count to a million each, in three ways: in an atomic variable, by messages to the loop that owns
// the number, and each for itself. But first: what will be in a field that both of them increment?

// %%
class Counters {
    static final int EACH = 1_000_000;
    static final int[] ONES = IntStream.generate(() -> 1).limit(1024).toArray(); // so that there's something to add up
    volatile long field;
    final AtomicLong atomic = new AtomicLong();
    long owned; // only the owner touches it

    long field() {
        for (int i = 0; i < EACH; i++) field += ONES[i & 1023];
        return 0;
    }

    long atomic() {
        for (int i = 0; i < EACH; i++) atomic.addAndGet(ONES[i & 1023]);
        return 0;
    }

    long messages(EventLoop owner, int batch) throws Exception {
        for (int i = 0; i < EACH; i += batch) {
            int sum = 0;
            for (int k = 0; k < batch; k++) sum += ONES[(i + k) & 1023];
            int add = sum;
            owner.callSoonThreadsafe(() -> owned += add);
            if (i % (1000 * batch) == 0) on(owner, () -> owned); // so that at most 1,000 are on their way
        }
        return on(owner, () -> 0L); // messages arrive in order, so all of ours have been counted
    }

    long own() {
        long sum = 0;
        for (int i = 0; i < EACH; i++) sum += ONES[i & 1023];
        return sum;
    }
}

void race(String name, LoopRace.Work<Counters> work) throws Exception {
    LoopRace.run(name, Counters.EACH, Counters::new, work, c -> c.field + c.atomic.get() + c.owned);
}

void counters() throws Exception {
    race("a volatile field", (c, owner) -> c.field());
    race("an AtomicLong", (c, owner) -> c.atomic());
    race("a message to its owner", (c, owner) -> c.messages(owner, 1));
    race("a message for a thousand", (c, owner) -> c.messages(owner, 1000));
    race("each loop its own", (c, owner) -> c.own());
}

void main(String... args) throws Exception {
    String usage = """
            many_loops [host] [port] [--loops N] [--hand-over] [--counters]

            A web server with a loop for each core: GET /index, /loop, /work, /wait, and /count.

              host         where to listen (default localhost)
              port         the port, 0 for any free one (default 8080)
              --loops      how many loops (default: one for each processor)
              --hand-over  one loop accepts for all, as where the kernel can't spread connections
              --counters   count with two loops in several ways, and stop
            """;
    if (List.of(args).contains("--counters")) Script.run(usage, args, _ -> counters());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8080),
            a.number("--loops", Runtime.getRuntime().availableProcessors(), 1, 64), a.has("--hand-over")));
}

// %% [markdown]
// ```console
// $ ./jbang many_loops --counters
// a volatile field           [...] ns
// an AtomicLong                2,000,000 [...] ns
// a message to its owner       2,000,000 [...] ns
// a message for a thousand     2,000,000 [...] ns
// each loop its own            2,000,000 [...] ns
// ```
//
// When we ran it, 1,150,486 was in the field. `field += 1` reads, adds, and writes, and between the read and the write
// of one loop, the other one writes. `volatile` makes each read and each write visible to the other thread. It doesn't
// make the three steps one. These are the nanoseconds that an addition takes a loop while the other one counts as well
// (AMD EPYC virtual machine, two processors, JDK 25.0.3):
//
// | way | ns | what it costs |
// | --- | --: | --- |
// | an `AtomicLong` | 7 | One instruction on x86, but both cores want the same cache line, and it travels back and forth. |
// | a message to its owner | 134 | An object, a queue that both use, and sometimes a system call that wakes the owner. (Half of the messages here go from the owner to itself.) |
// | a message for a thousand | about 1 | The same, once for a thousand. The owner learns of them late. |
// | each loop its own | about 1 | Nothing. Whoever wants the sum has to ask everybody. |
//
// Sharing costs. So count locally at first, and add up on request (`LongAdder` does that for threads). If requests are
// frequent, send batches. For one counter on two processors, an atomic variable will do: 7 nanoseconds are nothing next
// to the 7 microseconds of a request.
//
// ## What a web framework shares
//
// [caro_pig](caro_pig.java) takes `--loops`, too. Its routes never change, and each loop has an HTTP client of its own.
// But `/stop` completes the oldest `/req`, no matter which loop that one is on, so all loops need one list of futures.
// For that, the list is a `ConcurrentLinkedQueue`, and nothing else is new: a future may be completed on any thread, and
// if two complete the same one, `complete` returns true to only one of them.
//
// ## What it buys
//
// On an AMD EPYC virtual machine with two processors (JDK 25.0.3), `wrk -t1 -c32 -d4 http://localhost:8080/work` and the
// same with `-c64` and `/index` asked a server with one loop and one with two, in turns, and shared the processors with
// them. These are medians of nine rounds:
//
// | | one loop | two loops |
// | --- | --: | --: |
// | `/work`: requests a second | 5,021 | 9,937 |
// | `/work`: microseconds of CPU a request | 217 | 182 |
// | `/index`: requests a second | 84,901 | 84,684 |
// | `/index`: microseconds of CPU a request | 13.2 | 13.6 |
//
// With `/work`, two loops answer twice as many requests. wrk takes a fifth of a processor meanwhile, so you'd expect 1.8
// times as many; but a request also costs less CPU with two loops. (We haven't found out why.) With `/index`, the
// server alone would answer more, but wrk takes two thirds of a processor, and there's nothing left for a second loop.
// What the row does show is the price of sharding: the CPU of a request rises by 3 to 5%.
//
// ## Or just block
//
// With a virtual thread for each connection and blocking sockets, one listener uses every core, and no connection is tied
// to a loop. You'd need none of this. ([measure_peers](measure_peers.java) measures such a server; a request costs it 1.1
// times the CPU.) But then everything that two requests share needs a lock or an atomic variable, from the list of
// waiting requests to `answers++`.
//
// ## What it still can't do
//
// A connection stays with its loop. If one request computes for a second, all clients of that loop wait, while the
// other loop may have nothing to do. The JVM could move a thread to another core, but not a connection to another loop.
// Long computations still belong in an executor. And all loops are on one machine: if it goes down, everybody is out.
// [chat_cluster](chat_cluster.java) uses several.
//
// ## Exercises
//
// - Ask, don't read: `./jbang exercise start many_loops_1`
// - One crossing for many messages: `./jbang exercise start many_loops_2`
