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
// # Say goodbye
//
// **Write.** Nobody resumes a coroutine when its loop ends, so the server has to close those that still wait.
//
// Each conversation of this server echoes what its client sends, and says `bye` in a `finally`. If the client ends its
// side first, it gets its `bye`. When the server stops, the clients that are still connected get nothing. `running` has
// the coroutines that haven't ended. Complete `serve`, so that each of these clients gets its `bye`, and then the end
// of the stream.

// %%
static <T> T await(Future<T> future) throws Exception {
    Coroutine.yield(future);
    return future.result();
}

static Future<SocketChannel> ready(Reactor reactor, SocketChannel conn, int operation) throws IOException {
    var future = new Future<SocketChannel>();
    reactor.register(conn, operation, key -> {
        key.interestOps(0);
        future.setResult(conn);
    });
    return future;
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
void say(SocketChannel conn, String text) throws IOException {
    conn.write(ByteBuffer.wrap(text.getBytes())); // a few bytes always fit
}

Void converse(Reactor reactor, SocketChannel conn) throws Exception {
    try (conn) {
        try {
            while (true) {
                await(ready(reactor, conn, SelectionKey.OP_READ));
                var buffer = ByteBuffer.allocate(1024);
                if (conn.read(buffer) < 0) return null;
                conn.write(buffer.flip());
            }
        } finally {
            say(conn, "bye\n");
        }
    }
}

// %%
void startConversation(Set<Coroutine<Void>> running, Reactor reactor, SocketChannel conn) {
    var self = new AtomicReference<Coroutine<Void>>();
    self.set(new Coroutine<>(() -> {
        running.add(self.get());
        try {
            return converse(reactor, conn);
        } finally {
            running.remove(self.get()); // it has ended
        }
    }));
    step(self.get());
}

void serve(ServerSocketChannel listener) throws Exception {
    var running = new HashSet<Coroutine<Void>>();
    // >>> start
    // try (var reactor = new Reactor()) {
    //     reactor.listen(listener, conn -> startConversation(running, reactor, conn));
    //     reactor.run(); // returns when the server stops
    // }
    // >>> solution
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> startConversation(running, reactor, conn));
        try {
            reactor.run(); // returns when the server stops
        } finally {
            for (var coroutine : Set.copyOf(running)) coroutine.close();
        }
    }
    // >>> the connections are closed first
    // try (var reactor = new Reactor()) {
    //     reactor.listen(listener, conn -> startConversation(running, reactor, conn));
    //     reactor.run(); // returns when the server stops
    // } finally {
    //     for (var coroutine : Set.copyOf(running)) coroutine.close();
    // }
    // >>> the set changes during the loop
    // try (var reactor = new Reactor()) {
    //     reactor.listen(listener, conn -> startConversation(running, reactor, conn));
    //     try {
    //         reactor.run(); // returns when the server stops
    //     } finally {
    //         for (var coroutine : running) coroutine.close();
    //     }
    // }
    // <<<
}

// %%
Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_future_server_2 [host] [port]

            An echo server that says bye (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void hears(Client client, String why) {
    client.gets("bye\n", why);
    client.isClosed("the server closes after its bye");
}

void verify() throws Exception {
    List<Client> clients = new ArrayList<>();
    try (var server = start("localhost", 0)) {
        try (var dave = Client.connect("Dave", server.port())) {
            dave.send("hello").gets("hello", "because it's an echo server").end();
            hears(dave, "because Dave has ended his side");
        }
        for (String name : List.of("Alice", "Bob", "Carol"))
            clients.add(Client.connect(name, server.port()).send("hello").gets("hello", "because it's an echo server"));
    }
    hears(clients.getFirst(), "because the server has stopped");
    for (Client client : clients.subList(1, 3)) hears(client, "because the server has stopped");
    for (Client client : clients) client.close();
}

// %% [markdown]
// ## Hints
//
// 1. `Coroutine.close` raises an error at the `yield` where the coroutine waits, so its `finally` blocks run.
// 2. When does `try (var reactor = ...)` close the connections, before its own `finally` or after?
// 3. A coroutine that ends removes itself from `running`. What does a for-each loop over a `HashSet` do then?
//
// ## Solution
//
// The coroutines that wait when the loop ends are only objects: nothing runs their `finally` blocks, and no garbage
// collector does. So the server closes each of them. It has to do that while the connections are still open, and a
// `finally` of a `try` with resources runs after the resources are closed; therefore a `try` of its own, inside. And it
// takes a copy of the set, because each coroutine that ends removes itself, and a for-each loop over the set would end
// with a `ConcurrentModificationException`.
//
// ## Wrong attempts
//
// - start: Alice waited and got nothing, and then the server closed the connection. Expected: "bye\n", because the
//   server has stopped.
// - the connections are closed first: Alice waited and got nothing, and then the server closed the connection. Expected:
//   "bye\n", because the server has stopped.
// - the set changes during the loop: [...] waited and got nothing, and then the server closed the connection. Expected:
//   "bye\n", because the server has stopped.
