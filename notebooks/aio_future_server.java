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
// Chapter 6 ended in callback hell: four steps, four levels of braces, and no loop or `try` could reach
// from one step to the next. We want to write the steps one below the other, and *stop* between them
// without stopping the thread. Three small things make that possible.
//
// ```diagram
//   Future      a result that is not there yet, and a list of who wants to know
//   Coroutine   a body of code that can stop in the middle, and go on later
//   Task        runs a coroutine: it comes out with a Future; when that is done, run it on
//
//   reactor --- ready! ---> future.setResult --- done callback ---> task.step
//      ^                                                               |
//      |                                                               v
//      +---- register <---- the coroutine runs on, wants to wait, yields a new future
// ```
//
// No callback has gone away. There is one for each wait, as before. But nobody writes it any more: it
// is always the same one, *step*.

// %% [markdown]
// ## A coroutine, by hand
//
// `Coroutine.yield(x)` stops the body and hands `x` out. `send(value)` lets it run on, and `value` is
// what the `yield` returns inside. Java has no such generators. The library makes them out of virtual
// threads: the body has a thread of its own, and at a `yield` that thread parks and wakes the one that
// called `send`. Exactly one of the two runs at any time.
//
// Here *you* are the loop. The coroutine wants a name and does not know it yet, so it yields a future.

// %%
Coroutine<String> greeting(Future<String> name) {
    return new Coroutine<>(() -> "Hello, " + Coroutine.yield(name));
}

// %%
void playTheLoop() throws Exception {
    var name = new Future<String>();
    var greeting = greeting(name);
    IO.println("it yields " + greeting.send(null)); // runs up to the yield
    name.setResult("Caro"); // what a socket, a timer or a thread would do
    greeting.send(name.result()); // runs to the end
    IO.println("it returns " + greeting.result());
}

// %% [markdown]
// `./jbang aio_future_server --by-hand` prints
//
// ```text
// it yields Future[PENDING]
// it returns Hello, Caro
// ```
//
// ## The Task
//
// A task does the same without you. It steps its coroutine, gets a future out, and asks that future to
// call `step` when it is done. Whatever the coroutine fails with ends this conversation and no other.

// %%
class Task {
    final Coroutine<Void> coroutine;
    final Set<Task> running;

    Task(Callable<Void> body, Set<Task> running) {
        this.coroutine = new Coroutine<>(body);
        this.running = running;
        running.add(this);
        step();
    }

    void step() {
        try {
            Object yielded = coroutine.send(null);
            if (yielded instanceof Future<?> future) future.addDoneCallback(_ -> step());
        } catch (IOException e) {
            // A broken connection. The body's own try has closed it.
        } catch (Exception e) {
            System.err.println("a conversation failed: " + e);
        }
        if (coroutine.isDone()) running.remove(this);
    }
}

// %% [markdown]
// To wait is now one line. In a coroutine: hand the future out, and when we run again it has a result
// (or an exception, which `result` throws).

// %%
static <T> T await(Future<T> future) throws Exception {
    Coroutine.yield(future);
    return future.result();
}

// %% [markdown]
// ## Readiness as a Future
//
// One function turns 'call me when it is ready' into a future. A future is done once, so the interest
// is taken back when it fires. Registering is still our own work, line for line; that is what the next
// chapter takes over.

// %%
Future<SocketChannel> ready(Reactor reactor, SocketChannel conn, int operation) throws IOException {
    var future = new Future<SocketChannel>();
    reactor.register(conn, operation, key -> {
        key.interestOps(0);
        future.setResult(conn);
    });
    return future;
}

// %% [markdown]
// ## The conversation
//
// This is the server of chapter 6, step for step. The four lines stand in the order in which they are
// printed. The answer is written in a `while`, the rest is read in a `while`, and one `try` around it
// all closes the connection, however it ends.

// %%
Void converse(Reactor reactor, SocketChannel conn) throws Exception {
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
// ## The end of a coroutine that waits
//
// When the server stops, some conversations are in the middle of a wait. Nobody will ever resume them,
// and a parked virtual thread is never collected as garbage. So each is *closed*: an exception is
// thrown in at its `yield`, its `finally` blocks run, and its connection with them.

// %%
void serve(ServerSocketChannel listener, LongAdder clients) throws Exception {
    var running = new HashSet<Task>();
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> {
            clients.increment();
            new Task(() -> converse(reactor, conn), running);
        });
        reactor.run();
    } finally {
        for (Task task : Set.copyOf(running)) task.coroutine.close();
    }
}

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--by-hand")) {
        playTheLoop();
        return;
    }
    Script.serve("""
            aio_future_server [host] [port] [--by-hand]

            The server of aio_callback_server, written with futures and coroutines.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --by-hand  do not serve: step one coroutine by hand and show what comes out
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_future_server
// server started on localhost:8888
// ```
//
// With the client of chapter 7 in another terminal
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// it prints what chapter 6 prints:
//
// ```console server
// Accept ...
// Connect ...
// Write ...
// Success ...
// ```

// %% tags=["active-ipynb"]
// playTheLoop();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     IO.println(new String(client.getInputStream().readNBytes(2)));
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the articles leave out
//
// The Python articles jump from callback hell straight to an event loop; this chapter is the step
// between. In Python it would be shorter, since `yield` is part of the language. What Java pays: a
// virtual thread for each coroutine, and two thread switches for each wait.
//
// ## What is still wrong
//
// `ready(reactor, conn, OP_READ)` stands in the middle of our lesson about conversations. Whoever writes
// a server should say *what* they wait for, and not how it is registered. And a server needs more than
// sockets: time limits (B6 of chapter 6 is still there), and a way to hear of a task that failed.
//
// ## Exercises
//
// 1. Answer every further message with `ok` until the client ends its side. Compare with your solution
//    of the same exercise in chapter 6.
// 2. Call `greeting.send(...)` once more after its end, or `name.setResult` twice. What do the errors
//    say?
// 3. Call `raise(new IOException("no name"))` in place of the second `send`. Where does it come out?
