// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/lesson/WaitingThread.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import lesson.WaitingThread;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Why not just block?
//
// The callbacks of [aio_callback_server](aio_callback_server.java) turned four steps into four levels of braces. In
// [bio_threaded_server](bio_threaded_server.java), each client had a virtual thread, and the handler read from top to
// bottom. Why not write the four steps like that: one below the other, in blocking code?
//
// Often that's exactly what you should do. Here's the same conversation, with the same four lines of output. In blocking
// mode, `write` returns once the kernel has taken all of its bytes, so there is no partial write to handle. A `try`
// around one step catches the reset of a client that closes before it has read our `ok`. And the last loop leaves in
// good order, as [http_client](http_client.java) does.

// %%
void converse(SocketChannel conn) {
    try (conn) {
        IO.println("Accept ...");
        var buffer = ByteBuffer.allocate(1024);
        if (conn.read(buffer) < 0) return;
        IO.println("Connect ...");
        conn.write(ByteBuffer.wrap("ok".getBytes(StandardCharsets.US_ASCII)));
        IO.println("Write ...");
        try {
            conn.read(buffer.clear());
        } catch (SocketException e) {
            // A reset: the client left without reading our ok.
        }
        IO.println("Success ...");
        conn.shutdownOutput();
        while (conn.read(buffer.clear()) >= 0) {
            // Whatever still comes, until the client ends its side.
        }
    } catch (IOException e) {
        // A reset, or the server stops: this connection is over, and no other notices.
    }
}

// %% [markdown]
// ## A thread for each connection
//
// This is the acceptor of `bio_threaded_server`, except that nobody has to close the sockets when the server stops. They
// are channels, and an interrupt
// [closes the channel](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/nio/channels/InterruptibleChannel.html)
// on which a thread waits. So Ctrl-C ends `accept`, and `shutdownNow` ends the conversations.

// %%
void serve(ServerSocketChannel listener, LongAdder clients) throws IOException {
    listener.configureBlocking(true);
    var acceptor = new Acceptor(listener, System.err::println);
    try (var conversations = Executors.newVirtualThreadPerTaskExecutor()) {
        while (!Thread.currentThread().isInterrupted()) {
            SocketChannel conn = acceptor.accept();
            if (conn == null) { // no file descriptor is left
                LockSupport.parkNanos(acceptor.pauseMillis() * 1_000_000);
                continue;
            }
            clients.increment();
            conversations.execute(() -> converse(conn));
        }
        conversations.shutdownNow();
    }
}

Server start(String host, int port) throws Exception {
    // Block once, early, while there are file descriptors (see bio_threaded_server).
    try (var selector = Selector.open()) {
        Thread.startVirtualThread(new FutureTask<>(() -> selector.select(1))).join();
    }
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    String usage = """
            virtual_thread_server [host] [port] [--beneath]

            A conversation of four steps in blocking code, on a virtual thread for each connection.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --beneath  no server: show what the JDK does while a virtual thread blocks
            """;
    if (List.of(args).contains("--beneath")) Script.run(usage, args, _ -> beneath());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang virtual_thread_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// The fourth line comes five seconds after the third, as in the callback server:
//
// ```console server
// Accept ...
// Connect ...
// Write ...
// Success ...
// ^Cserver stopped: 1 clients
// ```

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0); var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     client.shutdownOutput();
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% [markdown]
// ## What it costs
//
// Guess before you look: a thousand clients have their `ok` and say nothing more. How many threads does each server
// have, and how much heap do the thousand conversations take?
//
// | with 1,000 silent conversations | `aio_callback_server` | `virtual_thread_server` |
// | --- | --- | --- |
// | lines of the conversation, without comments | 32 | 19 |
// | threads of the operating system | 21 | 26 |
// | memory of the process | 60 MB | 68 MB |
// | heap for one conversation | 0.7 KB | 5.8 KB |
// | CPU for one conversation | 71 us | 98 us |
//
// The virtual threads' server has five more threads of the operating system, on two processors: the carriers and the
// poller that you're about to meet, and two helpers. A blocked virtual thread keeps its stack on the heap, along with
// its 1 KB buffer, whereas a callback allocates a buffer only when there are bytes to read. To measure it yourself, run
// these commands once for each server, with that server in the first line:
//
// ```sh
// ./jbang virtual_thread_server > /dev/null & PID=$!
// jcmd $PID GC.run; jcmd $PID GC.heap_info         # the heap before, and again with the clients
// ./jbang aio_coroutine_client localhost 8888 --clients 1000 --wait 60 &
// grep -E 'Threads|VmRSS' /proc/$PID/status        # once all are connected
//
// talk() { for i in $(seq $1); do ./jbang aio_coroutine_client localhost 8888 --clients 1000 --wait 0; done; }
// ticks() { awk '{print $14 + $15}' /proc/$PID/stat; }
// talk 3; ticks; talk 10; ticks                    # the difference: microseconds of CPU for one of 10,000
// ```

// %% [markdown]
// ## What happens beneath
//
// To run a virtual thread, a carrier **mounts** it. When the thread blocks, the JDK **parks** it: the carrier
// **unmounts** it, which moves its stack to the heap, and is free to run another one
// ([JEP 444](https://openjdk.org/jeps/444)). You can watch that, because the `toString` of a virtual thread names its
// carrier while it has one. What will it say before a `read`, while the thread is blocked in it, and after it? (We'll
// come back to the second thread, which blocks in a `select`.)

// %%
void beneath() throws Exception {
    try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0));
            var client = SocketChannel.open(listener.getLocalAddress());
            var conn = listener.accept();
            var selector = Selector.open()) {
        Thread reader = Thread.ofVirtual().name("reader").start(new FutureTask<>(() -> {
            IO.println("before the read: " + Thread.currentThread());
            int bytes = conn.read(ByteBuffer.allocate(1));
            IO.println("after the read:  " + Thread.currentThread());
            return bytes;
        }));
        Thread.ofVirtual().name("selecting").start(new FutureTask<>(() -> selector.select()));
        for (String thread : List.of("reader", "SubPoller", "MasterPoller", "selecting"))
            IO.println(WaitingThread.stack(thread));
        IO.println("in the read:     " + reader);
        client.write(ByteBuffer.allocate(1));
        reader.join();
    }
}

// %% tags=["active-ipynb"]
// beneath();

// %% [markdown]
// [`WaitingThread.stack`](../lib/lesson/WaitingThread.java) takes a thread dump, and keeps the frames of the JDK's
// network code, the latest call first. This is JDK 25.0.3 on Linux; other releases may do it differently.
//
// ```console
// $ ./jbang virtual_thread_server --beneath
// before the read: VirtualThread[#[...],reader]/runnable@ForkJoinPool-1-worker-[...]
// "reader" virtual WAITING
//     java.util.concurrent.locks.LockSupport.park
//     sun.nio.ch.Poller.poll
//     sun.nio.ch.SelChImpl.park
//     sun.nio.ch.SocketChannelImpl.implRead
//     sun.nio.ch.SocketChannelImpl.read
// "SubPoller-[...]" virtual WAITING
//     java.util.concurrent.locks.LockSupport.park
//     sun.nio.ch.Poller.poll
//     sun.nio.ch.Poller.subPollerLoop
//     [...]
// "MasterPoller" RUNNABLE
//     sun.nio.ch.EPoll.wait
//     sun.nio.ch.EPollPoller.poll
//     sun.nio.ch.Poller.pollerLoop
// "selecting" virtual WAITING
//     java.util.concurrent.locks.LockSupport.park
//     sun.nio.ch.Poller.poll
//     sun.nio.ch.Poller.pollSelector
//     sun.nio.ch.EPollSelectorImpl.untimedPoll
//     sun.nio.ch.EPollSelectorImpl.doSelect
//     sun.nio.ch.SelectorImpl.lockAndDoSelect
//     sun.nio.ch.SelectorImpl.select
// in the read:     VirtualThread[#[...],reader]/waiting
// after the read:  VirtualThread[#[...],reader]/runnable@ForkJoinPool-1-worker-[...]
// ```
//
// In the `read` there's no carrier: the virtual thread waits, but no platform thread waits with it. But somebody has to
// notice that bytes have arrived. Who?
//
// ## The event loop inside the JDK
//
// The reader called `read`, which found nothing but didn't wait, because on a virtual thread the JDK puts the socket
// into non-blocking mode behind your back. So `read` called `Poller.poll`, which registers the socket with an epoll
// instance and parks the thread. The registration is *one-shot*: it reports once, and must be renewed before the next
// wait.
//
// That epoll instance belongs to a SubPoller, a virtual thread of the JDK. While it has nothing to report, the
// SubPoller is parked too, and its epoll instance is registered with the MasterPoller. That's the one thread of the
// operating system that waits for all your sockets. It calls `epoll_wait` in a loop, as the loop of
// [aio_server](aio_server.java) calls `select`, and unparks the SubPoller when there's something to report.
//
// ```diagram
//  reader                SubPoller            MasterPoller         kernel
//  (virtual)             (virtual)            (platform)
//     |                      |                    |                   |
//     +-- read ------------------------------------------------------>| nothing there yet
//     +-- register the socket, one-shot ----------------------------->|
//     | parked               | parked             | in epoll_wait     |
//     |                      |                    |                   | bytes arrive
//     |                      |                    |<-- SubPoller's ---+
//     |                      |<------ unpark -----+    epoll is ready |
//     |                      +-- epoll_wait(0): which sockets? ------>|
//     |<------- unpark ------+                    |                   |
//     +-- read again ------------------------------------------------>| here they are
//     |                      +-- epoll_wait(0): any more? ----------->| none
//     |                      | parked             | in epoll_wait     |
// ```
//
// So a blocking call on a virtual thread tries the operation, registers the socket, lets others run, and tries again
// when the kernel says so. Our callbacks do that by hand: the JDK has an event loop inside. (The source is
// [`sun.nio.ch.Poller`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/Poller.java).)
//
// ## A selector on a virtual thread
//
// [io_multiplexing](io_multiplexing.java) counted the additional calls of a selector on a virtual thread. The stack of
// `selecting` shows where they come from: in `pollSelector`, the JDK registers the *selector's own* epoll instance with
// the MasterPoller, and parks the thread. So an event loop can itself run on a virtual thread.
// [coroutine_cost](coroutine_cost.java) measures what you gain from that.
//
// ## What keeps a carrier
//
// A virtual thread that computes keeps its carrier until it blocks or ends, as `nio_threaded_server --virtual --yield`
// showed. So computations belong on platform threads. A thread that blocks and yet keeps its carrier is **pinned**. In
// JDK 21 to 23 every blocking call inside `synchronized` pinned its thread. Since JDK 24
// ([JEP 491](https://openjdk.org/jeps/491)) the remaining cause is mostly a native method or a class initializer on
// the stack. Reading a file keeps the carrier as well, because epoll doesn't work with files.
//
// ## What it still can't do
//
// For most servers, blocking on virtual threads is all you need. But it has limits, and they are what a loop of your
// own is for. The JDK's scheduler decides who runs when, not you. Conversations run at the same time, so whatever they
// share needs locks. To stop one, you interrupt its thread, and that closes the channel. And you still don't know how
// to *build* such a thing. We've used a function that stops in the middle of a `read`, and only the JDK could resume
// it. Can we stop a function where we like, keep it, and resume it ourselves? [generator](generator.java) builds a tool
// that does that.
//
// ## Exercises
//
// - A computation on every carrier: `./jbang exercise start virtual_thread_server_1`
// - A server that says goodbye: `./jbang exercise start virtual_thread_server_2`
