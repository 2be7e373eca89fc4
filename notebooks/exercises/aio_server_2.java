// %%
//JAVA 25+
//SOURCES ../../lib/aio/reactor/Reactor.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/script/NetworkText.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.reactor.Reactor;
import exercise.Client;
import exercise.Printed;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A letter in two pieces
//
// **Find.** What belongs to one client has to be captured by that client's callback alone.
//
// The server prints what its clients send, and answers each piece with the number of its bytes. It has worked for
// weeks. Then somebody recorded this:
//
// ```text
// Alice  sends c3              gets 1
// Bob    sends 68 65 6c 6c 6f  gets 5
// Alice  sends a9              gets 1
// ```
//
// Alice sent one letter, an e with an acute accent, which UTF-8 writes as the two bytes `c3 a9`. Bob sent `hello`. The
// server printed two lines, and both were wrong. Find the defect, and repair it. `main` replays the recording.

// %%
Reactor.OnAccept onAccept(Reactor reactor) {
    // >>> start
    // var text = new NetworkText();
    // return conn -> reactor.register(conn, SelectionKey.OP_READ, _ -> read(conn, text));
    // >>> solution
    return conn -> {
        var text = new NetworkText();
        reactor.register(conn, SelectionKey.OP_READ, _ -> read(conn, text));
    };
    // >>> a new decoder for each read
    // return conn -> reactor.register(conn, SelectionKey.OP_READ, _ -> read(conn, new NetworkText()));
    // <<<
}

void read(SocketChannel conn, NetworkText text) throws IOException {
    var buffer = ByteBuffer.allocate(1024);
    int n = conn.read(buffer);
    String received = n < 0 ? text.end() : text.decode(buffer.flip());
    if (!received.isEmpty()) IO.println(received);
    if (n < 0) conn.close();
    else conn.write(ByteBuffer.wrap((n + "\n").getBytes()));
}

void serve(ServerSocketChannel listener) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, onAccept(reactor));
        reactor.run();
    }
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

// %%
void send(Socket socket, int... bytes) throws IOException {
    for (int b : bytes) socket.getOutputStream().write(b);
    socket.getInputStream().read(new byte[10]); // the server's answer
}

void main() throws Exception {
    try (var server = start("localhost", 0); var alice = new Socket("localhost", server.port());
            var bob = new Socket("localhost", server.port())) {
        send(alice, 0xc3);
        send(bob, 'h', 'e', 'l', 'l', 'o');
        send(alice, 0xa9);
    }
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        alice.send((byte) 0xc3).gets("1\n", "the number of bytes");
        bob.send("hello").gets("5\n", "the number of bytes");
        Printed.expect(List.of("hello"), "Alice sent the first half of a letter, Bob sent \"hello\"",
                "because Alice's letter is incomplete, and Bob has nothing to do with it");
        alice.send((byte) 0xa9).gets("1\n", "the number of bytes");
        Printed.expect(List.of("hello", "\u00e9"), "Alice sent both halves of a letter, with Bob's \"hello\" between them",
                "because the two bytes are one letter");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `NetworkText` keeps the first half of a letter until the second half arrives. How many `NetworkText`s does the
//    server make for two clients?
// 2. Follow the variable `text`: who creates it, when, and which callbacks capture it?
//
// ## Solution
//
// `onAccept` ran once, so there was one decoder, and every callback captured it. It kept Alice's `c3` and took Bob's `h`
// for the second half. Now the decoder is created for each connection, inside the function that the reactor calls with
// it. On one thread there is no race in the sense of locks, but two conversations still take turns in the middle of
// their messages, so state that they share gets mixed. As long as every letter arrived in one piece, nobody noticed.
//
// ## Wrong attempts
//
// - start: Alice sent the first half of a letter, Bob sent "hello", and the server printed [...]. Expected: "hello",
//   because Alice's letter is incomplete, and Bob has nothing to do with it.
// - a new decoder for each read: Alice sent both halves of a letter, with Bob's "hello" between them, and the server
//   printed "hello", [...]. Expected: "hello", [...], because the two bytes are one letter.
