// %%
//JAVA 25+
//SOURCES ../lib/aio/Coroutine.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/reactor/Reactor.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
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
// The coroutine and the future are now the library's, [aio.Coroutine](../lib/aio/Coroutine.java) and
// [aio.Future](../lib/aio/Future.java): the ones from `generator`, hardened. The loop is
// [aio.reactor.Reactor](../lib/aio/reactor/Reactor.java), which calls a callback for each channel that is ready.

// %% [markdown]
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
// be completed once, but a selector is *level-triggered*: it reports a state, not a change. It reports a channel with
// unread bytes, or one whose client has ended its side, in every turn. So the callback clears its interest in the
// channel. It has to do that first, because `setResult` resumes the coroutine, which may register its next wait at
// once. Now it works for any channel and any operation, so make it a method:

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
// A task resumes the coroutine until it yields a future, and resumes it again when that future completes. It is
// `step` from `generator`, made into a class. If the conversation fails, `send` throws the exception here, and it
// ends that conversation and no other. The server keeps a set of the tasks that are running, because it has to close
// them.

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
        } catch (IOException e) {
            // A broken connection. The conversation's own try has closed it.
        } catch (Exception e) {
            System.err.println("a conversation failed: " + e);
        }
        if (coroutine.isDone()) running.remove(this);
    }
}

// %% [markdown]
// ## The conversation
//
// These are the four callbacks of `aio_callback_server`. The lines are in the order in which they are printed. One
// `while` writes the answer, another reads the rest, and one `try` closes the connection however the conversation
// ends.

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

void serve(ServerSocketChannel listener, Conversation conversation, LongAdder clients) throws Exception {
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
}

Server start(String host, int port, Conversation conversation) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, conversation, clients),
            () -> clients.sum() + " clients");
}

// %% [markdown]
// ## Two mistakes
//
// What if a callback doesn't clear its interest? The first of these two conversations has that mistake. It reads what
// its client sent and then waits for something that takes a while. The second divides 100 by the number that its
// client sends, and gets a 0, then a 5. Each client ends its side after its message. What do the three clients get,
// and who reports what?

// %%
static Void keepInterest(Reactor reactor, SocketChannel conn) throws Exception {
    var readable = new Future<SocketChannel>();
    reactor.register(conn, SelectionKey.OP_READ, key -> readable.setResult(conn));
    await(readable);
    conn.read(ByteBuffer.allocate(100));
    try {
        return await(new Future<Void>()); // a database, say, that takes its time
    } finally {
        IO.println("the conversation has ended");
    }
}

static Void divide(Reactor reactor, SocketChannel conn) throws Exception {
    try (conn) {
        var buffer = ByteBuffer.allocate(100);
        await(ready(reactor, conn, SelectionKey.OP_READ));
        conn.read(buffer);
        int number = Integer.parseInt(new String(buffer.array(), 0, buffer.position()));
        conn.write(ByteBuffer.wrap(Integer.toString(100 / number).getBytes()));
        return null;
    }
}

void tryOut(Conversation conversation, String... messages) throws IOException {
    List<String> answers = new ArrayList<>();
    try (var server = start("localhost", 0, conversation)) {
        for (String message : messages) {
            try (var client = new Socket("localhost", server.port())) {
                client.getOutputStream().write(message.getBytes());
                client.shutdownOutput();
                answers.add("'" + new String(client.getInputStream().readAllBytes()) + "'");
            }
        }
    }
    IO.println("the clients got " + answers);
}

void mistakes() throws IOException {
    tryOut((reactor, conn) -> keepInterest(reactor, conn), "hello");
    tryOut((reactor, conn) -> divide(reactor, conn), "0", "5");
}

// %%
void main(String... args) throws Exception {
    String usage = """
            aio_future_server [host] [port] [--mistakes]

            The server of aio_callback_server, written with futures and coroutines.

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8888)
              --mistakes  do not serve: have two conversations fail, each in its way
            """;
    if (List.of(args).contains("--mistakes")) Script.run(usage, args, _ -> mistakes());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8888), (reactor, conn) -> converse(reactor, conn)));
}

// %% [markdown]
// ```console
// $ ./jbang aio_future_server --mistakes
// server started on localhost:[...]
// a callback failed, so its channel is closed: java.nio.channels.SocketChannel[connected [...]]
// java.lang.IllegalStateException: the future is complete already: [...]
// [...]
// the conversation has ended
// server stopped: 1 clients
// the clients got ['']
// server started on localhost:[...]
// a conversation failed: java.lang.ArithmeticException: / by zero
// server stopped: 2 clients
// the clients got ['', '20']
// ```
//
// Each exception goes to the code that called the failing code. The first client had ended its side, and that state
// lasts, so the reactor called the callback again, and `setResult` threw, because a future is completed only once.
// The reactor printed that and closed the channel. The coroutine didn't even notice: it went on waiting for its
// database until the server stopped and closed it. (Would it be kinder to ignore a second result? Then you'd see
// nothing, and the reactor would call that callback in every turn, without a pause.) The line that fixes it is
// `key.interestOps(0)`.
//
// The division ran inside `send`, so `step` got the exception and printed it. The conversation's `try` had closed the
// connection by then. That client saw the end of the stream, and the next one was served. But printing is all that
// `step` can do: you can't yet wait for a task and find out how it ended.
//
// ## Is it worth it?
//
// You've now seen this conversation three times:
//
// | | `aio_callback_server` | `aio_future_server` | [virtual_thread_server](virtual_thread_server.java) |
// | --- | --- | --- | --- |
// | lines of the conversation, without comments | 32 | 24 | 19 |
// | what runs next is decided by | the loop | the loop | the JDK |
// | two conversations run at the same time | never | never | on as many processors as there are |
// | to stop one in the middle | close its channel | close its coroutine | interrupt its thread |
// | can call a library that blocks | no, everybody would wait | no, everybody would wait | yes |
//
// If all you want is a server that waits for its clients, take the one on virtual threads. Ours is longer, and each
// of its coroutines sits on a virtual thread, too; each wait hands over to the loop's thread and back
// ([coroutine_cost](coroutine_cost.java) measures that). The loop is for programs whose conversations share state: a
// chat, a game, a broker. One conversation runs at a time, and it loses its turn only at an `await`. That's why
// `running` is a plain `HashSet`, and why code between two awaits needs no lock. It also helps you understand
// Python's asyncio and JavaScript, which work like this.
//
// ## Run it
//
// ```console server
// $ ./jbang aio_future_server
// server started on localhost:8888
// ```
//
// In another terminal, start the client that takes its time:
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// The server prints what `aio_callback_server` prints:
//
// ```console server
// Accept ...
// Connect ...
// Write ...
// Success ...
// ```

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, (reactor, conn) -> converse(reactor, conn));

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     IO.println(new String(client.getInputStream().readNBytes(2)));
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// `ready(reactor, conn, OP_READ)` is still in the middle of the conversation. When you write a server, you want to
// say what to wait for, not how to register it. You may also want to wait for something that isn't a channel: five
// seconds, or the end of another task. [event_loop](event_loop.java) builds a loop for that.
//
// ## Exercises
//
// 1. Answer every further message with `ok` until the client ends its side. Compare with your solution of the same
//    exercise in `aio_callback_server`.
// 2. Let `ready` complete the future first and clear the interest afterward. What does the client see, and why?
// 3. Close a conversation from outside, with `raise(new IOException("enough"))` on its coroutine. Where does the
//    exception come out?
