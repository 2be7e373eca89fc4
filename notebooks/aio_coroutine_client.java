// %%
//JAVA 25+
//SOURCES ../lib/aio/ConnectEvent.java
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/lesson/Message.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
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
import aio.SleepEvent;
import script.Sockets;
import aio.Task;
import aio.WriteEvent;
import static aio.EventLoop.await;

// %% [markdown]
// # A thousand clients that wait
//
// `aio_callback_client` (chapter 7) sends, sleeps five seconds, and sends again. Its thread does nothing
// meanwhile. For a thousand such clients you would need a thousand threads, or 5,000 seconds. On a loop
// they are a thousand coroutines, and all of them wait *at the same time*:
//
// ```diagram
//   one thread   |c1|c2|c3|...|c1000|          ......            |c1|c2|c3|...|c1000|
//                 send and await(5 s)   nothing to do: asleep     send, end, close
//                 0 s                                             5 s             5 s and a bit
// ```

// %% [markdown]
// ## One client
//
// The same steps as in chapter 7, with `await` at every place where a thread would stand still: while
// the connection is made, while the kernel's buffer is full, while time passes, until the server ends.
//
// `Thread.sleep` would stop the loop, and with it every other client. `SleepEvent` stops this one.
//
// After the pause one plain `read` looks whether the server is still there. It does not wait: the channel
// is non-blocking. Without it the kernel would take the second message for a server that has gone, and
// we would call that 'sent'.

// %%
void send(SocketChannel conn) throws IOException {
    byte[] message = Message.now("AIO test...").toJson().getBytes(StandardCharsets.UTF_8);
    await(new WriteEvent(conn, ByteBuffer.wrap(message)));
}

// %%
void client(SocketAddress server, Duration pause) throws IOException {
    try (var conn = SocketChannel.open()) {
        conn.configureBlocking(false);
        await(new ConnectEvent(conn, server));
        send(conn);
        await(new SleepEvent(pause));
        if (conn.read(ByteBuffer.allocate(1024)) < 0) throw new ScriptException("the server closed before the second message");
        send(conn);
        conn.shutdownOutput();
        while (await(new ReadEvent(conn)).length > 0) {
            // An answer, from a server that gives one; this client has no use for it.
        }
    }
}

// %% [markdown]
// ## Many of them
//
// Each client is a task, and a task is a future of its end. `gather` makes one future of them all: it is
// done when the last one is, and fails when the first one fails.

// %%
void clients(String host, int port, int number, Duration pause) throws Exception {
    var server = Sockets.resolve(host, port);
    long start = System.nanoTime();
    try (var loop = new EventLoop()) {
        var tasks = new ArrayList<Task<Void>>();
        for (int i = 1; i <= number; i++) tasks.add(loop.createTask("client " + i, () -> client(server, pause)));
        loop.runUntilComplete(loop.gather(tasks));
    } catch (ConnectException e) {
        throw new ScriptException("nobody listens on " + Sockets.name(host, port) + ": start a server there first");
    } catch (IOException e) {
        throw new ScriptException("the server broke a connection off: " + e.getMessage());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (number == 1) IO.println("client sent its data");
    else IO.println("%,d clients sent their data in %.1f s, on one loop".formatted(number, seconds));
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            aio_coroutine_client [host] [port] [--wait SECONDS] [--clients NUMBER]

            Sends a message, waits, sends another; or many clients that do so at once, on one loop.

              host              the server's host (default localhost)
              port              the server's port (default 8888)
              --wait SECONDS    the time between the two messages (default 5)
              --clients NUMBER  how many clients (default 1)
            """, args, a -> clients(a.host(), a.number("port", 8888, 1, 65535),
            a.number("--clients", 1, 1, 20_000), Duration.ofSeconds(a.number("--wait", 5, 0, 3600))));
}

// %% [markdown]
// ## Run it
//
// In one terminal the server, in another the client:
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
// And a thousand of them:
//
// ```console
// $ ./jbang aio_coroutine_client localhost 8888 --clients 1000
// 1,000 clients sent their data in [...] s, on one loop
// ```
//
// On the machine where this was written it was 5.4 seconds.
//
// A process may hold only so many open files (`ulimit -n`, often 1,024 in a terminal; a JVM raises it to
// the hard limit by itself). Each client is one, on both sides.

// %% tags=["active-ipynb"]
// try (var listener = Sockets.listen("localhost", 0)) {
//     var server = Thread.ofVirtual().start(() -> {
//         try {
//             listener.configureBlocking(true);
//             for (int i = 0; i < 100; i++) {
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
//     clients("localhost", listener.socket().getLocalPort(), 100, Duration.ofSeconds(1));
// }

// %% [markdown]
// ## What the Python original got wrong
//
// It is `aio_callback_client`, byte for byte: a blocking client with a `sleep`, in the chapter about
// coroutines. Its own server loses the second message (C1, chapter 9), and the client says 'success' (N9).
// Ours, against that server, says that it closed too early.
//
// ## What is still wrong
//
// Look at what happens when one of a thousand clients fails: `gather` reports the first failure, and the
// loop is closed on the others, who are cancelled in mid-sentence. Perhaps that is right, perhaps not; the
// next chapter is about choosing.
//
// ## Exercises
//
// 1. Let the clients start one millisecond after the other. What changes in the server's output?
// 2. Replace the `SleepEvent` by `Thread.sleep(pause)`. How long do ten clients take?
// 3. Give each client a time limit of three seconds with `EventLoop.waitFor`, and count who makes it.
