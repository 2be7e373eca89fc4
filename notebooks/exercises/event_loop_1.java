// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A turn has to end
//
// **Repair.** A turn runs the callbacks that were ready when it began; what they add has to wait for the next one.
//
// This is the ready queue and the selector of [event_loop](../event_loop.java), and an echo server on them. One
// callback counts in the background: it adds itself to the queue again each time. Bob connects, sends something, and
// gets no answer. Repair the loop, so that it looks at the sockets between the steps of the count.

// %%
interface Callback { void run() throws Exception; }

class Loop {
    final Queue<Callback> ready = new ArrayDeque<>();
    final Selector selector = Selector.open();

    Loop() throws IOException {}

    void callSoon(Callback callback) { ready.add(callback); }

    void watch(SelectableChannel channel, int operation, Callback callback) throws IOException {
        channel.register(selector, operation, callback);
    }

    void select() throws IOException {
        Consumer<SelectionKey> onReady = key -> callSoon((Callback) key.attachment());
        // >>> start
        // selector.select(onReady);
        // >>> solution
        if (ready.isEmpty()) selector.select(onReady);
        else selector.selectNow(onReady);
        // >>> it sleeps although callbacks are ready
        // selector.select(onReady);
        // <<<
    }

    void turn() throws Exception {
        // >>> start
        // while (!ready.isEmpty()) ready.remove().run();
        // >>> solution
        for (int n = ready.size(); n > 0; n--) ready.remove().run();
        // <<<
    }

    void run() throws Exception {
        try (selector) {
            while (!Thread.currentThread().isInterrupted()) {
                select();
                turn();
            }
            for (SelectionKey key : selector.keys()) key.channel().close();
        }
    }
}

// %%
void accept(Loop loop, ServerSocketChannel listener) throws IOException {
    SocketChannel conn = listener.accept();
    if (conn == null) return;
    conn.configureBlocking(false);
    loop.watch(conn, SelectionKey.OP_READ, () -> echo(conn));
    // Not at once, but in a later turn: welcome the client.
    loop.callSoon(() -> loop.callSoon(() -> conn.write(ByteBuffer.wrap("welcome\n".getBytes()))));
}

void echo(SocketChannel conn) throws IOException {
    var buffer = ByteBuffer.allocate(1024);
    if (conn.read(buffer) < 0) conn.close();
    else conn.write(buffer.flip());
}

void count(Loop loop) {
    if (!Thread.currentThread().isInterrupted()) loop.callSoon(() -> count(loop));
}

Server start(String host, int port, boolean counts) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> {
        var loop = new Loop();
        loop.watch(listener, SelectionKey.OP_ACCEPT, () -> accept(loop, listener));
        if (counts) loop.callSoon(() -> count(loop));
        loop.run();
    }, () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            event_loop_1 [host] [port] [--count]

            An echo server on a loop (default localhost 8888).

              --count  and a callback that adds itself again each time
            """, args, a -> start(a.host(), a.port(8888), a.has("--count")));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0, false); var bob = Client.connect("Bob", server.port())) {
        bob.gets("welcome\n", "although no socket becomes ready after Bob's connection");
        bob.send("hello").gets("hello", "because it's an echo server");
    }
    try (var server = start("localhost", 0, true); var bob = Client.connect("Bob", server.port())) {
        bob.gets("welcome\n", "although a callback is always ready");
        bob.send("hello").gets("hello", "although a callback is always ready");
    }
}

// %% [markdown]
// ## Hints
//
// 1. When does the `while` in `turn` end if a callback adds itself each time?
// 2. How many callbacks are in the queue when the turn begins? Run that many.
// 3. After that, something may be in the queue when `select` is called. How long may `select` sleep then?
//
// ## Solution
//
// Both halves belong together. `turn` takes the size of the queue first and runs that many callbacks, so callbacks that
// they add wait for the next turn. But then the queue may have something in it when the loop comes to `select`, and
// a `select` that sleeps would keep it there until some socket becomes ready. So `select` sleeps only if the queue is
// empty, and otherwise takes a look (`selectNow`) and returns.
//
// ## Wrong attempts
//
// - start: Bob sent "hello" and got nothing. Expected: "hello", although a callback is always ready.
// - it sleeps although callbacks are ready: Bob waited and got nothing. Expected: "welcome\n", although no socket
//   becomes ready after Bob's connection.
