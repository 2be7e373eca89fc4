// %%
//JAVA 25+
//SOURCES ../lib/aio/Coroutine.java ../lib/aio/Future.java ../lib/aio/reactor/Reactor.java
//SOURCES ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.Coroutine;
import aio.Future;
import aio.reactor.Reactor;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # From callbacks to coroutines
//
// In [generator](generator.java) a coroutine waited for a future, and we completed that future by hand. Can the loop
// of [aio_callback_server](aio_callback_server.java) do it, so that we can write the four steps of the conversation
// one below the other, while one loop still decides who runs?
//
// ```diagram
//   coroutine               Task               Future             Reactor
//       |        send         |                   |                   |
//       |<--------------------+                   |                   |
//       |        ready        |                   |     register      |
//       +------------------------------------------------------------>|
//       |    yield(future)    |  addDoneCallback  |                   |
//       +-------------------->+------------------>|                   |
//       |   waits             |                   |                   |   select
//       |        send         |     callback      |     setResult     |
//       |<--------------------+<------------------+<------------------+
//       v                     v                   v                   v
// ```
//
// ## A callback becomes a future
//
// In `aio_callback_server` a callback holds everything that comes after the wait:
//
// ```java
// reactor.register(conn, OP_READ, key -> {
//     conn.read(buffer);
//     // ... and the rest of the conversation
// });
// ```
//
// Take the rest out. What does the callback still have to do? It only has to report that the channel is ready, and
// that's what a future is for. The code that holds the future decides what comes next:
//
// ```java
// var readable = new Future<SocketChannel>();
// reactor.register(conn, OP_READ, key -> readable.setResult(conn));
//
// Coroutine.yield(readable); // in a coroutine, which a task resumes when the future is done
// conn.read(buffer);
// // ... and the rest of the conversation
// ```
//
// The braces around the rest are gone, so it can be in a loop, or in a `try`. One thing is still wrong. A future can
// be completed only once, but the selector is level-triggered: it reports a channel with unread bytes, or one whose
// client has ended its side, again and again. So the callback clears its interest in the channel. It does that first,
// because `setResult` resumes the coroutine, which may register its next wait at once:

// %%
static Future<SocketChannel> ready(Reactor reactor, SocketChannel conn, int operation) throws IOException {
    var future = new Future<SocketChannel>();
    reactor.register(conn, operation, key -> {
        key.interestOps(0);
        future.setResult(conn);
    });
    return future;
}

static <T> T await(Future<T> future) throws Exception {
    Coroutine.yield(future);
    return future.result();
}

// %% [markdown]
// ## The task
//
// A task resumes the coroutine until it yields a future, and resumes it again when that future completes: it's `step`
// from `generator` as a class. If a conversation fails, `send` throws its exception here, so it ends that conversation
// and no other. `running` is the set of tasks that haven't ended, which the server has to close when it stops.

// %%
class Task {
    final Coroutine<Void> coroutine;
    final Set<Task> running;
    Task(Callable<Void> conversation, Set<Task> running) {
        this.coroutine = new Coroutine<>(conversation);
        this.running = running;
        running.add(this);
        step();
    }

    void step() {
        try {
            Object yielded = coroutine.send(null);
            if (yielded instanceof Future<?> future) future.addDoneCallback(_ -> step());
        } catch (Exception e) {
            // After an IOException the connection is broken, and the conversation's own try has closed it.
            if (!(e instanceof IOException)) System.err.println("a conversation failed: " + e);
        }
        if (coroutine.isDone()) running.remove(this);
    }
}

// %% [markdown]
// ## The conversation
//
// These are the four steps of `aio_callback_server`, one below the other. One `while` writes the answer, another reads
// the rest, and one `try` closes the connection however the conversation ends.

// %%
static Void converse(Reactor reactor, SocketChannel conn) throws Exception {
    try (conn) {
        IO.println("Accept ...");
        var buffer = ByteBuffer.allocate(16 * 1024);
        await(ready(reactor, conn, SelectionKey.OP_READ));
        if (conn.read(buffer) < 0) return null;

        IO.println("Connect ...");
        var ok = ByteBuffer.wrap("ok".getBytes(StandardCharsets.US_ASCII));
        while (ok.hasRemaining()) {
            await(ready(reactor, conn, SelectionKey.OP_WRITE));
            conn.write(ok);
        }
        IO.println("Write ...");

        await(ready(reactor, conn, SelectionKey.OP_READ));
        IO.println("Success ...");
        boolean ended = conn.read(buffer.clear()) < 0;
        conn.shutdownOutput();
        while (!ended) {
            await(ready(reactor, conn, SelectionKey.OP_READ));
            ended = conn.read(buffer.clear()) < 0;
        }
        return null;
    }
}

// %% [markdown]
// ## The server
//
// The reactor calls us with each new connection, and we make a task for it. When the server stops, the reactor closes
// the connections. But some conversations are still waiting, and nobody will resume them: `generator` shows that
// their `finally` blocks would never run. So we close the coroutines, too.

// %%
interface Conversation {
    Void with(Reactor reactor, SocketChannel conn) throws Exception;
}

Server start(String host, int port, Conversation conversation) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> {
        var running = new HashSet<Task>();
        try (var reactor = new Reactor()) {
            reactor.listen(listener, conn -> {
                clients.increment();
                new Task(() -> conversation.with(reactor, conn), running);
            });
            reactor.run();
        } finally {
            for (Task task : Set.copyOf(running)) task.coroutine.close();
        }
    }, () -> clients.sum() + " clients");
}

// %% [markdown]
// ## Without `key.interestOps(0)`
//
// What if the callback doesn't clear its interest? This conversation reads what its client sent, then waits for a
// database. The client sends its message and ends its side. What does the client get, and who reports what?

// %%
static Void forgetful(Reactor reactor, SocketChannel conn) throws Exception {
    var readable = new Future<SocketChannel>();
    reactor.register(conn, SelectionKey.OP_READ, key -> readable.setResult(conn));
    await(readable);
    conn.read(ByteBuffer.allocate(100));
    try {
        return await(new Future<Void>()); // the database, which takes its time
    } finally {
        IO.println("the conversation has ended");
    }
}

void keepsInterest() throws IOException {
    try (var server = start("localhost", 0, (reactor, conn) -> forgetful(reactor, conn));
            var client = new Socket("localhost", server.port())) {
        client.getOutputStream().write("hello".getBytes());
        client.shutdownOutput();
        IO.println("the client got " + client.getInputStream().readAllBytes().length + " bytes");
    }
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--keep-interest")) keepsInterest();
    else Script.serve("""
            aio_future_server [host] [port] [--keep-interest]

            The server of aio_callback_server, written with futures and coroutines.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --keep-interest  do not serve: show what happens if a callback keeps its interest
            """, args, a -> start(a.host(), a.port(8888), (reactor, conn) -> converse(reactor, conn)));
}

// %% [markdown]
// ```console
// $ ./jbang aio_future_server --keep-interest
// server started on localhost:[...]
// a callback failed, so its channel is closed: java.nio.channels.SocketChannel[connected [...]]
// java.lang.IllegalStateException: the future is complete already: [...]
// [...]
// the client got 0 bytes
// the conversation has ended
// server stopped: 1 clients
// ```
//
// The client had ended its side, and the selector kept reporting that, so the reactor called the callback again, and
// `setResult` threw. The reactor printed the exception and closed the channel. The coroutine didn't notice: it waited
// for its database until the server stopped and closed it.
//
// ## Is it worth it?
//
// You've now seen this conversation three times. Guess before you look: what does it cost here? (With 1,000 silent
// conversations, measured with the commands of [virtual_thread_server](virtual_thread_server.java).)
//
// | | `aio_callback_server` | `aio_future_server` | `virtual_thread_server` |
// | --- | --- | --- | --- |
// | lines of the conversation, without comments | 32 | 24 | 19 |
// | threads of the operating system | 21 | 24 | 26 |
// | memory of the process | 60 MB | 88 MB | 68 MB |
// | heap for one conversation | 0.7 KB | 21 KB, 16 of them its buffer | 5.8 KB |
// | CPU for one conversation | 71 us | 170 us | 98 us |
// | what runs next is decided by | the loop | the loop | the JDK |
// | two conversations run at the same time | never | never | on as many processors as there are |
// | to stop one in the middle | close its channel | close its coroutine | interrupt its thread |
// | can call a library that blocks | no, everybody would wait | no, everybody would wait | yes |
//
// If all you want is a server that waits for its clients, take the one on virtual threads. Ours is longer, and each
// coroutine has a virtual thread, too. It costs more CPU, because each wait hands over to the loop's thread and back
// ([coroutine_cost](coroutine_cost.java) measures that). The loop is for programs whose conversations share state: a
// chat, a game, a broker. One conversation runs at a time, and it loses its turn only at an `await`. So code between
// two awaits needs no lock, and `running` is a plain `HashSet`. Python's asyncio and JavaScript work like this.
//
// ## Run it
//
// ```console server
// $ ./jbang aio_future_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// The server prints the same four lines as `aio_callback_server`.
//
// Watch two of these clients. When Alice's second message arrives, through which lines does the thread come back into
// her conversation?
//
// ```player
// $ ./jbang watch aio_future_server
// $ ./jbang aio_callback_client localhost 8888 --wait 4
// $ ./jbang aio_callback_client localhost 8888 --wait 4
// ```
//
// The callback in `ready` completes the future, the future's callback calls `step`, and `send` resumes the coroutine at
// its `await`. These are the arrows of the picture at the top, from the right to the left.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, (reactor, conn) -> converse(reactor, conn));
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     IO.println(new String(client.getInputStream().readNBytes(2)));
// }
// server.close();

// %% [markdown]
// ## What it still can't do
//
// `ready(reactor, conn, OP_READ)` is still in the middle of the conversation. When you write a server, you want to
// say what to wait for, not how to register it. You may also want to wait for something that isn't a channel: five
// seconds, say. [event_loop](event_loop.java) builds a loop for both.
//
// ## Exercises
//
// - Who rings twice?: `./jbang exercise start aio_future_server_1`
// - Say goodbye: `./jbang exercise start aio_future_server_2`
