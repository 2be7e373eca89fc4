// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import exercise.Printed;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Four outcomes of a read
//
// **Repair.** A non-blocking `read` returns bytes, 0 or -1, or it throws, and each means something else.
//
// This server polls every connection in turn, as [nio_server](../nio_server.java) does, or it would if it didn't have
// three defects. One is in `serve`, and two are in `poll`. Repair them, so that a client is served as long as it is
// there, no client keeps another waiting, and no client ends the server.

// %%
/** Polls a connection once. Returns whether it is still there. */
boolean poll(SocketChannel conn, ByteBuffer buffer) throws IOException {
    // >>> start
    // int n = conn.read(buffer.clear());
    // if (n > 0) {
    //     IO.println(new String(buffer.array(), 0, n));
    //     return true;
    // }
    // conn.close();
    // return false;
    // >>> solution
    try {
        int n = conn.read(buffer.clear());
        if (n > 0) IO.println(new String(buffer.array(), 0, n));
        if (n >= 0) return true;
    } catch (IOException e) {
        // The connection is broken: this client is gone, and no other.
    }
    conn.close();
    return false;
    // >>> 0 is taken for the end
    // try {
    //     int n = conn.read(buffer.clear());
    //     if (n > 0) IO.println(new String(buffer.array(), 0, n));
    //     if (n > 0) return true;
    // } catch (IOException e) {}
    // conn.close();
    // return false;
    // >>> a reset ends the server
    // int n = conn.read(buffer.clear());
    // if (n > 0) IO.println(new String(buffer.array(), 0, n));
    // if (n >= 0) return true;
    // conn.close();
    // return false;
    // >>> -1 is taken for not yet
    // try {
    //     int n = conn.read(buffer.clear());
    //     if (n > 0) IO.println(new String(buffer.array(), 0, n));
    //     return true;
    // } catch (IOException e) {
    //     conn.close();
    //     return false;
    // }
    // <<<
}

void serve(ServerSocketChannel listener) throws IOException {
    var clients = new ArrayList<SocketChannel>();
    var buffer = ByteBuffer.allocate(1024);
    while (!Thread.currentThread().isInterrupted()) {
        SocketChannel conn = listener.accept();
        if (conn != null) {
            // >>> start
            // >>> solution
            conn.configureBlocking(false);
            // <<<
            clients.add(conn);
        }
        for (var each = clients.iterator(); each.hasNext(); ) {
            if (!poll(each.next(), buffer)) each.remove();
        }
    }
    for (SocketChannel client : clients) client.close();
}

// %%
Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            nio_server_1 [host] [port]

            A server that polls its clients and prints what they send (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        alice.getsNothing("because the server keeps Alice's connection while she is silent");
        bob.send("hello from Bob");
        Printed.expect("hello from Bob", "Alice was silent, Bob sent \"hello from Bob\"",
                "while Alice is still connected");
        alice.send("hello from Alice");
        Printed.expect("hello from Alice", "Alice was silent for a moment and then sent \"hello from Alice\"",
                "because she was still connected");
        Client.connect("Carol", server.port()).reset();
        alice.getsNothing("because Carol's reset must not end Alice's connection");
        bob.send("Bob again");
        Printed.expect("Bob again", "Carol reset her connection, Bob sent \"Bob again\"",
                "because Carol's reset ends Carol's connection only");
        bob.end().isClosed("the server closes a connection when its client has ended");
    }
}

// %% [markdown]
// ## Hints
//
// 1. In Java, a channel that comes from `accept` is in blocking mode. What does that do to the loop?
// 2. Write down what `read` returns when the client has sent something, when it has sent nothing yet, and when it has
//    ended its side. Which of these are the same for `poll`, and which should be?
// 3. Carol resets her connection. Where does the `IOException` go, and what ends there?
//
// ## Solution
//
// `read` has four outcomes: bytes, 0 for 'nothing yet', -1 for 'the client has ended its side', and an exception for
// 'the connection is broken'. After the first two the client is still there, after the others it isn't. The exception
// is caught in `poll`, where it ends one client; in `serve` it would end the loop and with it everybody's connection.
// And `configureBlocking(false)` makes `read` return 0 at all: without it, the loop waits in Alice's `read`.
//
// ## Wrong attempts
//
// - start: Alice was silent, Bob sent "hello from Bob", and the server printed nothing. Expected: "hello from Bob",
//   while Alice is still connected.
// - 0 is taken for the end: Alice waited and got nothing, and then the server closed the connection. Expected: nothing
//   yet, because the server keeps Alice's connection while she is silent.
// - a reset ends the server: Carol reset her connection, Bob sent "Bob again", and the server printed "hello from Bob",
//   "hello from Alice". Expected: "Bob again", because Carol's reset ends Carol's connection only.
// - -1 is taken for not yet: Bob [...] ended the sending side, and the connection is still open. Expected: the server
//   closes a connection when its client has ended.
