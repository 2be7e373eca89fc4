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
// # A server that says goodbye
//
// **Write.** An interrupt closes the channel on which a thread waits; to end only the wait, end its input.
//
// Each conversation is blocking code on a virtual thread, as in
// [virtual_thread_server](../virtual_thread_server.java). It sends back what it reads, and after the end of the input
// it says `bye`. When the server stops, it interrupts all conversations, and their clients get no `bye`. Write the end
// of `serve`, so that every client gets its `bye` before the server closes the connection, also when the client is
// silent. `open` has the connections of all conversations that go on.

// %%
void converse(SocketChannel conn, Set<SocketChannel> open) {
    var buffer = ByteBuffer.allocate(1024);
    var bye = ByteBuffer.wrap("bye\n".getBytes());
    try (conn) {
        while (conn.read(buffer.clear()) >= 0) conn.write(buffer.flip());
        conn.write(bye);
    } catch (IOException e) {
        // >>> start
        // // The connection is broken, or the server stops.
        // >>> solution
        // The connection is broken.
        // >>> bye is said in the catch
        // try {
        //     conn.write(bye);
        // } catch (IOException closed) {}
        // <<<
    } finally {
        open.remove(conn);
    }
}

void serve(ServerSocketChannel listener) throws IOException {
    listener.configureBlocking(true);
    Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    try (var conversations = Executors.newVirtualThreadPerTaskExecutor()) {
        acceptAll(listener, conversations, open);
        Thread.interrupted(); // clears the interrupt, which close() would pass on to the conversations
        // >>> start
        // conversations.shutdownNow(); // interrupts them
        // >>> solution
        for (SocketChannel conn : open) endInput(conn);
        // >>> it closes the channels
        // for (SocketChannel conn : open) conn.close();
        // >>> bye is said in the catch
        // conversations.shutdownNow();
        // >>> nobody ends them
        // <<<
    } // close() waits until all conversations have ended
}

// >>> start
// >>> solution
void endInput(SocketChannel conn) {
    try {
        conn.shutdownInput();
    } catch (IOException e) {
        // It has just ended.
    }
}
// <<<

// %%
void acceptAll(ServerSocketChannel listener, Executor conversations, Set<SocketChannel> open) throws IOException {
    try {
        while (true) {
            SocketChannel conn = listener.accept();
            open.add(conn);
            conversations.execute(() -> converse(conn, open));
        }
    } catch (ClosedByInterruptException e) {
        // The server stops.
    }
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            virtual_thread_server_2 [host] [port]

            An echo server that says bye (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    Server server = start("localhost", 0);
    try (var alice = Client.connect("Alice", server.port()); var bob = Client.connect("Bob", server.port());
            var carol = Client.connect("Carol", server.port())) {
        alice.send("hello").gets("hello", "because the server sends back what it reads");
        bob.send("hi").gets("hi", "because the server sends back what it reads");
        carol.end().gets("bye\n", "because she has ended her side");
        carol.isClosed("the server closes after its bye");
        Thread.ofPlatform().daemon().start(server::close);
        alice.gets("bye\n", "because the server stops");
        alice.isClosed("the server closes after its bye");
        bob.gets("bye\n", "because the server stops");
        bob.isClosed("the server closes after its bye");
    } finally {
        server.close(); // waits until it has stopped
    }
}

// %% [markdown]
// ## Hints
//
// 1. What does an interrupt do to a thread that waits in `read`, and what does it do to the channel? Can the thread
//    still write on it?
// 2. A conversation says `bye` when `read` returns -1. What makes `read` return -1, besides the client?
// 3. `SocketChannel` has `shutdownInput`, and any thread may call it.
//
// ## Solution
//
// `shutdownInput` ends one direction. The thread that waits in `read` gets -1, as if the client had ended its side,
// leaves its loop, says `bye` and closes the connection itself. An answer that it's just writing is finished first. An
// interrupt can't do that: the channel is closed when the exception arrives, so nothing can be written any more, and
// it would also break off an answer in the middle. `close` by another thread is no better. After that, the executor's
// `close` waits for the conversations. It would pass an interrupt of its own thread on to them, so `serve` clears it.
//
// ## Wrong attempts
//
// - start: Alice waited and got nothing, and then the server closed the connection. Expected: "bye\n", because the
//   server stops.
// - bye is said in the catch: Alice waited and got nothing, and then the server closed the connection. Expected:
//   "bye\n", because the server stops.
// - it closes the channels: Alice waited and got nothing, and then the server closed the connection. Expected: "bye\n",
//   because the server stops.
// - nobody ends them: Alice waited and got nothing. Expected: "bye\n", because the server stops.
