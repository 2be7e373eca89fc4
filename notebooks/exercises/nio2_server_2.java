// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/AsynchronousServer.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import script.AsynchronousServer;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Two half lines
//
// **Repair.** A handler that waits for a result holds the thread that would have to deliver it.
//
// This server answers each line: `hello` with `hello!`. It is made of handlers, as
// [nio2_server](../nio2_server.java) is, and its group has two threads. A line may come in pieces, so `completed` reads
// until the line is complete, and waits for each piece with `get`. Two clients send half a line each, and from then on
// nobody gets an answer, not even those two when they send the rest. Repair `completed`, and leave the group as it is.

// %%
class Lines implements CompletionHandler<Integer, Object> {
    final AsynchronousSocketChannel conn;
    final ByteBuffer line = ByteBuffer.allocate(1024); // what has come of the line, up to its position

    Lines(AsynchronousSocketChannel conn) { this.conn = conn; }

    void read() { conn.read(line, null, this); }

    boolean isComplete() { return line.position() > 0 && line.get(line.position() - 1) == '\n'; }

    /** Called when a read has added n bytes to the line; n is -1 at the end of the stream. */
    @Override public void completed(Integer n, Object nothing) {
        // >>> start
        // try {
        //     while (n >= 0 && !isComplete()) n = conn.read(line).get();
        //     if (n < 0) close();
        //     else answer();
        // } catch (InterruptedException | ExecutionException e) {
        //     close();
        // }
        // >>> solution
        if (n < 0) close();
        else if (isComplete()) answer();
        else read();
        // >>> what has come is forgotten
        // if (n < 0) close();
        // else if (isComplete()) answer();
        // else {
        //     line.clear();
        //     read();
        // }
        // >>> a piece is taken for a line
        // if (n < 0) close();
        // else answer();
        // <<<
    }

    /** Answers the line, and reads the next one when the answer is written. */
    void answer() {
        String text = new String(line.array(), 0, line.position(), StandardCharsets.ISO_8859_1).strip();
        line.clear();
        conn.write(ByteBuffer.wrap((text + "!\n").getBytes(StandardCharsets.ISO_8859_1)), null, new Answered());
    }

    class Answered implements CompletionHandler<Integer, Object> {
        @Override public void completed(Integer n, Object nothing) { read(); }

        @Override public void failed(Throwable e, Object nothing) { close(); }
    }

    @Override public void failed(Throwable e, Object nothing) { close(); }

    void close() {
        try {
            conn.close();
        } catch (IOException e) {
            // It's broken already.
        }
    }
}

// %%
class Accepting implements CompletionHandler<AsynchronousSocketChannel, Object> {
    final AsynchronousServerSocketChannel listener;

    Accepting(AsynchronousServerSocketChannel listener) { this.listener = listener; }

    void accept() {
        if (listener.isOpen()) listener.accept(null, this);
    }

    @Override public void completed(AsynchronousSocketChannel conn, Object nothing) {
        accept();
        new Lines(conn).read();
    }

    @Override public void failed(Throwable e, Object nothing) {} // the server stops
}

Server start(String host, int port) throws IOException {
    var group = AsynchronousChannelGroup.withFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
    var listener = Sockets.listenAsynchronous(group, host, port);
    new Accepting(listener).accept();
    return AsynchronousServer.start(host, listener, group, () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            nio2_server_2 [host] [port]

            Answers each line (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port()); var carol = Client.connect("Carol", server.port())) {
        bob.send("hello\n").gets("hello!\n", "because the line is complete");
        alice.send("hel").getsNothing("because her line isn't complete");
        carol.send("h").getsNothing("because her line isn't complete");
        bob.send("again\n").gets("again!\n", "although two others have sent half a line, and there are two threads");
        alice.send("lo\n").gets("hello!\n", "because now her line is complete");
        carol.send("i\n").gets("hi!\n", "because now her line is complete");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `get` waits until a read has completed. Which threads can complete it, and what are they doing?
// 2. When the line isn't complete, what can `completed` do instead of waiting? Look at `read`.
// 3. Between two calls of `completed`, what has come of the line is in the field `line`. Nothing has to be kept on the
//    stack.
//
// ## Solution
//
// `completed` looks at what has come, starts one operation and returns, so its thread can deliver the next result, of
// whatever connection. What a blocking loop keeps on its stack, here the half line, is in the fields of the handler. In
// the start, each half line keeps a thread in `get`. With two of them, no thread is left to complete either read, so
// even the rest of Alice's line doesn't free hers: a deadlock. A larger group only moves it to more clients. If you'd
// rather write the loop, give each conversation a virtual thread.
//
// ## Wrong attempts
//
// - start: Bob sent "again\n" and got nothing. Expected: "again!\n", although two others have sent half a line, and
//   there are two threads.
// - what has come is forgotten: Alice sent "hel", then sent "lo\n" and got "lo!\n". Expected: "hello!\n", because now
//   her line is complete.
// - a piece is taken for a line: Alice sent "hel" and got "hel!\n". Expected: nothing yet, because her line isn't
//   complete.
