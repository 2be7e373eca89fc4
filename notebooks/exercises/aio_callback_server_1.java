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
// # A loop without a loop
//
// **Write.** Callbacks repeat a step by registering each other, and what changes between the steps is in a field.
//
// The conversation of [aio_callback_server](../aio_callback_server.java) ends after a fixed number of steps. This one
// answers the first message with `ok 1`, and closes. Change `Conversation`, so that it answers every message, with `ok 1`,
// `ok 2` and so on, until the client ends its side. What one `read` brings counts as a message. The next message is read
// when the answer to the last one is written, all of it: an answer can be long.

// %%
class Conversation {
    final Reactor reactor;
    final SocketChannel conn;
    final IntFunction<String> answers;
    // >>> start
    // >>> solution
    int count;
    ByteBuffer answer;
    // >>> one count for all clients
    // static int count;
    // ByteBuffer answer;
    // <<<

    Conversation(Reactor reactor, SocketChannel conn, IntFunction<String> answers) {
        this.reactor = reactor;
        this.conn = conn;
        this.answers = answers;
    }

    void read() throws IOException {
        if (conn.read(ByteBuffer.allocate(1024)) < 0) {
            conn.close();
            return;
        }
        // >>> start
        // var answer = ByteBuffer.wrap(answers.apply(1).getBytes());
        // reactor.register(conn, SelectionKey.OP_WRITE, _ -> {
        //     conn.write(answer);
        //     if (!answer.hasRemaining()) conn.close();
        // });
        // >>> solution
        answer = ByteBuffer.wrap(answers.apply(++count).getBytes());
        reactor.register(conn, SelectionKey.OP_WRITE, _ -> write());
        // >>> one write is taken for all
        // conn.write(ByteBuffer.wrap(answers.apply(++count).getBytes()));
        // >>> it waits for the next message
        // do {
        //     answer = ByteBuffer.wrap(answers.apply(++count).getBytes());
        //     while (answer.hasRemaining()) conn.write(answer);
        //     int n;
        //     while ((n = conn.read(ByteBuffer.allocate(1024))) == 0) Thread.onSpinWait();
        //     if (n < 0) conn.close();
        // } while (conn.isOpen());
        // <<<
    }
    // >>> start
    // >>> solution

    void write() throws IOException {
        conn.write(answer);
        if (!answer.hasRemaining()) reactor.register(conn, SelectionKey.OP_READ, _ -> read());
    }
    // <<<
}

// %%
void serve(ServerSocketChannel listener, IntFunction<String> answers) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> {
            var conversation = new Conversation(reactor, conn, answers);
            reactor.register(conn, SelectionKey.OP_READ, _ -> conversation.read());
        });
        reactor.run();
    }
}

Server start(String host, int port, IntFunction<String> answers) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, answers), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_callback_server_1 [host] [port]

            A server that counts the messages of each client (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), n -> "ok " + n + "\n"));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0, n -> "ok " + n + "\n"); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("a").gets("ok 1\n", "the answer to the first message");
        alice.send("hi").gets("ok 1\n", "because it is Alice's first message, whatever Bob does");
        bob.send("b").gets("ok 2\n", "the answer to the second message");
        bob.send("c").gets("ok 3\n", "the answer to the third message");
        bob.end().isClosed("the server closes when the client has ended its side");
    }
    String much = "x".repeat(12_000_000);
    try (var server = start("localhost", 0, n -> much + n); var carol = Client.connect("Carol", server.port())) {
        carol.send("a").gets(much + "1", "all of a long answer");
        carol.send("b").gets(much + "2", "all of a long answer");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Draw the two callbacks, and an arrow from each to the one that it registers. Where does the arrow from `write`
//    lead when the answer is written, and when it isn't?
// 2. A lambda can't name itself, but a method can be named by any lambda: `_ -> read()`.
// 3. Between `read` and `write` the answer has to live somewhere, and so does the count between two messages.
//
// ## Solution
//
// `read` registers `write`, `write` registers `read`, and that circle is the loop. The count and the answer were local
// variables in a version with a thread. Here they have to outlive the callbacks, so they are fields, in an object for each
// connection. As long as something of the answer is left, `write` returns without registering anything, and the
// selector calls it again. A `while` in `read` would serve Bob as well, and nobody else until he leaves.
//
// ## Wrong attempts
//
// - start: Bob sent "b" and got nothing[...]. Expected: "ok 2\n", the answer to the second message.
// - one count for all clients: Alice sent "hi" and got "ok 2\n". Expected: "ok 1\n", because it is Alice's first
//   message, whatever Bob does.
// - one write is taken for all: Carol sent "a" and got [...] of the bytes, and then nothing. Expected: [...], all of a
//   long answer.
// - it waits for the next message: Alice sent "hi" and got nothing. Expected: "ok 1\n", because it is Alice's first
//   message, whatever Bob does.
