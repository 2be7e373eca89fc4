// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptPause.java
//SOURCES ../lib/lesson/SilentCrowd.java ../lib/lesson/WaitingThread.java
//SOURCES ../lib/script/AsynchronousServer.java ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.AcceptPause;
import lesson.SilentCrowd;
import lesson.WaitingThread;
import script.AsynchronousServer;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Let somebody else read
//
// [aio_server](aio_server.java), and every loop since, learns from the kernel that a socket is ready, and then calls
// `read` itself. Why do that yourself? Can't you hand over an empty buffer, and be called when the bytes are in it?
//
// You can. That's *completion* instead of *readiness*, the last of the five models in
// [io_multiplexing](io_multiplexing.java), and Java has had an interface for it since Java 7 (NIO.2): an asynchronous
// channel takes a buffer and a `CompletionHandler`, and returns at once. A design that is built on readiness is a
// reactor, and one that is built on completion is a **proactor**:
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

// %% [markdown]
// ## A handler for each connection
//
// Each operation ends with one of two calls: `completed` with the result, here the number of bytes, or `failed` with
// an exception. The calls come from a pool of threads, one from this thread and the next from another. But a connection
// has only one read at a time, and its handler starts the next one, so the buffer and the text need no lock.

// %%
class Counts {
    final LongAdder clients = new LongAdder(), completions = new LongAdder();
}

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
        conn.read(buffer.clear(), null, this); // null is the attachment, which completed gets, too
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
            // It's broken already, so there's nothing left to do.
        }
    }
}

// %% [markdown]
// If you start a second read before the first has completed, the JDK throws a `ReadPendingException`: you couldn't tell
// which of the two buffers has the earlier bytes. The same goes for writes, so a server that answers needs a queue for
// what it still has to write.
//
// ## A handler for the listener
//
// `accept` works the same way; its result is the new connection. `completed` asks for the next connection, and then
// hands this one to `onAccept`, which starts to read. `AcceptPause` is the pause that the `Acceptor` of `nio_server` makes
// when the process is out of file descriptors. There's no loop to look at the clock, so a timer of the JDK calls `accept`
// again.

// %%
record Accepting(AsynchronousServerSocketChannel listener, Consumer<AsynchronousSocketChannel> onAccept,
        Counts counts, AcceptPause pause) implements CompletionHandler<AsynchronousSocketChannel, Object> {
    void accept() {
        if (listener.isOpen()) listener.accept(null, this);
    }

    @Override public void completed(AsynchronousSocketChannel conn, Object nothing) {
        counts.completions.increment();
        counts.clients.increment();
        accept();
        onAccept.accept(conn);
    }

    @Override public void failed(Throwable e, Object nothing) {
        if (!listener.isOpen()) return;
        pause.begin(e);
        CompletableFuture.delayedExecutor(pause.millis(), TimeUnit.MILLISECONDS).execute(() -> accept());
    }
}

// %% [markdown]
// ## A group of threads instead of a loop
//
// This server has no loop. An `AsynchronousChannelGroup` has a pool of threads, here two, that call the handlers of all
// its channels. `start` asks for the first connection, and from then on each handler asks for the next result. To stop
// the server, `AsynchronousServer` closes all channels of the group, so that their operations end with `failed`.

// %%
Server start(String host, int port, Counts counts, Consumer<AsynchronousSocketChannel> onAccept) throws IOException {
    ThreadFactory threads = Thread.ofPlatform().daemon().name("handler-", 1).factory();
    var group = AsynchronousChannelGroup.withFixedThreadPool(2, threads);
    var listener = Sockets.listenAsynchronous(group, host, port);
    new Accepting(listener, onAccept, counts, new AcceptPause(System.err::println)).accept();
    return AsynchronousServer.start(host, listener, group,
            () -> "%,d clients, %,d completions".formatted(counts.clients.sum(), counts.completions.sum()));
}

// %% [markdown]
// ## A handler that waits
//
// There's also a `read` without a handler, which returns a `Future`. So a handler could call `conn.read(buffer).get()`,
// and you'd have blocking code again. Let's test that the way [bio_threaded_server](bio_threaded_server.java) tested its
// pool of two threads: two silent clients connect, and then Bob says hello. There, he was served once the others had
// left. What will he see here?

// %%
void waitForBytes(AsynchronousSocketChannel conn) {
    var text = new NetworkText();
    var buffer = ByteBuffer.allocate(1024);
    try (conn) {
        while (conn.read(buffer.clear()).get() >= 0) IO.println(text.decode(buffer.flip()));
    } catch (IOException | InterruptedException | ExecutionException e) {
        // The connection is broken, or the server stops.
    }
}

Server start(String host, int port, boolean waiting) throws IOException {
    var counts = new Counts();
    return start(host, port, counts, conn -> {
        if (waiting) waitForBytes(conn);
        else new Reader(conn, counts).read();
    });
}

void bob() throws IOException {
    for (boolean waiting : List.of(false, true)) {
        try (var server = start("localhost", 0, waiting); var crowd = new SilentCrowd(server, 2)) {
            crowd.letBobSpeak();
        }
    }
}

// %% [markdown]
// The first server reads with `Reader`, the second with `waitForBytes`:
//
// ```console
// $ ./jbang nio2_server --bob
// server started on localhost:[...]
// hello from Bob
// Bob has been served
// server stopped: 3 clients, [...] completions
// server started on localhost:[...]
// Bob has waited two seconds; the others leave
// Bob has waited two more seconds, and leaves too
// [...]
// server stopped: [...]
// ```
//
// This time, nobody notices that the others have left. It's a **deadlock**: each of the two threads waits for a result
// that only a thread of the same pool could deliver. (When the server stops, that frees them, and one can still print
// what Bob said.) The line that fixes it is the one in `Reader.read`, because a handler has to start the next operation
// and return. If you'd rather write blocking code, you don't need asynchronous channels: use a virtual thread, as in
// [virtual_thread_server](virtual_thread_server.java).
//
// ## Who reads?
//
// The interface doesn't say who does the reading, so let's look at the threads. `beneath` prints where the two threads
// of the group wait, and then, from inside a handler, who called it
// ([WaitingThread](../lib/lesson/WaitingThread.java#frames) picks the JDK's frames out of a stack). Does the kernel fill
// our buffer?

// %%
void beneath() throws Exception {
    var counts = new Counts();
    var called = new CompletableFuture<String>();
    Consumer<AsynchronousSocketChannel> onAccept = conn -> new Reader(conn, counts) {
        @Override public void completed(Integer n, Object nothing) {
            called.complete(WaitingThread.frames(Thread.currentThread()));
        }
    }.read();
    try (var server = start("localhost", 0, counts, onAccept); var bob = new Socket("localhost", server.port())) {
        Thread.sleep(500); // by then both threads wait
        for (String frames : WaitingThread.frames("handler-")) IO.println("waits:\n" + frames);
        bob.getOutputStream().write("hello from Bob".getBytes());
        IO.println("completed, called by:\n" + called.get());
    }
}

// %% [markdown]
// This is JDK 25.0.3 on Linux. The latest call comes first:
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
// server stopped: [...]
// ```
//
// One thread of the pool waits in epoll, as a selector does. It takes all the events that are ready, keeps one, and puts
// the others into a queue, from which the other threads take them
// ([`EPollPort`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/EPollPort.java)).
// And 'somebody' is the thread that calls your handler: once the kernel has said that the socket is ready, `finishRead`
// makes an ordinary `read`
// ([`UnixAsynchronousSocketChannelImpl`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/unix/classes/sun/nio/ch/UnixAsynchronousSocketChannelImpl.java)).
// So on Linux, this proactor has a reactor inside: the JDK waits for readiness, reads for you, and calls that completion.
//
// On Windows, the same classes are a real proactor. There the kernel takes the buffer, fills it, and reports the result
// to an [I/O completion port](https://learn.microsoft.com/en-us/windows/win32/fileio/i-o-completion-ports) (IOCP), from
// which the group's threads take it
// ([`Iocp`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/windows/classes/sun/nio/ch/Iocp.java)).

// %%
void main(String... args) throws Exception {
    String usage = """
            nio2_server [host] [port] [--bob] [--beneath]

            A server whose reads are done by the JDK, which then calls a handler.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --bob      show what Bob sees if handlers return, and if they wait, and stop
              --beneath  show who reads, and stop
            """;
    if (List.of(args).contains("--bob")) Script.run(usage, args, _ -> bob());
    else if (List.of(args).contains("--beneath")) Script.run(usage, args, _ -> beneath());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8888), false));
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
// ^Cserver stopped: 1 clients, 3 completions
// ```
//
// Three: a connection, a message, and an end.

// %% tags=["active-ipynb"]
// bob();
// beneath();

// %% [markdown]
// ## What it still can't do
//
// On Linux it can't give you what completion promises: a thread of our process fills the buffer, not the kernel. With
// `strace` you can count four system calls for a message: a `read` that finds nothing, an `epoll_ctl`, an `epoll_wait`,
// and another `read`. But Linux does have completion, since version 5.1: you hand the kernel a buffer, and it tells you
// when the bytes are in it. The JDK doesn't use that for sockets; [io_uring_server](io_uring_server.java) does.
//
// ## Exercises
//
// - One operation at a time: `./jbang exercise start nio2_server_1`
// - Two half lines: `./jbang exercise start nio2_server_2`
