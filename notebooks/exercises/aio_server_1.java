// %%
//JAVA 25+
//SOURCES ../../lib/aio/reactor/Reactor.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.reactor.Reactor;
import exercise.Client;
import exercise.Finding;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Write when there is room
//
// **Write.** A callback must not wait: it writes what the socket takes, and the rest when the selector calls again.
//
// This server sends back what it receives. It runs on `Reactor`, the loop of [aio_server](../aio_server.java), and each
// connection has an `Echo` as its callback. A client that reads slowly fills the buffers of the kernel, and then
// `conn.write` takes only some of the bytes, or none. `Echo` tries again and again until it has taken all, and
// meanwhile the loop serves nobody else. Rewrite `call`: it writes once, keeps what is left in `buffer`, and asks the
// selector (`key.interestOps`) to call it when it can go on. Nothing may get lost, and with nothing to do the loop has
// to sleep.

// %%
class Echo implements Reactor.Callback {
    final ByteBuffer buffer = ByteBuffer.allocate(4096).limit(0); // from its position to its limit: not sent back yet

    public void call(SelectionKey key) throws IOException {
        var conn = (SocketChannel) key.channel();
        // >>> start
        // if (conn.read(buffer.clear()) < 0) {
        //     conn.close();
        //     return;
        // }
        // buffer.flip();
        // while (buffer.hasRemaining()) conn.write(buffer);
        // >>> solution
        if (!buffer.hasRemaining()) {
            if (conn.read(buffer.clear()) < 0) {
                conn.close();
                return;
            }
            buffer.flip();
        }
        conn.write(buffer);
        key.interestOps(buffer.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        // >>> the rest is forgotten
        // if (conn.read(buffer.clear()) < 0) {
        //     conn.close();
        //     return;
        // }
        // conn.write(buffer.flip());
        // >>> it always asks for both
        // if (!buffer.hasRemaining()) {
        //     if (conn.read(buffer.clear()) < 0) {
        //         conn.close();
        //         return;
        //     }
        //     buffer.flip();
        // }
        // conn.write(buffer);
        // key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        // <<<
    }
}

// %%
void serve(ServerSocketChannel listener, UnaryOperator<Reactor.Callback> wrap) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> reactor.register(conn, SelectionKey.OP_READ, wrap.apply(new Echo())));
        reactor.run();
    }
}

Server start(String host, int port, UnaryOperator<Reactor.Callback> wrap) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, wrap), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_server_1 [host] [port]

            A server that sends back what it receives (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), echo -> echo));
}

// %% tags=["check"]
void verify() throws Exception {
    var calls = new AtomicInteger();
    byte[] much = new byte[12_000_000];
    new Random(1).nextBytes(much);
    UnaryOperator<Reactor.Callback> counted = echo -> key -> {
        calls.incrementAndGet();
        echo.call(key);
    };
    try (var server = start("localhost", 0, counted); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("hello").gets("hello", "because the server sends back what it receives");
        alice.sendUntilStuck(much);
        bob.send("hello").gets("hello", "although Alice has not read any of her twelve million bytes");
        alice.gets(much, "because nothing gets lost");
        int before = calls.get();
        Thread.sleep(200);
        int idle = calls.get() - before;
        if (idle > 10)
            throw new Finding("For 0.2 seconds nobody sent anything, and Echo was called %,d times.".formatted(idle),
                    "it isn't called, so the loop sleeps");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `call` runs when the key is ready for something. There are two things it may find to do: bytes that were left
//    from last time, or bytes to read.
// 2. After `conn.write(buffer)`, look at `buffer.hasRemaining()`. What should the selector wait for in either case?
// 3. A socket is ready to be written to almost always. Ask for `OP_WRITE` only while something is left.
//
// ## Solution
//
// The buffer is the callback's state. As long as it has bytes, `Echo` reads no more, writes what it can, and asks for
// `OP_WRITE`; once it is empty, it asks for `OP_READ`. So a slow client costs the server one buffer: bytes that Alice
// doesn't read stay in her own buffers, and in the end her `write` waits. That is **backpressure**. The loop serves
// Bob in the meantime, and sleeps when nobody can go on. With `OP_WRITE` always on, `select` would return at once, for
// nothing, because a socket with an empty send buffer is ready to be written to.
//
// ## Wrong attempts
//
// - start: Bob sent "hello" and got nothing. Expected: "hello", although Alice has not read any of her twelve million
//   bytes.
// - the rest is forgotten: Alice sent [...] and got [...] of the bytes, and then [...]. Expected: [...], because nothing
//   gets lost.
// - it always asks for both: For 0.2 seconds nobody sent anything, and Echo was called [...] times. Expected: it isn't
//   called, so the loop sleeps.
