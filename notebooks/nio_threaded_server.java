// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/lesson/SilentCrowd.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import lesson.SilentCrowd;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Polling in a thread for each client
//
// [bio_threaded_server](bio_threaded_server.java) gave each client a thread that waits in `read`.
// [nio_server](nio_server.java) gave all clients one thread that polls. Those are two decisions: *who* waits for a
// client, and *how* it waits. What do you get from a thread for each client, if each thread polls?
//
// ```diagram
//   thread 'server'                      thread 'handler-1'
//   accept(), accept(), accept() ... --> Alice: read(), read(), read() ...
//              |
//              |                         thread 'handler-2'
//              +-----------------------> Bob: read(), read(), read() ...
// ```
//
// You wouldn't build a server like this, but the experiment separates two questions that are easy to mix up.

// %% [markdown]
// ## One client, one thread
//
// The handler looks like the one in `bio_threaded_server`, but `read` returns 0 while Alice is silent. Then the thread
// pauses for a moment and tries again.

// %%
void handle(SocketChannel conn, Runnable pause, LongAdder polls) {
    try (conn) {
        var text = new NetworkText();
        var buffer = ByteBuffer.allocate(1024);
        while (!Thread.currentThread().isInterrupted()) {
            polls.increment();
            int n = conn.read(buffer.clear());
            if (n < 0) break;
            if (n > 0) show(text.decode(buffer.flip()));
            else pause.run();
        }
        show(text.end());
    } catch (IOException e) {
        // The connection is broken: this client is gone, and the other threads don't notice.
    }
}

void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %% [markdown]
// ## The acceptor
//
// No thread sleeps in the kernel, so there's no set of open sockets to close when the server stops: `shutdownNow`
// interrupts the handlers, and each one sees that in its next round.

// %%
void serve(ServerSocketChannel listener, ThreadFactory threads, Runnable pause, LongAdder clients, LongAdder polls)
        throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    try (var handlers = Executors.newThreadPerTaskExecutor(threads)) {
        while (!Thread.currentThread().isInterrupted()) {
            polls.increment();
            SocketChannel conn = acceptor.accept();
            if (conn == null) {
                Thread.yield();
                continue;
            }
            String peer = Sockets.name(conn.getRemoteAddress());
            conn.configureBlocking(false);
            clients.increment();
            IO.println("client " + peer + " connected, waiting for its data");
            handlers.execute(() -> {
                IO.println("thread " + Thread.currentThread().getName() + " serves " + peer);
                handle(conn, pause, polls);
            });
        }
        handlers.shutdownNow();
    }
}

// %% [markdown]
// ## The pause between two polls
//
// A platform thread calls `Thread.yield`, which tells the kernel that another thread may run. A virtual thread runs on a
// platform thread, its *carrier*, and by default there's one carrier for each processor
// ([JEP 444](https://openjdk.org/jeps/444)). To pause, it *parks* for a nanosecond: it leaves its carrier until then.
// You'll see why below.

// %%
Server start(String host, int port, boolean virtual, boolean yielding) throws IOException {
    Thread.Builder kind = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    ThreadFactory threads = kind.name("handler-", 1).factory();
    Runnable pause = virtual && !yielding ? () -> LockSupport.parkNanos(1) : Thread::yield;
    var clients = new LongAdder();
    var polls = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, threads, pause, clients, polls),
            () -> "%,d clients, %,d polls".formatted(clients.sum(), polls.sum()));
}

// %% [markdown]
// ## A crowd that says nothing
//
// The silent clients and Bob are those of `bio_threaded_server`. This time Bob connects after a second of silence.

// %%
void crowd(Server server, int silent) throws IOException, InterruptedException {
    try (var crowd = new SilentCrowd(server, silent)) {
        Thread.sleep(1000);
        IO.println(silent + " silent clients, " + Thread.getAllStackTraces().size() + " platform threads");
        crowd.letBobSpeak();
    }
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            nio_threaded_server [host] [port] [--virtual] [--yield] [--silent COUNT]

            A server with a thread for every client; each thread polls its socket.

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8888)
              --virtual       virtual threads instead of platform threads
              --yield         one carrier, on which virtual threads yield instead of parking: a mistake
              --silent COUNT  let so many silent clients connect, and Bob, and stop
            """, args, a -> {
        if (a.has("--yield")) System.setProperty("jdk.virtualThreadScheduler.parallelism", "1");
        Server server = start(a.host(), a.port(8888), a.has("--virtual"), a.has("--yield"));
        if (!a.has("--silent")) return server;
        crowd(server, a.number("--silent", 0, 0, 1000));
        server.close();
        return server;
    });
}

// %% [markdown]
// ## Run it
//
// A hundred silent clients connect. Each of their threads polls without end, on our two processors. Will Bob get
// through?
//
// ```console
// $ ./jbang nio_threaded_server --silent 100
// server started on localhost:8888
// [...]
// 100 silent clients, [...] platform threads
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-101 serves 127.0.0.1:[...]
// hello from Bob
// Bob has been served
// server stopped: 101 clients, [...] polls
// ```
//
// He does, because the kernel shares the processors among the threads that have something to do
// ([sched(7)](https://man7.org/linux/man-pages/man7/sched.7.html)). So a long computation for Alice wouldn't stop him
// either. With `--virtual` he gets through as well, and there are fewer platform threads.
//
// What does it cost to wait for 500 clients that say nothing? `nio_server` keeps one core busy. Guess the other lines:
//
// | with 500 silent clients | CPU | threads of the operating system |
// | --- | --- | --- |
// | `nio_server` | 98% of one core | 19 |
// | `nio_threaded_server` | 199%, both cores | 520 |
// | `nio_threaded_server --virtual` | 198%, both cores | 24 |
// | [aio_server](aio_server.java), which asks the kernel who is ready | 0% | 19 |
//
// This is a machine with two processors, Linux and JDK 25, where the JVM has about 19 threads of its own. Virtual threads
// save threads of the operating system, as in `bio_threaded_server`, but they don't make a poll cheaper. To measure it in
// bash, wait after the first line until the server has started:
//
// ```sh
// ./jbang nio_threaded_server > /dev/null & PID=$!
// for i in $(seq 500); do exec {fd}<>/dev/tcp/localhost/8888; done     # 500 connections that send nothing
// grep Threads /proc/$PID/status; top -b -d 10 -n 2 -p $PID | tail -1  # %CPU is the ninth column
// ```

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, true, false)) {
//     crowd(server, 3);
// }

// %% [markdown]
// ## Why a virtual thread parks
//
// Let the virtual threads call `Thread.yield` too, on a single carrier. With one silent client, will Bob be served?
//
// ```console
// $ ./jbang nio_threaded_server --virtual --yield --silent 1
// server started on localhost:8888
// [...]
// 1 silent clients, [...] platform threads
// client 127.0.0.1:[...] connected, waiting for its data
// Bob has waited two seconds; the others leave
// thread handler-2 serves 127.0.0.1:[...]
// hello from Bob
// Bob has been served
// server stopped: 2 clients, [...] polls
// ```
//
// The server started a thread for Bob, but `handler-2` got no carrier before `handler-1` had ended. The JVM doesn't
// preempt a virtual thread: one that computes keeps its carrier until it parks, blocks or ends (JEP 444: the scheduler
// has no time sharing). And `Thread.yield` is only
// [a hint](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/lang/Thread.html#yield()). In JDK 25 a
// virtual thread that yields goes right back into a queue
// ([`afterYield`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/lang/VirtualThread.java)).
// A new thread waits in another queue, and a carrier stays with the queue where it found work while there is more
// ([`runWorker`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/util/concurrent/ForkJoinPool.java)).
//
// A thread that parks is in no queue until its time is up (`afterYield` again), so the carrier runs another thread
// meanwhile. The line that fixes it is `LockSupport.parkNanos(1)`.
//
// ## Two questions, four servers
//
// | | one thread for all clients | a thread for each client |
// | --- | --- | --- |
// | waits in `read` | `bio_server`: a silent client stops all others | `bio_threaded_server`: serves everybody, idle while nothing arrives |
// | polls | `nio_server`: serves everybody, one core is always busy | this chapter: serves everybody, all cores are always busy |
//
// A thread for each client keeps the clients from delaying one another (with virtual threads, as long as a carrier is
// free). If they wait in `read`, the server is idle. If they poll, a second thread only keeps a second core busy.
//
// ## What it still can't do
//
// This server can't be idle either. There are two ways out. Keep the threads and let each one wait in `read`;
// [virtual_thread_server](virtual_thread_server.java) holds a whole conversation that way. Or keep one thread, and
// find a call that waits for all clients at once; [io_multiplexing](io_multiplexing.java) finds three. But first,
// [nio_client](nio_client.java) looks at the other end of the connection.
//
// ## Exercises
//
// - Two threads for everybody: `./jbang exercise start nio_threaded_server_1`
// - A pause that grows: `./jbang exercise start nio_threaded_server_2`
