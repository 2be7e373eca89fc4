// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Let the kernel say who is ready
//
// [nio_server](nio_server.java) asks every socket whether it has something, millions of times, and
// [nio_threaded_server](nio_threaded_server.java) does the same in a thread per client. Yet the kernel knows the
// answer without being polled, because it puts the bytes there. Can one thread sleep until the kernel says which
// of its sockets are ready?
//
// It can. A `Selector` holds a list of sockets, and `select()` sleeps until at least one of them is ready:
//
// ```diagram
//        +--> select()    the thread sleeps
//        |       |
//        |       |   ready: the listener, Bob
//        |       v
//        |    listener's key --> its callback: accept, and register a key for the new connection
//        |       |
//        |       v
//        |    Bob's key      --> its callback: read what Bob sent
//        |       |
//        +-------+
// ```
//
// On Linux, Java's selector uses [epoll](https://man7.org/linux/man-pages/man7/epoll.7.html). Registering a channel
// returns a `SelectionKey`, and a key has room for one object of ours, the *attachment*. We attach the function to
// call when the channel is ready. A function that you hand over now for somebody else to call later is a **callback**.
// A loop that waits for readiness and calls callbacks is a
// [reactor](https://www.dre.vanderbilt.edu/~schmidt/PDF/reactor-siemens.pdf).
//
// A selector reports *readiness*: a read would return something now, and the reading is still up to us. The other
// model is *completion*: we hand over a buffer, and the kernel tells us when it has filled it (io_uring on Linux, IOCP
// on Windows). Some people call only the second one asynchronous I/O. This book uses the word for both, as Python's
// asyncio does.

// %%
interface Callback {
    void call(SelectionKey key) throws IOException;
}

// %% [markdown]
// The server counts its clients and its calls of `select`, and reads the CPU time of its process, as `nio_server` does.

// %%
class Counts {
    final long started = System.nanoTime();
    final Duration before = cpu();
    long selects;
    int clients;

    Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    String summary() {
        return "%,d clients, %,d calls of select, %.2f s of CPU in %.1f s".formatted(clients, selects,
                cpu().minus(before).toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %% [markdown]
// ## Two callbacks
//
// `accept` runs when the listener is ready. It takes one connection and registers it, with a callback that `handler`
// makes for it. `Acceptor` pauses while the process has no file descriptors left, as in `nio_server`.

// %%
Callback accept(Selector selector, Acceptor acceptor, Counts counts, Function<SocketChannel, Callback> handler) {
    return _ -> {
        SocketChannel conn = acceptor.accept();
        if (conn == null) return;
        try {
            conn.configureBlocking(false);
            conn.register(selector, SelectionKey.OP_READ, handler.apply(conn));
            counts.clients++;
        } catch (IOException e) {
            close(conn); // it has left already
        }
    };
}

// %% [markdown]
// Our handler prints. What belongs to one client, here a buffer and the decoder of its text, are local variables that
// its callback captures. The key is ready when bytes have arrived, when the client has ended its side (`read` returns
// -1), and when the connection is broken (`read` throws). Closing the channel also cancels its key.

// %%
Callback handleConn(SocketChannel conn) {
    var text = new NetworkText();
    var buffer = ByteBuffer.allocate(1024);
    return _ -> {
        int n = conn.read(buffer.clear());
        String received = n < 0 ? text.end() : text.decode(buffer.flip());
        if (!received.isEmpty()) IO.println(received);
        if (n < 0) conn.close();
    };
}

// %% [markdown]
// Suppose a client sends 5,000 bytes at once. Our callback reads 1,024 of them and returns. Are the others lost?
// No: Java's selector is **level-triggered**, which means that it reports a channel for as long as bytes are waiting,
// and not once per arrival. The next `select` returns at once, and so does the one after it, until we've read all.
//
// ## The loop
//
// This is the whole reactor. `select` calls our function with each key that is ready. The selector never looks at the
// attachment, so it's the function `call`, below, that turns a key into a call of its callback.
//
// The number is a time limit in milliseconds; 0 means none. It's only needed while `acceptor` pauses. The listener
// stays ready during that time, so we take it out of the selector's interest, or the loop would spin.

// %%
void loop(Selector selector, Acceptor acceptor, SelectionKey listening, Consumer<SelectionKey> call, Counts counts)
        throws IOException {
    while (!Thread.currentThread().isInterrupted()) {
        long pause = acceptor.pauseMillis();
        listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
        counts.selects++;
        selector.select(call, pause);
    }
}

// %% [markdown]
// ## One bad client
//
// What if a callback throws? In a server with a thread per client, an exception ends the thread of the client that
// caused it. Here one thread runs everything. Look at the simplest `call`, which catches nothing (it has to wrap the
// `IOException`, because the function that `select` takes can't throw one):

// %%
void callAndCatchNothing(SelectionKey key) {
    try {
        ((Callback) key.attachment()).call(key);
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

// %% [markdown]
// An exception leaves the callback, then `select`, then the loop, and the server is gone. A reset is enough, and every
// client can cause one. So the second attempt treats an `IOException` as the end of one connection:

// %%
void callAndCatchIOException(SelectionKey key) {
    try {
        ((Callback) key.attachment()).call(key);
    } catch (IOException e) {
        close(key.channel());
    }
}

// %% [markdown]
// The third attempt catches everything. What isn't an `IOException` is a bug of ours, so it's also printed. (Going on
// after an `Error` is a choice: a stack overflow is over when the stack has unwound, but after an `OutOfMemoryError`
// you may prefer a fresh process, which `-XX:+ExitOnOutOfMemoryError` gives you.)

// %%
void call(SelectionKey key) {
    try {
        ((Callback) key.attachment()).call(key);
    } catch (IOException e) {
        close(key.channel());
    } catch (RuntimeException | Error e) {
        System.err.println("a callback failed: " + e);
        close(key.channel());
    }
}

// %%
void close(Channel channel) {
    try {
        channel.close();
    } catch (IOException e) {
        // It is broken already, and there is nothing more to do about it.
    }
}

// %% [markdown]
// An interrupt ends `select` at once. The `finally` closes every channel that is still registered.

// %%
void serve(ServerSocketChannel listener, Function<SocketChannel, Callback> handler, Consumer<SelectionKey> call,
        Counts counts) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    try (var selector = Selector.open()) {
        var accept = accept(selector, acceptor, counts, handler);
        SelectionKey listening = listener.register(selector, SelectionKey.OP_ACCEPT, accept);
        try {
            loop(selector, acceptor, listening, call, counts);
        } finally {
            selector.keys().forEach(key -> close(key.channel()));
        }
    }
}

// %% [markdown]
// To see the attempts fail, we need a handler with a bug. This one answers how deep the brackets of a text are nested.
// `depth` has two bugs. Can you see them?

// %%
int depth(ByteBuffer text) {
    return text.get() == '(' ? 1 + depth(text) : 0;
}

// %%
Callback answerDepth(SocketChannel conn) {
    var text = ByteBuffer.allocate(200_000);
    return _ -> {
        if (conn.read(text) >= 0) return;
        conn.write(ByteBuffer.wrap(("depth " + depth(text.flip())).getBytes()));
        conn.close();
    };
}

// %% [markdown]
// Bob connects first. Then comes a bad client: one that resets its connection (`SO_LINGER` with 0 seconds makes
// `close` do that), one that sends nothing, or one that sends 100,000 opening brackets. Then Bob asks how deep `(()` is.

// %%
interface BadClient {
    void talk(Socket socket) throws IOException;
}

String ask(Socket socket, String text) {
    try (socket) {
        socket.getOutputStream().write(text.getBytes());
        socket.shutdownOutput();
        String answer = new String(socket.getInputStream().readAllBytes());
        return answer.isEmpty() ? "Bob is cut off" : "Bob gets " + answer;
    } catch (IOException e) {
        return "Bob is cut off";
    }
}

// %%
String bobAfter(BadClient bad, Consumer<SelectionKey> call) throws IOException {
    try (var listener = Sockets.listen("localhost", 0)) {
        int port = listener.socket().getLocalPort();
        var loop = new FutureTask<>(() -> {
            serve(listener, conn -> answerDepth(conn), call, new Counts());
            return "interrupted";
        });
        Thread.ofPlatform().name("loop").start(loop);
        var bob = new Socket("localhost", port);
        try (var socket = new Socket("localhost", port)) {
            bad.talk(socket);
        }
        try {
            ask(new Socket("localhost", port), "()"); // once this is over, the loop has dealt with the bad client
        } catch (ConnectException e) {
            // The loop has ended, and closed its listener.
        }
        String answer = ask(bob, "(()");
        loop.cancel(true);
        return answer;
    }
}

// %%
void oneBadClient() throws IOException {
    var bad = new LinkedHashMap<String, BadClient>();
    bad.put("a reset", socket -> socket.setSoLinger(true, 0));
    bad.put("an empty text", socket -> ask(socket, ""));
    bad.put("100,000 brackets", socket -> ask(socket, "(".repeat(100_000)));
    String row = "%-18s %-18s %-18s %s%n";
    IO.print(row.formatted("", "catch nothing", "catch IOException", "catch everything"));
    for (String name : bad.keySet()) {
        IO.print(row.formatted(name,
                bobAfter(bad.get(name), key -> callAndCatchNothing(key)),
                bobAfter(bad.get(name), key -> callAndCatchIOException(key)),
                bobAfter(bad.get(name), key -> call(key))));
    }
}

// %% [markdown]
// Nine servers, one for each attempt and each bad client. In which of the nine does Bob get his answer?
//
// ```console
// $ ./jbang aio_server --one-bad-client
//                    catch nothing      catch IOException  catch everything
// a reset            Bob is cut off     Bob gets depth 2   Bob gets depth 2
// a callback failed: java.nio.BufferUnderflowException
// an empty text      Bob is cut off     Bob is cut off     Bob gets depth 2
// a callback failed: java.lang.StackOverflowError
// 100,000 brackets   Bob is cut off     Bob is cut off     Bob gets depth 2
// ```
//
// Each column survives one kind of exception more than the column before it. The reset is an `IOException`. The empty
// text has no first byte, so `get` throws a `RuntimeException`. The brackets overflow the stack, which is an `Error`.
// In five of the nine, Bob pays for what somebody else sent. **One exception must not end the loop, because
// the loop serves everybody.**

// %%
Server start(String host, int port) throws IOException {
    var counts = new Counts();
    return Server.start(host, Sockets.listen(host, port),
            listener -> serve(listener, conn -> handleConn(conn), key -> call(key), counts), () -> counts.summary());
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--one-bad-client")) {
        oneBadClient();
        return;
    }
    Script.serve("""
            aio_server [host] [port] [--one-bad-client]

            A server on one thread that sleeps until a socket is ready, and calls its callback.

              host              where to listen (default localhost)
              port              the port, 0 for any free one (default 8888)
              --one-bad-client  do not serve: show what one bad client does to another
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_server
// server started on localhost:8888
// ```
//
// In another terminal, one client that sends a message and one that stays silent for five seconds and leaves:
//
// ```console
// $ ./jbang http_client
// client sent its data
// $ sleep 5 | ./jbang talk localhost 8888
// ```
//
// In those seconds `nio_server` would have polled millions of times. How often has this server called `select`, and
// how much CPU time has it used? Ctrl-C tells:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ^Cserver stopped: 2 clients, 6 calls of select, [...] s of CPU in [...] s
// ```
//
// Six: `http_client` connected, its message came, and its end came; the silent client connected, and its end came;
// the sixth call was asleep when Ctrl-C interrupted it. On the machine where this was written, the server used 0.08 s
// of CPU in 8.5 s. However many silent clients there are, `select` sleeps until one of them does something. The cost
// grows with what happens, and no longer with time.

// %% tags=["active-ipynb"]
// oneBadClient();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// One callback per connection is enough only because this server does one thing: it reads. In a conversation you
// read, then write, then read again, and each of these steps has to wait until the socket is ready. A callback can't
// wait. It has to return, and leave another callback behind for the next step. [aio_callback_server](aio_callback_server.java)
// tries that with four steps.
//
// ## Exercises
//
// 1. Let `handleConn` compute for two seconds. Who notices?
// 2. Take the `try` out of `call`. Which of these ends the server now: a client that connects and
//    closes, one that resets (`SO_LINGER` with 0 seconds), one that sends the byte `0xff`?
// 3. Register the connections with `OP_READ | OP_WRITE`. Why does the CPU use go to 100 %?
