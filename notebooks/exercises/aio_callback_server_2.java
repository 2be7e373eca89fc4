// %%
//JAVA 25+
//SOURCES ../../lib/aio/reactor/Reactor.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.reactor.Reactor;
import exercise.Client;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # The places that nobody gives back
//
// **Find.** An exception in a callback goes to the loop, and no `try` around the registration sees it.
//
// The server asks each client for a first and a second message, and has two places. A third client gets `full`. After
// some weeks every client got `full`, although nobody was connected. Somebody recorded how that comes about:
//
// ```text
// Alice  connects    resets her connection
// Bob    connects    sends a    gets second?    resets his connection
// Carol  connects    gets full
// ```
//
// The loop closed both connections, but their places were never given back. Find out why the `catch` in `onRead` didn't
// run, and repair it for every step.

// %%
static final int PLACES = 2;
int taken; // only the loop's thread uses it

void leave(SocketChannel conn) throws IOException {
    taken--;
    conn.close();
}

/** Calls the step when the client has sent something or is gone. */
void onRead(Reactor reactor, SocketChannel conn, Reactor.Callback step) throws IOException {
    // >>> start
    // try {
    //     reactor.register(conn, SelectionKey.OP_READ, step);
    // } catch (IOException e) {
    //     leave(conn);
    // }
    // >>> solution
    reactor.register(conn, SelectionKey.OP_READ, key -> {
        try {
            step.call(key);
        } catch (IOException e) {
            leave(conn);
        }
    });
    // >>> every step gives the place back
    // reactor.register(conn, SelectionKey.OP_READ, key -> {
    //     try {
    //         step.call(key);
    //     } finally {
    //         leave(conn);
    //     }
    // });
    // >>> the exception is caught and forgotten
    // reactor.register(conn, SelectionKey.OP_READ, key -> {
    //     try {
    //         step.call(key);
    //     } catch (IOException e) {}
    // });
    // >>> it gives the place back and keeps the connection
    // reactor.register(conn, SelectionKey.OP_READ, key -> {
    //     try {
    //         step.call(key);
    //     } catch (IOException e) {
    //         taken--;
    //     }
    // });
    // <<<
}

// %%
void onAccept(Reactor reactor, SocketChannel conn) throws IOException {
    if (taken == PLACES) {
        say(conn, "full\n");
        conn.close();
        return;
    }
    taken++;
    onRead(reactor, conn, _ -> first(reactor, conn));
}

void first(Reactor reactor, SocketChannel conn) throws IOException {
    if (conn.read(ByteBuffer.allocate(1024)) < 0) {
        leave(conn);
        return;
    }
    say(conn, "second?\n");
    onRead(reactor, conn, _ -> second(conn));
}

void second(SocketChannel conn) throws IOException {
    if (conn.read(ByteBuffer.allocate(1024)) >= 0) say(conn, "thanks\n");
    leave(conn);
}

void say(SocketChannel conn, String text) throws IOException {
    conn.write(ByteBuffer.wrap(text.getBytes())); // a few bytes always fit at the beginning
}

// %%
void serve(ServerSocketChannel listener) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> onAccept(reactor, conn));
        reactor.run();
    }
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> taken + " places taken");
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_callback_server_2 [host] [port]

            A server with two places, which asks for two messages (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void talk(String name, Server server, String why) {
    try (var client = Client.connect(name, server.port())) {
        client.send("a").gets("second?\n", why);
        client.send("b").gets("thanks\n", why);
        client.isClosed("the server closes after the second message");
    }
}

void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        talk("Carol", server, "the answer while both places are free");
        Client.connect("Alice", server.port()).reset();
        talk("Carol", server, "because Alice's place is not the only one");
        var bob = Client.connect("Bob", server.port());
        bob.send("a").gets("second?\n", "the answer to the first message");
        bob.reset();
        talk("Carol", server, "because Alice and Bob have reset their connections");
        try (var dave = Client.connect("Dave", server.port()); var eve = Client.connect("Eve", server.port())) {
            dave.send("a").gets("second?\n", "the answer to the first message");
            eve.send("a").gets("second?\n", "because two clients have a place");
            try (var frank = Client.connect("Frank", server.port())) {
                frank.gets("full\n", "because Dave and Eve are still connected");
            }
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. Who calls `step`, and when? What has `onRead` done by then?
// 2. The lambda that you register runs later. What has to be inside it?
// 3. When a step returns without an exception, is the conversation over?
//
// ## Solution
//
// `onRead` returns long before the step runs. A `try` protects what its own thread calls inside the braces, and that
// was only `register`. When the read finds a reset, the exception goes to the loop, which called the step. The loop knows
// about channels, so it closes this one. It doesn't know about places. The `try` has to be inside the callback, around
// the call of the step, and because both steps go through `onRead`, both have it. There is still no place for a `finally`
// that runs once at the end of the conversation, because no block of the program is the conversation.
//
// ## Wrong attempts
//
// - start: Carol sent "a" and got "full\n"[...]. Expected: "second?\n", because Alice and Bob have reset their
//   connections.
// - every step gives the place back: Carol sent "b" [...]. Expected: "thanks\n", the answer while both places are free.
// - it gives the place back and keeps the connection: Frank waited and got nothing. Expected: "full\n", because Dave and
//   Eve are still connected.
// - the exception is caught and forgotten: Carol sent "a" and got "full\n"[...]. Expected: "second?\n", because Alice
//   and Bob have reset their connections.
