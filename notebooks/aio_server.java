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
// # A selector and its callbacks
//
// Signals say too little ([signal_driven_server](signal_driven_server.java)), so let's go back to the loop of
// [io_multiplexing](io_multiplexing.java). It learns which descriptors are ready, but a descriptor is only a number, and
// the loop has to know what each number stands for: the eventfd, the listener, or a client, and which one. Could each
// socket bring along what to do when it's ready?
//
// It can, and in Java it can on any system. When you register a channel with a `Selector` (which is epoll on Linux), you
// get a `SelectionKey`. It has room for one object of yours, the *attachment*, and we attach the function to call when
// the channel is ready. `select()` sleeps until at least one is:
//
// ```diagram
//        +--> select()    the thread sleeps
//        |       |        ready: the listener, Bob
//        |       v
//        |    listener's key --> its callback: accept, and register a key for the new connection
//        |       |
//        |       v
//        |    Bob's key      --> its callback: read what Bob sent
//        |       |
//        +-------+
// ```
//
// A function that you hand over now for somebody else to call later is a **callback**. A loop that waits for readiness
// and calls callbacks is a **reactor** ([Schmidt, 1995](https://www.dre.vanderbilt.edu/~schmidt/PDF/reactor-siemens.pdf)).
//
// Some people call only completion asynchronous I/O. This book, like Python's asyncio, uses the term for readiness too,
// and that's the `aio` in the names of the chapters.

// %%
interface Callback {
    void call(SelectionKey key) throws IOException;
}

class Counts {
    long clients, selects; // for the line that the server prints when it stops
}

// %% [markdown]
// ## Two callbacks
//
// The first callback runs when the listener is ready. It accepts one connection and registers it with a callback of its
// own, which `handler` makes. `Acceptor` is the one from `nio_server`; while it pauses, it returns null.

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
            close(conn); // this connection failed, but the listener didn't
        }
    };
}

void close(Channel channel) {
    try {
        channel.close();
    } catch (IOException e) {
        // It's broken already, so there's nothing left to do.
    }
}

// %% [markdown]
// The second callback reads and prints. It captures two local variables, the client's buffer and text decoder. A
// connection is ready when bytes have arrived, when the client has ended its side (`read` returns -1), and when the
// connection is broken (`read` throws). Closing the channel also cancels its key.

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
// Suppose a client sends 5,000 bytes at once. Our callback reads 1,024 of them and returns. Are the others lost? No: the
// selector is level-triggered
// ([it doesn't set EPOLLET](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/EPollSelectorImpl.java)),
// so it calls us again and again until we've read them all.
//
// ## The loop
//
// This is the whole reactor. `select` passes each ready key to `call`, a function that calls the callback in the key's
// attachment. We need no eventfd to stop it, because an interrupt ends `select` at once, and the `finally` closes every
// channel that is still registered. While the acceptor pauses, the listener stays ready and the loop would spin, so we
// tell the selector to ignore it and to return after `pause` milliseconds (0 means no time limit).

// %%
void serve(ServerSocketChannel listener, Function<SocketChannel, Callback> handler, Consumer<SelectionKey> call,
        Counts counts) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    try (var selector = Selector.open()) {
        var accept = accept(selector, acceptor, counts, handler);
        SelectionKey listening = listener.register(selector, SelectionKey.OP_ACCEPT, accept);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long pause = acceptor.pauseMillis();
                listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
                counts.selects++;
                selector.select(call, pause);
            }
        } finally {
            selector.keys().forEach(key -> close(key.channel()));
        }
    }
}

// %% [markdown]
// ## One bad client
//
// What if a callback throws? In a server with a thread per client, an exception ends only that client's thread. Here
// one thread serves everybody. The function that `select` calls can't throw an `IOException`, so the compiler makes us
// catch that one. Is that enough? The second version catches the rest, too, and prints it: it's probably a bug of ours.

// %%
void callAndCatchIOException(SelectionKey key) {
    try {
        ((Callback) key.attachment()).call(key);
    } catch (IOException e) {
        close(key.channel());
    }
}

void call(SelectionKey key) {
    try {
        callAndCatchIOException(key);
    } catch (RuntimeException | Error e) {
        System.err.println("a callback failed: " + e);
        close(key.channel());
    }
}

// %% [markdown]
// We start a server with each version, and give it four clients: one that resets its connection, Bob, one whose callback
// has a bug, and Bob again.

// %%
void hello(Server server, String text) {
    try (var socket = new Socket(server.host(), server.port())) {
        socket.getOutputStream().write(text.getBytes());
        socket.shutdownOutput();
        socket.getInputStream().read(); // returns when the server closes
    } catch (IOException e) {
        // The server has gone.
    }
}

void bobAfterBadClients(Consumer<SelectionKey> call, String name) throws IOException {
    var bug = new AtomicBoolean();
    Callback failing = _ -> { throw new AssertionError("a bug"); };
    Function<SocketChannel, Callback> handler = conn -> bug.get() ? failing : handleConn(conn);
    try (var server = Server.start("localhost", Sockets.listen("localhost", 0),
            listener -> serve(listener, handler, call, new Counts()), () -> name)) {
        try (var bad = new Socket(server.host(), server.port())) {
            bad.setSoLinger(true, 0); // makes close() send a reset
        }
        hello(server, "hello from Bob, after the reset");
        bug.set(true);
        hello(server, "hello");
        bug.set(false);
        hello(server, "hello from Bob, after the bug");
    }
}

void oneBadClient() throws IOException {
    bobAfterBadClients(key -> callAndCatchIOException(key), "it caught IOException");
    bobAfterBadClients(key -> call(key), "it caught everything");
}

// %% [markdown]
// How often does each server hear from Bob?
//
// ```console
// $ ./jbang aio_server --one-bad-client
// server started on localhost:[...]
// hello from Bob, after the reset
// server stopped: it caught IOException
// server started on localhost:[...]
// hello from Bob, after the reset
// a callback failed: java.lang.AssertionError: a bug
// hello from Bob, after the bug
// server stopped: it caught everything
// ```
//
// The first `catch` saves Bob from the reset, but only the second saves him from the bug. An `AssertionError` that nobody
// catches ends the callback, `select`, and the loop, and then nobody serves Bob. **One exception must not end the loop,
// because the loop serves everybody.**

// %%
Server start(String host, int port) throws IOException {
    var counts = new Counts();
    return Server.start(host, Sockets.listen(host, port),
            listener -> serve(listener, conn -> handleConn(conn), key -> call(key), counts),
            () -> "%,d clients, %,d calls of select".formatted(counts.clients, counts.selects));
}

void main(String... args) throws Exception {
    if (List.of(args).contains("--one-bad-client")) oneBadClient();
    else Script.serve("""
            aio_server [host] [port] [--one-bad-client]

            A server on one thread that sleeps until a socket is ready, and calls its callback.

              host              where to listen (default localhost)
              port              the port, 0 for any free one (default 8888)
              --one-bad-client  show what bad clients do to another client, and stop
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
// In another terminal, one client that sends a message, and one that stays silent for a second and leaves:
//
// ```console
// $ ./jbang http_client
// client sent its data
// $ sleep 1 | ./jbang talk localhost 8888
// ```
//
// `io_multiplexing` waited once for each event. How often has this server called `select`? Press Ctrl-C:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ^Cserver stopped: 2 clients, 6 calls of select
// ```
//
// Six: `http_client` connected, its message came, and its end came; the silent client connected, and its end came;
// the sixth call was asleep when Ctrl-C interrupted it. The cost grows with what happens, not with time: in the table
// of [nio_threaded_server](nio_threaded_server.java), 500 silent clients cost this server 0% of a core.
//
// Watch it with a silent Alice, and with Bob, who sends a message. On which line does the thread spend the seconds in
// which nobody sends, and where does Alice's callback stand?
//
// ```player
// $ ./jbang watch aio_server
// $ ./jbang talk localhost 8888
// $ ./jbang http_client
// ```
//
// The thread sleeps in `select`. Alice's callback is registered, no more: its marker stays on the first line of its
// lambda until the selector reports her.

// %% tags=["active-ipynb"]
// oneBadClient();
// try (var server = start("localhost", 0)) {
//     hello(server, "hello from a cell");
// }

// %% [markdown]
// ## What it still can't do
//
// One callback per connection is enough only because this server does nothing but read. In a conversation you read,
// then write, then read again, and each step has to wait until the socket is ready. A callback can't wait: it has to
// return and leave another callback for the next step. [aio_callback_server](aio_callback_server.java) tries four steps.
//
// ## Exercises
//
// - Write when there is room: `./jbang exercise start aio_server_1`
// - A letter in two pieces: `./jbang exercise start aio_server_2`
