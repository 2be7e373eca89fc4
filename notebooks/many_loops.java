// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptEvent.java ../lib/aio/EventLoop.java ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/http/HttpServer.java ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.AcceptEvent;
import aio.EventLoop;
import aio.SleepEvent;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.HttpServer;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Many loops: every core
//
// A loop runs one thing at a time, so it keeps one core busy at most. Give each request of
// [caro_pig](caro_pig.java) 200 microseconds of computing, and it answers 5,000 of them a second, however many cores
// the machine has. How do we use the others? And what becomes of 'no locks', on which every chapter since
// [aio_server](aio_server.java) has relied?
//
// We don't put several threads into one loop. We start a whole loop for each core, and the loops share as little as
// possible. Such a loop, with all that only it touches, is called a **shard**. The HTTP server needs no new line for
// that: each shard has one of its own. But they want to listen on one port.
//
// ## One port, many listeners
//
// Two sockets can't listen on the same port, unless both have said beforehand that they don't mind. With the option
// `SO_REUSEPORT` ([socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html)), Linux lets any number of them
// listen, and gives each new connection to one of them.

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
// Does Linux take turns? No: it computes a hash of the client's address and port, so each connection goes to a loop at
// random. That makes two mistakes easy. With few connections, one loop may get most of them. And if you start the same
// server twice by accident, nobody says that the port is in use: each process gets half of the clients. So
// `Sockets.listenShared`, which opens the first listener, checks first whether the port is free.
//
// ## A message from loop to loop
//
// Each shard counts its own answers, and one of them is asked how many there were in all. It must not read the others'
// fields, because they belong to other threads. It has to ask.
//
// There's only one door into a loop that runs: `callSoonThreadsafe`. It puts a callback into the queue `incoming`, and
// wakes the loop if it sleeps. A message to a loop is such a callback, and the answer is a future that the callback
// completes. The callback completes it on the wrong thread, but a future takes that: it runs *its* callbacks, which
// resume our coroutine, on the loop that it belongs to. For a loop, `runInExecutor` does all of this with threads. And
// what is a loop that runs callbacks, if not an executor?

// %%
static <T> T on(EventLoop owner, Callable<T> question) throws Exception {
    return await(EventLoop.current().runInExecutor(owner::callSoonThreadsafe, question));
}

// %% [markdown]
// ## Shards
//
// `/count` asks each shard in turn. The other views answer alone. `/work` computes a checksum, for about 200
// microseconds.

// %%
class Shard {
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
            case "/loop" -> response.header("Connection", "close").write(name + "\n");
            case "/wait" -> { await(new SleepEvent(Duration.ofSeconds(1))); response.write(name + " waited\n"); }
            case "/work" -> response.write(checksum(new byte[300_000]) + "\n");
            case "/count" -> { response.write(count() + " answers before this one\n"); }
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
// `answers++` is no atomic operation, and needs none. If another loop asks, the question waits in `incoming` until the
// coroutine that runs now awaits something or ends.
//
// Two things remain: start all loops, and stop them. A loop runs on a virtual thread of its own, and the JVM has a
// platform thread for each core to carry those. So it's enough to start `runForever` on as many threads as there are
// loops. More loops than cores would only take turns.
//
// Where `SO_REUSEPORT` doesn't spread the connections (Windows doesn't have it; on macOS, the last listener gets them
// all), one loop accepts for everybody, and hands each connection over, in turn. A connection is an object like any
// other, so that's one more message.

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
        for (int turn = 0; ; turn++) {
            SocketChannel channel = await(connection);
            Shard shard = all.get(turn % all.size());
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
// To stop, each server ends its listener and its idle connections, and waits for the requests that are being answered,
// two seconds at most (`http.stop`). Only then does its loop stop. The last one ends the program.
//
// The library's [HttpLoops](../lib/aio/http/HttpLoops.java) is this class, grown up: it stops accepting before it stops
// the loops, so no connection is handed to a loop that has gone, and it stops all loops if one of them fails.

// %%
Server start(String host, int port, int loops, boolean handOver) throws IOException {
    var listener = Sockets.listenShared(host, port);
    var shards = new Shards(loops);
    if (handOver || !listener.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT))
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
// A thousand clients ask which loop they got. How even will it be? And why does `/count` say 1,000, when the answers to
// its own questions went through the same loops?
//
// ```console
// $ ./jbang ask --times 1000 http://localhost:8080/loop | sort | uniq --count
//     [...] loop 1
//     [...] loop 2
// $ ./jbang ask http://localhost:8080/count
// 1000 answers before this one
// ```
//
// When we ran it, loop 1 had 517 of them, and loop 2 had 483. A question from loop to loop isn't a request, so nobody
// counts it.
//
// (`/loop` closes its connection, so that each client needs a new one.)
//
// ```console server
// ^Cserver stopped: 1001 clients: [...] on loop 1, [...] on loop 2
// ```
//
// Try it once more: ask for `/wait`, which takes a second, and press Ctrl-C meanwhile. The client still gets its answer.
//
// With `--hand-over`, the loops get the same number of connections:
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
// ## A global counter, three ways
//
// `/count` asks each shard, and that's fine once a minute. What if each request needs the sum, for example to stop at a
// quota? Let two loops count to a million each. First, what does a plain field give that both of them increment?

// %%
class Counters {
    interface Way { long count(EventLoop owner) throws Exception; } // returns what it kept to itself

    static final int EACH = 1_000_000;
    static final int[] ONES = IntStream.generate(() -> 1).limit(1024).toArray(); // so that there's something to add up
    volatile long field;
    final AtomicLong atomic = new AtomicLong();
    long owned; // only the first loop touches it

    long field(EventLoop owner) {
        for (int i = 0; i < EACH; i++) field += ONES[i & 1023];
        return 0;
    }

    long atomic(EventLoop owner) {
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

    long own(EventLoop owner) {
        long sum = 0;
        for (int i = 0; i < EACH; i++) sum += ONES[i & 1023];
        return sum;
    }

    long total(Way way) throws Exception {
        var loops = List.of(new EventLoop(), new EventLoop());
        var sums = new LongAdder();
        var begun = new CountDownLatch(loops.size());
        var ended = new CountDownLatch(loops.size());
        for (EventLoop loop : loops) loop.createTask("count", () -> {
            begun.countDown();
            begun.await(); // blocks the loop, but for once that's what we want: both start together
            sums.add(way.count(loops.getFirst()));
            ended.countDown();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (EventLoop loop : loops) threads.execute(loop::runForever);
            ended.await();
            loops.forEach(EventLoop::stop);
        }
        loops.forEach(EventLoop::close);
        return sums.sum() + field + atomic.get() + owned;
    }
}

void counter(String name, Function<Counters, Counters.Way> way) throws Exception {
    for (int round = 1; ; round++) {
        var counters = new Counters();
        long start = System.nanoTime();
        long total = counters.total(way.apply(counters));
        double nanos = (double) (System.nanoTime() - start) / Counters.EACH;
        if (round < 5) continue; // the JIT compiler is still at work
        IO.println("%-26s %,11d %7.1f ns".formatted(name, total, nanos));
        return;
    }
}

void counters() throws Exception {
    counter("a volatile field", counters -> counters::field);
    counter("an AtomicLong", counters -> counters::atomic);
    counter("a message to its owner", counters -> owner -> counters.messages(owner, 1));
    counter("a message for a thousand", counters -> owner -> counters.messages(owner, 1000));
    counter("each loop its own", counters -> counters::own);
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
// The field loses nearly half: `field += 1` reads, adds, and writes, and between its read and its write, the other loop
// writes. `volatile` doesn't help, because each of the three is visible, but they aren't one. These are the other four, in
// nanoseconds that an addition takes (AMD EPYC virtual machine, two processors, JDK 25.0.3):
//
// | way | ns | what it costs |
// | --- | --: | --- |
// | an `AtomicLong` | 13 | One instruction, but both cores want the same cache line, and it travels back and forth. |
// | a message to its owner | 140 | An object, a queue that both use, and perhaps a system call that wakes the owner. |
// | a message for a thousand | 1 | The same, once for a thousand. The owner learns of them late. |
// | each loop its own | 1 | Nothing. Whoever wants the sum has to ask everybody. |
//
// What is shared costs. So first, don't share it: count for yourself, and add up when somebody asks. If somebody asks
// all the time, send batches. And for a counter alone, an atomic variable is simple and fast enough: 13 nanoseconds
// are nothing beside the 7 microseconds of a request.
//
// ## What a web framework shares
//
// [caro_pig](caro_pig.java) takes `--loops`, too. Its routes never change, and each loop has an HTTP client of its own.
// But `/stop` completes the oldest `/req`, no matter which loop that one is on, so all loops need one list of futures.
// For that, the list is a `ConcurrentLinkedQueue`, and nothing else is new: a future may be completed on any thread, and
// if two complete the same one, `complete` returns true to only one of them.
//
// ```console pig
// $ ./jbang caro_pig localhost 8082 --loops 2
// server started on localhost:8082
// ```
//
// ```console
// $ ./jbang ask localhost:8082/req | grep ok & until ./jbang ask localhost:8082/stop | grep ok; do :; done; wait
// ok
// ok
// ```
//
// ```console pig
// ^Cserver stopped: [...] clients
// ```
//
// ## What it brings
//
// | | one loop | two loops |
// | --- | --: | --: |
// | `/work`: requests a second | 4,800 | 8,600 |
// | `/index`: microseconds of CPU a request | 7.2 | 7.3 |

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, 2, true)) {
//     for (int i = 0; i < 4; i++) {
//         try (var in = URI.create("http://localhost:" + server.port() + "/loop").toURL().openStream()) {
//             IO.print(new String(in.readAllBytes()));
//         }
//     }
// }

// %% [markdown]
// ## What it still can't do
//
// A connection stays with its loop. If one request computes for a second, all clients of that loop wait, while the
// other loop may have nothing to do. The JVM could move a thread to another core, but not a connection to another loop.
// Computations still belong into an executor, see [tornado_future](tornado_future.java).
//
// And all loops live in one process, so one `OutOfMemoryError` ends them all, as does a restart.
//
// ## Exercises
//
// - Ask, don't read: `./jbang exercise start many_loops_1`
// - One crossing for many messages: `./jbang exercise start many_loops_2`
