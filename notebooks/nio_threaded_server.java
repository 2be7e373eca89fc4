// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A thread for every client
//
// [nio_server](nio_server.java) keeps one processor core busy with clients that say nothing. Does it help to give each
// client a thread of its own? And does it matter whether these threads are virtual?
//
// ```diagram
//   thread 'server'                      thread 'handler-1'
//   accept(), accept(), accept() ... --> Alice: read(), read(), read() ...
//              |
//              |                         thread 'handler-2'
//              +-----------------------> Bob: read(), read(), read() ...
// ```
//
// We change only one thing: *who* waits for a client. *How* they wait stays the same. The sockets are non-blocking,
// and each thread polls its own. You wouldn't build a server like this, but the experiment separates two questions
// that are easy to mix up.

// %% [markdown]
// ## One client, one thread
//
// The code for one client reads from top to bottom, and what it remembers is in local variables. Remember that when
// we get to callbacks. An exception ends this thread and this connection only, and `try (conn)` closes the socket in
// any case.

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

// %%
void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %% [markdown]
// ## The acceptor
//
// The server's thread only accepts connections and hands them over. The executor starts a thread for each task. When the
// server stops, `shutdownNow` interrupts them all, and leaving the `try` waits until the last one has closed its socket.

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
// ## Platform or virtual
//
// A *platform thread* is a thread of the operating system, and the kernel schedules it. A *virtual thread* is an
// object of the JVM, with its stack on the heap. The JVM runs virtual threads on a few platform threads, their
// *carriers*, by default one for each processor ([JEP 444](https://openjdk.org/jeps/444)). Our handler's code is the
// same for both, except for its pause. A platform thread calls `Thread.yield`, which tells the kernel that another
// thread may run; a virtual thread parks for a nanosecond. You'll see why below.

// %%
ThreadFactory threads(boolean virtual) {
    Thread.Builder kind = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    return kind.name("handler-", 1).factory();
}

// %%
Server start(String host, int port, boolean virtual, boolean yielding) throws IOException {
    var clients = new LongAdder();
    var polls = new LongAdder();
    Runnable pause = virtual && !yielding ? () -> LockSupport.parkNanos(1) : Thread::yield;
    long started = System.nanoTime();
    return Server.start(host, Sockets.listen(host, port),
            listener -> serve(listener, threads(virtual), pause, clients, polls),
            () -> summary(clients.sum(), polls.sum(), started));
}

// %%
String summary(long clients, long polls, long started) {
    var cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return "%,d clients, %,d polls, %.1f s of CPU in %.1f s".formatted(
            clients, polls, cpu.toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
}

// %% [markdown]
// ## A crowd that says nothing
//
// These are the clients of our experiment. After a second of silence, Bob connects and waits for at most two seconds.
// If the server hasn't served him by then, he makes the others leave and waits again.

// %%
void crowd(Server server, int silent) throws IOException, InterruptedException {
    var others = new ArrayList<Socket>();
    for (int i = 0; i < silent; i++) others.add(new Socket(server.host(), server.port()));
    Thread.sleep(1000);
    IO.println(silent + " silent clients, " + Thread.getAllStackTraces().size() + " platform threads");
    try (var bob = new Socket(server.host(), server.port())) {
        bob.getOutputStream().write("hello from Bob".getBytes());
        bob.shutdownOutput();
        bob.setSoTimeout(2000);
        try {
            bob.getInputStream().read(); // returns when the server closes Bob's connection
        } catch (SocketTimeoutException e) {
            IO.println("Bob has waited two seconds; the others leave");
            for (Socket other : others) other.close();
            bob.setSoTimeout(0);
            bob.getInputStream().read();
        }
        IO.println("Bob has been served");
    } finally {
        for (Socket other : others) other.close();
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
// ```console server
// $ ./jbang nio_threaded_server
// server started on localhost:8888
// ```
//
// In another terminal:
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// The server prints which thread serves the client:
//
// ```console server
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-1 serves 127.0.0.1:[...]
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ^Cserver stopped: 1 clients, [...] polls, [...] s of CPU in [...] s
// ```
//
// Now a hundred silent clients. `nio_server` used one processor core, however many clients it had. Our machine has
// two. How much will a hundred threads use, and how many platform threads does the JVM have then?
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
// server stopped: 101 clients, [...] polls, [...] s of CPU in [...] s
// ```
//
// On our machine there were 108 platform threads, and the server used 2.2 s of CPU in 1.1 s (including the JVM's
// startup). Both cores were busy with clients that say nothing. What about virtual threads?
//
// ```console
// $ ./jbang nio_threaded_server --virtual --silent 100
// server started on localhost:8888
// [...]
// 100 silent clients, [...] platform threads
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-101 serves 127.0.0.1:[...]
// hello from Bob
// Bob has been served
// server stopped: 101 clients, [...] polls, [...] s of CPU in [...] s
// ```
//
// This time there were twelve platform threads, because the hundred handlers share two carriers. But the server again
// used 2.2 s of CPU in 1.1 s. Virtual threads are cheap to have, but they don't make a poll cheaper.

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, false, false)) {
//     crowd(server, 3);
// }

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, true, false)) {
//     crowd(server, 3);
// }

// %% [markdown]
// ## Why a virtual thread parks
//
// Let the virtual threads call `Thread.yield` too, and give them one carrier, so that the result is the same on every
// machine. One silent client is enough. Will Bob be served?
//
// ```console
// $ ./jbang nio_threaded_server --virtual --yield --silent 1
// server started on localhost:8888
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-1 serves 127.0.0.1:[...]
// 1 silent clients, [...] platform threads
// client 127.0.0.1:[...] connected, waiting for its data
// Bob has waited two seconds; the others leave
// thread handler-2 serves 127.0.0.1:[...]
// hello from Bob
// Bob has been served
// server stopped: 2 clients, [...] polls, [...] s of CPU in [...] s
// ```
//
// The server accepted Bob's connection and started a thread for him, but `handler-2` got no carrier before `handler-1` had
// ended. Two things come together here:
//
// - The JVM doesn't preempt a virtual thread. One that computes keeps its carrier until it parks, blocks or ends (JEP 444:
//   the scheduler has no time sharing).
// - `Thread.yield` is
//   [a hint](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/lang/Thread.html#yield()) that the
//   scheduler may ignore. In JDK 25 a virtual thread that yields goes
//   [right back into a queue](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/lang/VirtualThread.java)
//   (`afterYield`). A new thread waits in another queue, and a carrier stays with the queue where it found work
//   [while there is more](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/util/concurrent/ForkJoinPool.java)
//   (`runWorker`).
//
// A thread that parks is in no queue until its time is up, so the carrier runs another thread meanwhile. That's why
// the line that fixes it is `LockSupport.parkNanos(1)`. Platform threads don't need it, because the kernel shares the
// processors among them anyway.
//
// ## Who waits, and how
//
// | | one thread for all clients | a thread for each client |
// | --- | --- | --- |
// | waits in `read` | `nio_server --blocking`: a silent client stops all others | simple code, idle while nothing arrives |
// | polls | `nio_server`: serves everybody, one core is always busy | this chapter: serves everybody, all cores are always busy |
//
// A thread for each client changes who waits. It gives you a simple handler, and clients that don't delay one
// another. It doesn't reduce the cost of polling, and it even multiplies that cost, because now every core can poll.
//
// ## What it still can't do
//
// This server can't be idle either: it polls on all cores, where `nio_server` polls on one. There are two ways out,
// one for each question. You can keep the threads and change how they wait, so that each one sleeps in a blocking
// `read`. That's the corner of the table that we haven't built yet;
// [virtual_thread_server](virtual_thread_server.java) builds it. Or you can keep one thread and let the kernel say
// who is ready, which is what [aio_server](aio_server.java) does.
//
// ## Exercises
//
// 1. Remove the line in `main` that sets the number of carriers to one, and start with `--virtual --yield`. How many
//    silent clients does it take on your machine before nobody else is served?
// 2. Make the accepted sockets blocking, and remove the pause. How much CPU do 100 silent clients cost now, and what
//    does Ctrl-C need in order to work?
// 3. Limit the number of handlers to 100 with a `Semaphore`. What should the 101st client see?
