// %%
//JAVA 25+
//SOURCES ../lib/lesson/ProcessStatus.java
//SOURCES ../lib/lesson/SilentClients.java
//SOURCES ../lib/lesson/SilentCrowd.java
//SOURCES ../lib/script/BlockingAcceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import lesson.ProcessStatus;
import lesson.SilentClients;
import lesson.SilentCrowd;
import script.BlockingAcceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A thread for each client
//
// [bio_server](bio_server.java) serves one client at a time, because its only thread waits in that client's `read`. Let's
// start a thread for each client. How far does that get us: to ten clients, or to ten thousand?
//
// ```diagram
//   thread 'server'                      thread 'handler-1'
//   accept(), accept(), accept() ... --> Alice: read() waits
//              |
//              |                         thread 'handler-2'
//              +-----------------------> Bob: read() returns hello, read() waits
// ```

// %% [markdown]
// ## One client
//
// The code for one client is the same as in `bio_server`. What it knows about the client is in local variables, and an
// exception ends only this client's thread.
//
// `open` is the set of the sockets that Ctrl-C has to close. A handler adds its socket and then looks at the listening
// socket; `stop` closes the listening socket and then goes through the set. In this order, no socket is missed.

// %%
void handle(Socket conn, ServerSocket listener, Set<Socket> open) {
    open.add(conn);
    try (conn) {
        if (listener.isClosed()) return;
        var text = new NetworkText();
        var bytes = new byte[1024];
        InputStream in = conn.getInputStream();
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) show(text.decode(ByteBuffer.wrap(bytes, 0, n)));
        show(text.end());
    } catch (IOException e) {
        // The connection is broken, or the server stops: this client is gone.
    } finally {
        open.remove(conn);
    }
}

void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

void stop(ServerSocket listener, Set<Socket> open) {
    try {
        listener.close();
        for (Socket conn : open) conn.close();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

// %% [markdown]
// ## The acceptor
//
// The server's thread only accepts, and hands each connection to an `ExecutorService`. The `try` ends when every handler
// has ended.

// %%
void serve(ServerSocket listener, ExecutorService handlers, Set<Socket> open, LongAdder clients) {
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    try (handlers) {
        for (Socket conn = acceptor.accept(); conn != null; conn = acceptor.accept()) {
            Socket client = conn;
            String peer = Sockets.name(client.getRemoteSocketAddress());
            clients.increment();
            IO.println("client " + peer + " connected, waiting for its data");
            handlers.execute(() -> {
                IO.println("thread " + Thread.currentThread().getName() + " serves " + peer);
                handle(client, listener, open);
            });
        }
    }
}

// %% [markdown]
// ## Platform or virtual: one line
//
// A *platform thread* is a thread of the operating system: the kernel schedules it and keeps a stack for it. A *virtual
// thread* is an object of the JVM, which runs many of them on a few platform threads
// ([JEP 444](https://openjdk.org/jeps/444)). Both are a `Thread`, and a handler doesn't notice the difference. The two
// versions of our server differ only in the first line of `threads`.

// %%
ThreadFactory threads(boolean virtual) {
    Thread.Builder kind = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    return kind.name("handler-", 1).factory();
}

Server start(String host, int port, ExecutorService handlers) throws Exception {
    // JDK 25 sets up only once what virtual threads need to block, so do it before the file descriptors can run out.
    try (var selector = Selector.open()) {
        Thread.startVirtualThread(new FutureTask<>(() -> selector.select(1))).join();
    }
    ServerSocket listener = Sockets.listenBlocking(host, port);
    Set<Socket> open = ConcurrentHashMap.newKeySet();
    var clients = new LongAdder();
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, handlers, open, clients),
            () -> stop(listener, open), () -> "%,d clients".formatted(clients.sum()));
}

// %% [markdown]
// ## Silent clients, and Bob
//
// Some clients connect and say nothing. Then Bob connects and says hello. If the server hasn't closed his connection
// after two seconds, the others leave. [SilentCrowd](../lib/lesson/SilentCrowd.java) plays them all. Does Bob get
// through, with two silent clients before him? (The server prints two lines for each client, which `grep` removes.)
//
// ```console
// $ ./jbang bio_threaded_server --silent 2 | grep -v 127.0.0.1
// server started on localhost:8888
// hello from Bob
// Bob has been served
// server stopped: 3 clients
// ```
//
// He does: the others' threads wait, and his own thread reads his message.
//
// ## A pool is not a thread for each client
//
// Threads cost something, so it's common to use a *pool*: a fixed number of threads that serve all clients in turn.
// What will Bob see if the pool has two threads?
//
// ```console
// $ ./jbang bio_threaded_server --pool 2 --silent 2
// server started on localhost:8888
// [...]
// Bob has waited two seconds; the others leave
// thread handler-[...]
// hello from Bob
// Bob has been served
// server stopped: 3 clients
// ```
//
// He waits, as he did in `bio_server`, only in another queue: the server accepted him, but both threads sleep in a
// silent client's `read`, and his task waits in the executor. A pool of 200 threads is stuck as soon as 200 clients are
// silent. The line that fixes it is `Executors.newThreadPerTaskExecutor(threads)`, which has no limit.

// %% [markdown]
// ## What a thread costs
//
// Can you afford a thread for each of 10,000 clients? `measure` starts so many threads that end at once. Then it lets
// `SilentClients` connect, from a process of its own so that the two ends don't share one limit of open files, and asks
// Linux about our process.

// %%
void measure(Server server, int count, ThreadFactory threads) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) threads.newThread(() -> {}).start();
    IO.println("to start a thread takes %.1f us".formatted((System.nanoTime() - start) / 1e3 / count));
    long before = ProcessStatus.megabytes();
    try (var _ = SilentClients.connect(server.host(), server.port(), count);
            var last = new Socket(server.host(), server.port())) {
        last.shutdownOutput();
        last.getInputStream().read(); // returns when the server has accepted all, and closed the last one
        IO.println("%,d silent clients: %,d threads of the operating system, %,d MB more than before".formatted(
                count, ProcessStatus.threads(), ProcessStatus.megabytes() - before));
    }
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            bio_threaded_server [host] [port] [--virtual] [--silent COUNT] [--pool COUNT] [--clients COUNT]

            A server with a thread for every client; each thread waits in read.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --virtual        virtual threads instead of platform threads
              --silent COUNT   let so many silent clients connect, then Bob, and stop
              --pool COUNT     serve all clients with so many threads: a mistake
              --clients COUNT  measure so many silent clients, and stop
            """, args, a -> {
        int pool = a.number("--pool", 0, 1, 1000);
        int silent = a.number("--silent", 0, 0, 1000);
        int clients = a.number("--clients", 0, 1, 50_000);
        ThreadFactory threads = threads(a.has("--virtual"));
        Server server = start(a.host(), a.port(8888),
                pool > 0 ? Executors.newFixedThreadPool(pool, threads) : Executors.newThreadPerTaskExecutor(threads));
        if (silent == 0 && clients == 0) return server;
        try (server; var crowd = new SilentCrowd(server, silent)) {
            if (silent > 0) crowd.letBobSpeak();
            if (clients > 0) measure(server, clients, threads);
        }
        return server;
    });
}

// %% [markdown]
// How many threads of the operating system will there be with platform threads, and how many with virtual ones? And
// which of the two takes longer to start?
//
// ```console
// $ ./jbang bio_threaded_server --clients 10000 | grep -v 127.0.0.1
// server started on localhost:8888
// to start a thread takes [...] us
// 10,000 silent clients: [...] threads of the operating system, [...] MB more than before
// server stopped: 10,001 clients
// $ ./jbang bio_threaded_server --clients 10000 --virtual | grep -v 127.0.0.1
// server started on localhost:8888
// to start a thread takes [...] us
// 10,000 silent clients: [...] threads of the operating system, [...] MB more than before
// server stopped: 10,001 clients
// ```
//
// In five runs on our machine, with two processors, Linux and JDK 25.0.3:
//
// | | to start a thread | threads of the operating system | memory for 10,000 silent clients |
// | --- | --- | --- | --- |
// | platform | 95 to 186 us | 10,028 | 453 to 496 MB |
// | virtual | 5 to 13 us | 27 | 55 to 64 MB |
//
// To start a platform thread, the JVM has to ask the kernel for one, and each costs memory for its stack. Ten thousand
// still work here, but Linux limits the number of threads
// ([`threads-max`](https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html)), and a container often has a lower
// limit. All 10,000 virtual threads share a few threads of the operating system.
//
// ## When this is the answer
//
// If your handlers mostly wait (for the network, a database, another service), start a virtual thread for each client and
// write blocking code. On Java 21 or later, start there. You get a handler that reads from top to bottom, a stack trace
// that shows where it waits, and exceptions that stay in their thread. Two things need care. Handlers run at the same
// time, so what they share needs a lock or a class such as `ConcurrentHashMap`, which holds `open`. And a handler that
// computes for long needs a processor, whatever kind of thread it has. [virtual_thread_server](virtual_thread_server.java)
// holds a whole conversation in this style, and looks at what the JDK does underneath.

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang bio_threaded_server --virtual
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// ```console server
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-1 serves 127.0.0.1:[...]
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ^Cserver stopped: 1 clients
// ```

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, Executors.newThreadPerTaskExecutor(threads(true)));
//         var crowd = new SilentCrowd(server, 2)) {
//     crowd.letBobSpeak();
// }

// %% [markdown]
// ## What it still can't do
//
// It can't tell us how it works. With `--virtual`, 10,000 clients wait in `read` on a handful of threads of the operating
// system, although such a thread can wait in only one place. Something in the JDK waits for 10,000 sockets at once, and
// the rest of this book builds it from the bottom up. The simplest idea first: never wait.
// [nio_server](nio_server.java) asks each socket in turn, on one thread.
//
// ## Exercises
//
// - A ticket for each client: `./jbang exercise start bio_threaded_server_1`
// - Two places and a queue: `./jbang exercise start bio_threaded_server_2`
