// %%
//JAVA 25+
//SOURCES ../lib/aio/ConnectEvent.java
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/lesson/Message.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/diagram/SequenceDiagram.java
//SOURCES ../lib/aio/SleepEvent.java
//SOURCES ../lib/script/Sockets.java
//SOURCES ../lib/aio/WriteEvent.java
import module java.base;
import aio.ConnectEvent;
import aio.EventLoop;
import lesson.Message;
import aio.ReadEvent;
import script.Script;
import script.ScriptException;
import diagram.SequenceDiagram;
import aio.SleepEvent;
import script.Sockets;
import aio.Task;
import aio.WriteEvent;
import static aio.EventLoop.await;

// %% [markdown]
// # A thousand clients
//
// [aio_callback_client](aio_callback_client.java) sends a message, sleeps five seconds, and sends another. How do you
// run a thousand such clients at once, in about five seconds: as a thousand coroutines on a loop, or as a thousand
// virtual threads that block? Both fit on this page, so let's write both and compare.
//
// ```diagram
//   on one loop                          --blocking
//
//   1,000 coroutines, all waiting        1,000 threads, all blocked
//        ^                                    ^
//        | resumes one at a time              | runs as many at a time as there are carriers
//        |                                    |
//   the loop                             the JDK's scheduler
//        |                                    |
//        v                                    v
//   one selector                         the JDK's pollers
// ```

// %% [markdown]
// ## One client on the loop
//
// There's an `await` wherever a thread would block: while the connection is made, while the kernel's buffer is full,
// while time passes, and until the server ends its side. `Thread.sleep` would stop the loop and every other client
// with it; a `SleepEvent` suspends only this one.
//
// After the pause, a plain `read` checks that the server is still there. It doesn't wait, because the channel is
// non-blocking. Without that check, our kernel would accept the second message even if the server has closed, and
// we'd call that 'sent'.

// %%
ByteBuffer message() {
    return ByteBuffer.wrap(Message.now("AIO test...").toJson().getBytes(StandardCharsets.UTF_8));
}

// %%
void client(SocketAddress server, Duration pause) throws IOException {
    try (var conn = SocketChannel.open()) {
        conn.configureBlocking(false);
        await(new ConnectEvent(conn, server));
        await(new WriteEvent(conn, message()));
        await(new SleepEvent(pause));
        if (conn.read(ByteBuffer.allocate(1024)) < 0) throw new ScriptException("the server closed before the second message");
        await(new WriteEvent(conn, message()));
        conn.shutdownOutput();
        while (await(new ReadEvent(conn)).length > 0) {
            // An answer, from a server that gives one; this client has no use for it.
        }
    }
}

// %% [markdown]
// ## Many on one loop
//
// Each client is a task, and a task is a future that completes when its client ends. `gather` combines them all into
// one future. It's done when the last task is, and fails as soon as one fails. Then the `try` closes the loop, which
// cancels the tasks that are left.

// %%
void onOneLoop(SocketAddress server, int number, Duration pause) throws Exception {
    try (var loop = new EventLoop()) {
        var tasks = new ArrayList<Task<Void>>();
        for (int i = 1; i <= number; i++) tasks.add(loop.createTask("client " + i, () -> client(server, pause)));
        loop.runUntilComplete(loop.gather(tasks));
    }
}

// %% [markdown]
// ## The same, blocking
//
// Take the `await`s away, and this is what's left. It needs no library of ours. For the check before the second
// message, the channel becomes non-blocking for a moment, because otherwise `read` would wait.

// %%
void blockingClient(SocketAddress server, Duration pause) throws IOException, InterruptedException {
    try (var conn = SocketChannel.open(server)) {
        conn.write(message());
        Thread.sleep(pause);
        conn.configureBlocking(false);
        if (conn.read(ByteBuffer.allocate(1024)) < 0) throw new ScriptException("the server closed before the second message");
        conn.configureBlocking(true);
        conn.write(message());
        conn.shutdownOutput();
        while (conn.read(ByteBuffer.allocate(1024)) >= 0) {
            // As above.
        }
    }
}

// %% [markdown]
// The executor starts a virtual thread for each client. `invokeAll` returns when all of them have ended, so a failure
// shows up only then.

// %%
void onVirtualThreads(SocketAddress server, int number, Duration pause) throws Exception {
    Callable<Void> client = () -> {
        blockingClient(server, pause);
        return null;
    };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var end : threads.invokeAll(Collections.nCopies(number, client))) end.get();
    } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
    }
}

// %%
void clients(String host, int port, int number, Duration pause, boolean blocking) throws Exception {
    var server = Sockets.resolve(host, port);
    long start = System.nanoTime();
    try {
        if (blocking) onVirtualThreads(server, number, pause);
        else onOneLoop(server, number, pause);
    } catch (ConnectException e) {
        throw new ScriptException("nobody listens on " + Sockets.name(host, port) + ": start a server there first");
    } catch (IOException e) {
        throw new ScriptException("a connection broke off (" + e.getMessage() + "): whether the server read the data is unknown");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String how = blocking ? "virtual threads" : "one loop";
    if (number == 1) IO.println("client sent its data");
    else IO.println("%,d clients sent their data in %.1f s, on %s".formatted(number, seconds, how));
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            aio_coroutine_client [host] [port] [--wait SECONDS] [--clients NUMBER] [--blocking]

            Sends a message, waits, sends another; or many clients that do so at once.

              host              the server's host (default localhost)
              port              the server's port (default 8888)
              --wait SECONDS    the time between the two messages (default 5)
              --clients NUMBER  how many clients (default 1)
              --blocking        blocking code on virtual threads instead of coroutines on one loop
            """, args, a -> clients(a.host(), a.number("port", 8888, 1, 65535), a.number("--clients", 1, 1, 20_000),
            Duration.ofSeconds(a.number("--wait", 5, 0, 3600)), a.has("--blocking")));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_coroutine_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_coroutine_client
// client sent its data
// ```
//
// Watch three clients on the loop. In which order do they reach their `SleepEvent`, and what does the loop do while all
// three sleep?
//
// ```player
// $ ./jbang aio_coroutine_server
// $ ./jbang watch aio_coroutine_client -- --clients 3 --wait 1
// ```
//
// In the order in which their tasks were made, because each runs only up to its next wait. While all three sleep, the
// loop sleeps in `select`, no longer than until the first of their timers is due.
//
// Now a thousand of them, with a pause of two seconds, first on the loop and then without it. Which will be faster? The
// answer is in the table below, with a pause of five seconds.
//
// ```console
// $ ./jbang aio_coroutine_client localhost 8888 --clients 1000 --wait 2
// 1,000 clients sent their data in [...] s, on one loop
// $ ./jbang aio_coroutine_client localhost 8888 --clients 1000 --wait 2 --blocking
// 1,000 clients sent their data in [...] s, on virtual threads
// ```
//
// Every client takes an open file on both sides, and a process may hold only so many (`ulimit -n`, often 1,024 in a
// terminal; the JVM raises its own limit as far as the system lets it, `-XX:+MaxFDLimit`).

// %% tags=["active-ipynb"]
// try (var listener = Sockets.listen("localhost", 0)) {
//     var server = Thread.ofVirtual().start(() -> {
//         try {
//             listener.configureBlocking(true);
//             for (int i = 0; i < 200; i++) {
//                 var conn = listener.accept();
//                 Thread.ofVirtual().start(() -> {
//                     try (conn) {
//                         conn.socket().getInputStream().readAllBytes();
//                     } catch (IOException e) {
//                         throw new UncheckedIOException(e);
//                     }
//                 });
//             }
//         } catch (IOException e) {
//             throw new UncheckedIOException(e);
//         }
//     });
//     clients("localhost", listener.socket().getLocalPort(), 100, Duration.ofSeconds(1), false);
//     clients("localhost", listener.socket().getLocalPort(), 100, Duration.ofSeconds(1), true);
// }

// %% [markdown]
// Two clients on one loop, with a pause of 100 ms and a server on another thread, drawn as in
// [aio_coroutine_server](aio_coroutine_server.java). Their pauses overlap, so the loop sleeps through both at once:

// %% tags=["active-ipynb"]
// SequenceDiagram.of(() -> {
//     EventLoop loop = EventLoop.current();
//     try (var listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
//         var server = listener.getLocalSocketAddress();
//         var tasks = new ArrayList<Task<Void>>();
//         for (int i = 1; i <= 2; i++) {
//             tasks.add(loop.createTask("client " + i, () -> client(server, Duration.ofMillis(100))));
//         }
//         loop.runInExecutor(() -> {
//             for (int i = 1; i <= 2; i++) {
//                 try (var conn = listener.accept()) { conn.getInputStream().readAllBytes(); }
//             }
//             return null;
//         });
//         await(loop.gather(tasks));
//     }
// })

// %% [markdown]
// ## Which one, then?
//
// | 1,000 clients, a pause of 5 seconds | on one loop | `--blocking` |
// | --- | --- | --- |
// | time | 5.5 s | 5.3 s |
// | lines of code, without comments: one client, and starting them all | 20 | 24 |
// | virtual threads | 1,004 | 1,003 |
// | threads of the operating system | 24 | 23 |
// | memory of the process | 70 MB | 67 MB |
// | heap | 6.8 MB | 5.7 MB |
//
// The two columns hardly differ. Look at the virtual threads. The loop doesn't save any, because each of our
// coroutines *is* a virtual thread, as [generator](generator.java) showed; the loop only decides when it runs. (The
// others are the loop itself and the JDK's SubPollers, which [virtual_thread_server](virtual_thread_server.java)
// shows.) If all you want is a thousand clients that wait, block.
//
// ```sh
// ./jbang aio_coroutine_client localhost 8888 --clients 1000 & PID=$!
// sleep 3                                                  # all of them wait now
// grep -E 'Threads|VmRSS' /proc/$PID/status
// jcmd $PID Thread.dump_to_file dump.txt; grep -c '^#.* virtual ' dump.txt
// jcmd $PID GC.run; jcmd $PID GC.heap_info
// ```
//
// So what's the loop for? Only one of its coroutines runs at a time, and another gets its turn only at an `await`. So a
// plain `int` can count the clients that are connected, and a plain `HashMap` can hold them by name. On virtual threads,
// two clients may touch them at the same moment, so both need a lock. The loop also lets you decide how things end:
// `gather` fails at the first failure, and closing the loop cancels the rest, while `invokeAll` waits for every one of
// them. (Java's own answer to that is `StructuredTaskScope`, [JEP 505](https://openjdk.org/jeps/505), a preview in
// JDK 25.) And you know what happens beneath, because you've built it in [event_loop](event_loop.java).
//
// ## What it still can't do
//
// Suppose that one of the thousand fails. `gather` reports the first failure, closing the loop cancels the other 999,
// and whatever they were about to say is lost. That may be what you want, or the opposite: perhaps 999 clients should
// finish, and you'd like to know which one didn't. [aio_towards_asyncio](aio_towards_asyncio.java) shows how to choose,
// and [task_group](task_group.java) makes the choice hard to forget.
//
// ## Exercises
//
// - Three clients and a plain int: `./jbang exercise start aio_coroutine_client_1`
// - Five places, twenty clients: `./jbang exercise start aio_coroutine_client_2`
