// %%
//JAVA 25+
//SOURCES ../../lib/aio/Coroutine.java ../../lib/aio/Future.java ../../lib/aio/reactor/Reactor.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/Script.java ../../lib/script/Sockets.java
import module java.base;
import aio.Coroutine;
import aio.Future;
import aio.reactor.Reactor;
import exercise.Client;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Who rings twice?
//
// **Repair.** A callback that completes a future has to clear its interest, and before it resumes anybody.
//
// Each client of this server sends a message. If it's `ring`, the bell rings, and the client gets `rung`. To any other
// message the server answers `wait`, and when somebody rings the bell, `ding`. Then the client may send its next
// message. `ready` is the bridge from callbacks to coroutines, as in [aio_future_server](../aio_future_server.java). But
// its two lines don't work: who rings once gets no answer the second time. Repair `ready`.

// %%
static Future<SocketChannel> ready(Reactor reactor, SocketChannel conn, int operation) throws IOException {
    var future = new Future<SocketChannel>();
    reactor.register(conn, operation, key -> {
        // >>> start
        // future.setResult(conn);
        // key.interestOps(0);
        // >>> solution
        key.interestOps(0);
        future.setResult(conn);
        // >>> it keeps its interest
        // future.setResult(conn);
        // <<<
    });
    return future;
}

static <T> T await(Future<T> future) throws Exception {
    Coroutine.yield(future);
    return future.result();
}

void step(Coroutine<Void> coroutine) {
    try {
        Object yielded = coroutine.send(null);
        if (yielded instanceof Future<?> future) future.addDoneCallback(_ -> step(coroutine));
    } catch (Exception e) {
        // This client is gone, and its conversation has closed the connection.
    }
}

// %%
Future<Void> bell = new Future<>(); // only the loop's thread uses it

void ring() {
    Future<Void> rung = bell;
    bell = new Future<>();
    rung.setResult(null);
}

void say(SocketChannel conn, String text) throws IOException {
    conn.write(ByteBuffer.wrap(text.getBytes())); // a few bytes always fit
}

Void converse(Reactor reactor, SocketChannel conn) throws Exception {
    try (conn) {
        while (true) {
            await(ready(reactor, conn, SelectionKey.OP_READ));
            var buffer = ByteBuffer.allocate(1024);
            if (conn.read(buffer) < 0) return null;
            if (StandardCharsets.UTF_8.decode(buffer.flip()).toString().equals("ring")) {
                ring();
                say(conn, "rung\n");
            } else {
                say(conn, "wait\n");
                await(bell);
                say(conn, "ding\n");
            }
        }
    }
}

// %%
void serve(ServerSocketChannel listener) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> step(new Coroutine<>(() -> converse(reactor, conn))));
        reactor.run();
    }
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_future_server_1 [host] [port]

            A server with a bell: send ring, or wait for it (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port()); var carol = Client.connect("Carol", server.port())) {
        alice.send("ring").gets("rung\n", "the answer to ring");
        alice.send("ring").gets("rung\n", "because each ring has an answer");
        bob.send("hello").gets("wait\n", "because nobody rings at the moment");
        bob.send("are you there?"); // the server reads that later
        carol.send("hello").gets("wait\n", "because nobody rings at the moment"); // now the loop has seen Bob's message
        alice.send("ring").gets("rung\n", "because each ring has an answer");
        carol.gets("ding\n", "because Alice rang");
        bob.gets("ding\n", "because Alice rang, although Bob has sent something meanwhile");
        bob.gets("wait\n", "the answer to what Bob sent meanwhile");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `setResult` returns late. What does it run before it returns?
// 2. The coroutine comes to its next `await(ready(...))` inside `setResult`. What does the line after `setResult` do to
//    that registration?
// 3. Do you need `interestOps(0)` at all? Look at Bob, who sends a message while his coroutine waits for the bell.
//
// ## Solution
//
// `setResult` resumes the coroutine at once, and the coroutine runs to its next wait, which registers the channel again.
// Only then does `setResult` return. If the callback clears the interest after that, it clears the interest of the
// *next* wait, and the coroutine sleeps forever. Without clearing, Alice is fine, because each of her waits replaces
// the last one. But Bob's coroutine waits for the bell, his channel is readable, and the selector reports it, so the
// callback completes its future a second time. That throws, and the reactor closes his connection. So clear first,
// then complete.
//
// ## Wrong attempts
//
// - start: Alice sent "ring" and got nothing. Expected: "rung\n", because each ring has an answer.
// - it keeps its interest: Bob sent "are you there?" and got nothing, and then the server closed the connection[...].
//   Expected: "ding\n", because Alice rang, although Bob has sent something meanwhile.
