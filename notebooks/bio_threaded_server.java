// %%
//JAVA 25+
//SOURCES ../lib/lesson/ProcessStatus.java
//SOURCES ../lib/lesson/SilentClients.java
//SOURCES ../lib/script/BlockingAcceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import lesson.ProcessStatus;
import lesson.SilentClients;
import script.BlockingAcceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A thread for each client
//
// [bio_server](bio_server.java) serves one client at a time, because its only thread waits in that client's `read`. A
// thread can wait in only one place, so let's start a thread for each client. How far does that get us: to ten
// clients, or to ten thousand?
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
// The code for one client is the same as before. It reads from top to bottom, and what it knows about the client is in
// local variables. An exception ends this thread and no other.
//
// The thread waits in the kernel, so Ctrl-C has to close its socket, as in `bio_server`. Now there are many, and `open`
// is the set of them. The handler adds its socket first and looks at the listener afterward. The thread that stops the
// server does it the other way around, so no socket is missed.

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
// The server's thread only accepts, and hands each connection to an `ExecutorService`. Leaving the `try` waits until
// every handler has ended.

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
// A *platform thread* is a thread of the operating system: the kernel knows it, schedules it, and keeps a stack for
// it. A *virtual thread* is an object of the JVM, which runs many of them on a few platform threads
// ([JEP 444](https://openjdk.org/jeps/444)). They have the same methods, and a handler doesn't notice the difference.
// The two versions of our server differ in the first line of `threads`.

// %%
// Without file descriptors left, JDK 25 can't set up what a virtual thread needs to block, and never tries again. So
// block once, early.
void blockOnce() throws Exception {
    try (var selector = Selector.open()) {
        Thread.startVirtualThread(new FutureTask<>(() -> selector.select(1))).join();
    }
}

// %%
ThreadFactory threads(boolean virtual) {
    Thread.Builder kind = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    return kind.name("handler-", 1).factory();
}

Server start(String host, int port, ExecutorService handlers) throws Exception {
    blockOnce();
    ServerSocket listener = Sockets.listenBlocking(host, port);
    Set<Socket> open = ConcurrentHashMap.newKeySet();
    var clients = new LongAdder();
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, handlers, open, clients),
            () -> stop(listener, open), () -> "%,d clients".formatted(clients.sum()));
}

// %% [markdown]
// ## Silent clients, and Bob
//
// Two clients connect and say nothing. Then Bob says hello. If nobody serves him within two seconds, he makes the others
// leave.

// %%
void bobAmongSilentClients(Server server, int silent) throws IOException {
    var others = new ArrayList<Socket>();
    for (int i = 0; i < silent; i++) others.add(new Socket(server.host(), server.port()));
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

// %% [markdown]
// Each client has a thread, so Bob's thread doesn't care who waits in the other two:
//
// ```console
// $ ./jbang bio_threaded_server --silent 2
// server started on localhost:8888
// [...]
// hello from Bob
// Bob has been served
// server stopped: 3 clients
// ```
//
// ## A pool is not a thread for each client
//
// Threads cost something, so it's common to keep a *pool*: a fixed number of threads that serve all clients in turn.
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
// silent client's `read`, and his task waits in the executor. A pool shares threads that compute. A thread that waits for
// one client can't be shared, and a pool of 200 threads is stuck as soon as 200 clients are silent. The line that mends it
// is `Executors.newThreadPerTaskExecutor(threads)`, without a limit.

// %% [markdown]
// ## What a thread costs
//
// Can you afford a thread for each of 10,000 clients? The first part of the measurement starts threads that only wait.
// Then `SilentClients` connects from a process of its own (with your limit of open files, `ulimit -n`, one process might
// not hold both ends of all connections), and we look at what Linux says about our process.

// %%
void measure(Server server, ThreadFactory threads, int count) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var running = new CountDownLatch(count);
    var end = new CountDownLatch(1);
    for (int i = 0; i < count; i++) {
        threads.newThread(() -> {
            running.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                // This thread is to end.
            }
        }).start();
    }
    running.await();
    IO.println("%,d threads started in %.2f s".formatted(count, (System.nanoTime() - start) / 1e9));
    end.countDown();

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
              --silent COUNT   let so many silent clients connect, and Bob, and stop
              --pool COUNT     serve all clients with so many threads: a mistake
              --clients COUNT  measure so many threads and silent clients, and stop
            """, args, a -> {
        int pool = a.number("--pool", 0, 1, 1000);
        int silent = a.number("--silent", 0, 0, 1000);
        int clients = a.number("--clients", 0, 1, 50_000);
        ThreadFactory threads = threads(a.has("--virtual"));
        Server server = start(a.host(), a.port(8888),
                pool > 0 ? Executors.newFixedThreadPool(pool, threads) : Executors.newThreadPerTaskExecutor(threads));
        if (silent == 0 && clients == 0) return server;
        try (server) {
            if (silent > 0) bobAmongSilentClients(server, silent);
            if (clients > 0) measure(server, threads, clients);
        }
        return server;
    });
}

// %% [markdown]
// The server still prints two lines for each client, which `grep` removes. Which of the figures will differ?
//
// ```console
// $ ./jbang bio_threaded_server --clients 10000 | grep -v 127.0.0.1
// server started on localhost:8888
// 10,000 threads started in [...] s
// 10,000 silent clients: [...] threads of the operating system, [...] MB more than before
// server stopped: 10,001 clients
// $ ./jbang bio_threaded_server --clients 10000 --virtual | grep -v 127.0.0.1
// server started on localhost:8888
// 10,000 threads started in [...] s
// 10,000 silent clients: [...] threads of the operating system, [...] MB more than before
// server stopped: 10,001 clients
// ```
//
// On our machine, with two processors, Linux and JDK 25.0.3:
//
// | | start 10,000 threads | threads of the operating system | memory for 10,000 silent clients |
// | --- | --- | --- | --- |
// | platform | 3.5 s | 10,022 | 278 MB |
// | virtual | 0.6 s | 26 | 65 MB |
//
// A platform thread costs a call into the kernel, and memory for its stack. For a few hundred clients you won't notice.
// Ten thousand still work here, but Linux limits the number of threads
// ([`threads-max`](https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html)), and a container often has a lower limit.
// All 10,000 virtual threads share a few threads of the operating system. The next limit
// is the number of open files: after `ulimit -n 1024`, the command above says so in one line.
//
// ## When this is the answer
//
// If your handlers mostly wait (for the network, a database, another service), start a virtual thread for each client and
// write blocking code. You get a handler that reads from top to bottom, a stack trace that says where it was, and
// exceptions that stay in their thread. On Java 21 or later, start there. Two things need care. Handlers run at the same
// time, so what they share needs a lock or a class such as `ConcurrentHashMap`, which is why `open` is one. And a
// handler that computes for long needs a processor, whatever kind of thread it has.
// [virtual_thread_server](virtual_thread_server.java) has a whole conversation in this style, and looks at what the JDK
// does beneath.

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
// try (var server = start("localhost", 0, Executors.newThreadPerTaskExecutor(threads(true)))) {
//     bobAmongSilentClients(server, 3);
// }

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, Executors.newFixedThreadPool(2, threads(false)))) {
//     bobAmongSilentClients(server, 2);
// }

// %% [markdown]
// ## What it still can't do
//
// It can't explain itself. With `--virtual`, 10,000 clients wait in `read`, and only a handful of threads exist for the
// kernel. A thread can wait in only one place, we said. So how does one thread of the operating system wait for
// 10,000 sockets? Somebody in the JDK must know how, and the rest of this book builds it from the bottom up. The simplest
// idea first: if waiting is the trouble, never wait. [nio_server](nio_server.java) asks each socket in turn, on one
// thread.
//
// ## Exercises
//
// 1. Run `--clients 10000` after `ulimit -n 1000`. What does it say? Find the smallest limit with which
//    `--clients 1000` works.
// 2. Give each platform thread a smaller stack, with `kind = Thread.ofPlatform().stackSize(64 * 1024)`. How much memory do
//    10,000 silent clients take now? Why is the difference so small?
// 3. Let at most 100 handlers run, with a `Semaphore` that the server's thread acquires before it accepts. Where does the
//    101st client wait, and what does `ss -tan sport = :8888` show?
