// %%
//JAVA 25+
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Let somebody else read
//
// [aio_server](aio_server.java) asks the kernel who is ready, and then reads by itself. Why read by yourself? Couldn't
// you hand over an empty buffer, and be called when the bytes are in it?
//
// That's *completion* instead of *readiness*. Java has had an interface for it since Java 7 (NIO.2): an asynchronous
// channel takes a buffer and a `CompletionHandler`, and returns at once. A design that is built on readiness is called
// a *reactor*, one that is built on completion a **proactor**:
//
// ```diagram
//   reactor: aio_server                        proactor: this chapter
//
//   select(): sleep until one is ready         read(buffer, handler): returns at once
//        |                                          |
//        v                                          v
//   your callback: 'Bob is ready'              somebody reads into your buffer
//        |                                          |
//        v                                          v
//   you call read(buffer)                      your handler: completed(14)
//        |                                          |
//        v                                          v
//   the bytes are in your buffer               the bytes are in your buffer
// ```
//
// We build the same server that way, make two mistakes that readiness doesn't let you make, and look for the somebody.

// %%
class Counts {
    final long started = System.nanoTime();
    final Duration before = cpu();
    final LongAdder completions = new LongAdder();
    final LongAdder clients = new LongAdder();

    Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    String summary() {
        return "%,d clients, %,d completions, %.2f s of CPU in %.1f s".formatted(clients.sum(), completions.sum(),
                cpu().minus(before).toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %% [markdown]
// ## A handler for each connection
//
// An operation ends in one of two calls: `completed` with its result, here the number of bytes, or `failed` with an
// exception. Both may run on any thread of a pool. But each connection has only one read at a time, and its handler
// starts the next one. So the buffer and the text belong to one thread at a time and need no lock.

// %%
class Reader implements CompletionHandler<Integer, Object> {
    final AsynchronousSocketChannel conn;
    final Counts counts;
    final NetworkText text = new NetworkText();
    final ByteBuffer buffer = ByteBuffer.allocate(1024);

    Reader(AsynchronousSocketChannel conn, Counts counts) {
        this.conn = conn;
        this.counts = counts;
    }

    void read() {
        conn.read(buffer.clear(), null, this);
    }

    @Override public void completed(Integer n, Object nothing) {
        counts.completions.increment();
        String received = n < 0 ? text.end() : text.decode(buffer.flip());
        if (!received.isEmpty()) IO.println(received);
        if (n < 0) close();
        else read();
    }

    @Override public void failed(Throwable e, Object nothing) {
        close(); // the connection is broken, or the server stops
    }

    void close() {
        try {
            conn.close();
        } catch (IOException e) {
            // There's nothing left to lose.
        }
    }
}

// %% [markdown]
// ## A handler for the listener
//
// `accept` works the same way: its result is the new connection. `completed` asks for the next connection, and then
// passes this one to its `handler`. When the process is out of file descriptors, `accept` fails. Then this handler reports
// it and asks again after a tenth of a second.

// %%
class Accepting implements CompletionHandler<AsynchronousSocketChannel, Object> {
    final AsynchronousServerSocketChannel listener;
    final Consumer<AsynchronousSocketChannel> handler;
    final Counts counts;
    long nextReport = System.nanoTime();

    Accepting(AsynchronousServerSocketChannel listener, Consumer<AsynchronousSocketChannel> handler, Counts counts) {
        this.listener = listener;
        this.handler = handler;
        this.counts = counts;
    }

    void accept() {
        listener.accept(null, this);
    }

    @Override public void completed(AsynchronousSocketChannel conn, Object nothing) {
        counts.completions.increment();
        counts.clients.increment();
        accept();
        handler.accept(conn);
    }

    @Override public void failed(Throwable e, Object nothing) {
        if (!listener.isOpen()) return;
        if (System.nanoTime() - nextReport >= 0) {
            System.err.println("cannot accept (" + e.getMessage() + "): pausing until a client leaves");
            nextReport = System.nanoTime() + 10_000_000_000L;
        }
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> accept());
    }
}

// %% [markdown]
// ## A group of threads instead of a loop
//
// There's no loop in this server. An `AsynchronousChannelGroup` has a pool of threads, here two, which run the
// handlers of all its channels. `start` asks for the first connection, and from then on each handler asks for the
// next result. `shutdownNow` closes all channels of the group, which ends their operations with `failed`, and when all
// threads have ended, `awaitTermination` returns.

// %%
void stop(AsynchronousChannelGroup group) {
    try {
        group.shutdownNow();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

void awaitEnd(AsynchronousChannelGroup group) throws InterruptedException {
    try {
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS); // the server stops, and handlers may still run
    }
}

// %%
Server start(String host, int port, Counts counts, Consumer<AsynchronousSocketChannel> handler) throws IOException {
    ThreadFactory threads = Thread.ofPlatform().daemon().name("handler-", 1).factory();
    var group = AsynchronousChannelGroup.withFixedThreadPool(2, threads);
    var listener = Sockets.listenAsynchronous(group, host, port);
    new Accepting(listener, handler, counts).accept();
    return Server.start(host, ((InetSocketAddress) listener.getLocalAddress()).getPort(),
            () -> awaitEnd(group), () -> stop(group), () -> counts.summary());
}

Server start(String host, int port) throws IOException {
    var counts = new Counts();
    return start(host, port, counts, conn -> new Reader(conn, counts).read());
}

// %% [markdown]
// ## Two reads at once
//
// `read` returns at once, so nothing keeps you from calling it twice. Two buffers, two reads: which of them gets the first
// bytes? (`read` without a handler returns a `Future`.)

// %%
void twoReads() throws Exception {
    try (var listener = AsynchronousServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0));
            var bob = new Socket("localhost", ((InetSocketAddress) listener.getLocalAddress()).getPort());
            var conn = listener.accept().get()) {
        Future<Integer> first = conn.read(ByteBuffer.allocate(10));
        try {
            conn.read(ByteBuffer.allocate(10));
        } catch (ReadPendingException e) {
            IO.println("the second read: " + e);
        }
        bob.getOutputStream().write("hello from Bob".getBytes());
        IO.println("the first read: " + first.get() + " bytes");
    }
}

// %% [markdown]
// ```console
// $ ./jbang nio2_server --two-reads
// the second read: java.nio.channels.ReadPendingException
// the first read: 10 bytes
// ```
//
// The JDK refuses the second one. Otherwise you couldn't tell which buffer has the earlier bytes. So start the next read in
// `completed`, as `Reader` does. `write` has the same rule, so a server that answers needs a queue of what it has to write.
//
// ## A handler that waits
//
// With a `Future` you can also write `conn.read(buffer).get()` in a handler, and get blocking code back. What will
// Bob see if two silent clients connect before him?

// %%
void waitForBytes(AsynchronousSocketChannel conn) {
    var buffer = ByteBuffer.allocate(1024);
    try (conn) {
        while (conn.read(buffer.clear()).get() >= 0) IO.println(new NetworkText().decode(buffer.flip()));
    } catch (IOException | InterruptedException | ExecutionException e) {
        // The connection is broken, or the server stops.
    }
}

/** Alice and Carol connect and say nothing, then Bob speaks. Once he has been served, or has given up, Alice speaks. */
void bobAmongSilentClients(Server server) throws IOException {
    try (var alice = new Socket(server.host(), server.port());
            var _ = new Socket(server.host(), server.port());
            var bob = new Socket(server.host(), server.port())) {
        speak("Bob", bob);
        speak("Alice", alice);
    }
}

void speak(String name, Socket client) throws IOException {
    client.getOutputStream().write("hello".getBytes());
    client.shutdownOutput();
    client.setSoTimeout(2000);
    try {
        client.getInputStream().read(); // returns when the server closes the connection
        IO.println(name + " has been served");
    } catch (SocketTimeoutException e) {
        IO.println(name + " has waited two seconds");
    }
}

// %% [markdown]
// First with `Reader`, then with handlers that wait:
//
// ```console
// $ ./jbang nio2_server --bob
// server started on localhost:8888
// hello
// Bob has been served
// hello
// Alice has been served
// server stopped: 3 clients, [...] completions, [...] s of CPU in [...] s
// $ ./jbang nio2_server --bob --wait
// server started on localhost:8888
// Bob has waited two seconds
// Alice has waited two seconds
// [...]
// server stopped: [...]
// ```
//
// Bob waits, and even when Alice speaks at last, nobody notices. Each of the two threads waits for a result that only a
// thread of the same pool could deliver, which is called a *deadlock*. The line that mends it is
// `conn.read(buffer, null, handler)`: a handler starts the next operation and returns.

// %% [markdown]
// ## Who reads?
//
// The interface doesn't say who does the reading. Let's ask the threads. `beneath` prints where the two threads of the
// group wait, and then, in a handler, who called it. Will we see the kernel fill our buffer?

// %%
void beneath() throws Exception {
    var called = new CompletableFuture<String>();
    var counts = new Counts();
    Function<AsynchronousSocketChannel, Reader> asking = conn -> new Reader(conn, counts) {
        @Override public void completed(Integer n, Object nothing) {
            called.complete(frames(Thread.currentThread()));
        }
    };
    try (var server = start("localhost", 0, counts, conn -> asking.apply(conn).read());
            var bob = new Socket("localhost", server.port())) {
        Thread.sleep(500);
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("handler-"))
                .map(t -> frames(t)).sorted().forEach(waiting -> IO.println("waits:" + waiting));
        bob.getOutputStream().write("hello from Bob".getBytes());
        IO.println("completed, called by:" + called.get());
    }
}

/** Returns the frames of the JDK in a thread's stack, the latest call first. */
String frames(Thread thread) {
    return Stream.of(thread.getStackTrace()).filter(frame -> frame.getClassName().matches("sun.nio.ch.*|.*Queue"))
            .map(frame -> "\n    " + frame.getClassName() + "." + frame.getMethodName()).collect(Collectors.joining());
}

// %% [markdown]
// This is JDK 25.0.3 on Linux:
//
// ```console
// $ ./jbang nio2_server --beneath
// server started on localhost:[...]
// waits:
//     java.util.concurrent.ArrayBlockingQueue.take
//     sun.nio.ch.EPollPort$EventHandlerTask.run
//     sun.nio.ch.AsynchronousChannelGroupImpl$1.run
// waits:
//     sun.nio.ch.EPoll.wait
//     sun.nio.ch.EPollPort$EventHandlerTask.poll
//     sun.nio.ch.EPollPort$EventHandlerTask.run
//     sun.nio.ch.AsynchronousChannelGroupImpl$1.run
// completed, called by:
//     sun.nio.ch.Invoker.invokeUnchecked
//     sun.nio.ch.UnixAsynchronousSocketChannelImpl.finishRead
//     sun.nio.ch.UnixAsynchronousSocketChannelImpl.finish
//     sun.nio.ch.UnixAsynchronousSocketChannelImpl.onEvent
//     sun.nio.ch.EPollPort$EventHandlerTask.run
//     sun.nio.ch.AsynchronousChannelGroupImpl$1.run
// server stopped: 1 clients, 1 completions, [...] s of CPU in [...] s
// ```
//
// One thread of the pool is in `EPoll.wait`, where the selector of `aio_server` waits on Linux. It takes all events that
// are ready, keeps one, puts the others into a queue, and the other threads of the pool take them from there
// ([`EPollPort`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/EPollPort.java)).
// And the somebody who reads is the thread that calls your handler: `finishRead` makes an ordinary `read` once the
// kernel has said that the socket is ready
// ([`UnixAsynchronousSocketChannelImpl`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/unix/classes/sun/nio/ch/UnixAsynchronousSocketChannelImpl.java)).
// On Linux, then, this proactor is a reactor inside: the JDK has a readiness loop, reads for you, and offers the interface of
// completion.
//
// ```diagram
//   kernel               a thread of the group (JDK)          your handler
//     |                        |                                 |
//     |                        | epoll_wait() sleeps             |
//     |-- Bob is ready ------->|                                 |
//     |<- read(buffer) --------|                                 |
//     |-- 14 bytes ----------->|                                 |
//     |                        |---- completed(14) ------------->|
//     |                        |<--- read(buffer, handler) ------| and returns
//     |                        | epoll_wait() sleeps             |
// ```
//
// On Windows the same classes are the real thing. There the kernel takes the buffer, fills it, and reports the result to an
// [I/O completion port](https://learn.microsoft.com/en-us/windows/win32/fileio/i-o-completion-ports), from which the
// group's threads take it ([`Iocp`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/windows/classes/sun/nio/ch/Iocp.java)).

// %%
void main(String... args) throws Exception {
    String usage = """
            nio2_server [host] [port] [--bob] [--wait] [--two-reads] [--beneath]

            A server whose reads are done by the JDK, which then calls a handler.

              host         where to listen (default localhost)
              port         the port, 0 for any free one (default 8888)
              --bob        let two silent clients connect, and Bob, and stop
              --wait       handlers that wait for their bytes: a mistake
              --two-reads  no server: start two reads of one connection
              --beneath    no server: show who reads
            """;
    List<String> options = List.of(args);
    if (options.contains("--two-reads")) Script.run(usage, args, _ -> twoReads());
    else if (options.contains("--beneath")) Script.run(usage, args, _ -> beneath());
    else Script.serve(usage, args, a -> {
        Server server = a.has("--wait") ? start(a.host(), a.port(8888), new Counts(), conn -> waitForBytes(conn))
                : start(a.host(), a.port(8888));
        if (!a.has("--bob")) return server;
        bobAmongSilentClients(server);
        server.close();
        return server;
    });
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang nio2_server
// server started on localhost:8888
// ```
//
// One client sends a message and leaves. How many completions will the server count?
//
// ```console
// $ ./jbang http_client
// client sent its data
// ```
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ^Cserver stopped: 1 clients, 3 completions, [...] s of CPU in [...] s
// ```
//
// Three: a connection, a message, and an end.

// %% tags=["active-ipynb"]
// twoReads();

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0)) {
//     bobAmongSilentClients(server);
// }

// %% tags=["active-ipynb"]
// beneath();

// %% [markdown]
// ## What it still can't do
//
// On Linux it can't give you what completion promises. A thread of ours fills the buffer, not the kernel, and with `strace`
// you can count four system calls for a message: a `read` that finds nothing, an `epoll_ctl`, an `epoll_wait`, and
// another `read`. But Linux does have completion, since version 5.1
// ([io_uring](https://man7.org/linux/man-pages/man7/io_uring.7.html)): you hand the kernel a buffer, and it tells you when
// the bytes are in it. The JDK doesn't use it for sockets. [io_uring_server](io_uring_server.java) does.
//
// ## Exercises
//
// 1. Print `Thread.currentThread().getName()` in `completed`. Which threads serve a client that sends ten messages? Why
//    doesn't `Reader` need a lock anyway?
// 2. Let a client send 5,000 bytes at once, and print `Thread.currentThread().getStackTrace().length` in `completed`. Why does
//    it grow from read to read? The JDK limits it
//    ([`Invoker`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/Invoker.java)): set
//    `-Dsun.nio.ch.maxCompletionHandlersOnStack=2` and look again.
// 3. Echo what arrives, with `conn.write`. What happens if you start the next read before the write has completed?
