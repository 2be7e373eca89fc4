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
// # One operation at a time
//
// **Write.** A handler starts the next operation when the last one has completed, and 'completed' may mean in part.
//
// The `Reader` of [nio2_server](../nio2_server.java) reads and prints. `Echo` has to send back what it reads. It has one
// buffer, and the attachment of each operation says which one it is: `"read"` or `"write"`. Write `completed`. Nothing
// may get lost, whether the client reads its answers or not, and a client that doesn't read must not cost the server
// more than its buffer.

// %%
class Echo implements CompletionHandler<Integer, String> {
    final AsynchronousSocketChannel conn;
    final ByteBuffer buffer = ByteBuffer.allocate(100_000);

    Echo(AsynchronousSocketChannel conn) { this.conn = conn; }

    void read() { conn.read(buffer.clear(), "read", this); }

    void write() { conn.write(buffer, "write", this); }

    /** Called when an operation has read or written n bytes; n is -1 at the end of the stream. */
    @Override public void completed(Integer n, String operation) {
        if (n < 0) {
            close();
            return;
        }
        // >>> start
        // if (operation.equals("read")) read(); // your code
        // >>> solution
        if (operation.equals("read")) buffer.flip();
        if (buffer.hasRemaining()) write();
        else read();
        // >>> it reads on at once
        // if (operation.equals("read")) {
        //     buffer.flip();
        //     write();
        //     read();
        // }
        // >>> one write is taken for all
        // if (operation.equals("read")) {
        //     buffer.flip();
        //     write();
        // } else read();
        // >>> it never reads again
        // if (operation.equals("read")) buffer.flip();
        // if (buffer.hasRemaining()) write();
        // <<<
    }

    @Override public void failed(Throwable e, String operation) { close(); }

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
        new Echo(conn).read();
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
            nio2_server_1 [host] [port]

            An echo server of handlers (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    byte[] much = new byte[12_000_000];
    new Random(1).nextBytes(much);
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("hello").gets("hello", "because the server sends back what it reads");
        bob.send("hi").gets("hi", "because the server reads on");
        alice.sendUntilStuck(much);
        bob.send("hello").gets("hello", "although Alice has not read any of her twelve million bytes");
        alice.gets(much, "because nothing gets lost");
        bob.end().isClosed("the server closes a connection when its client has ended");
    }
}

// %% [markdown]
// ## Hints
//
// 1. There are two things that can have completed, and two that can be started next. Draw arrows between them.
// 2. A write completes when the kernel has taken *some* of the bytes. `buffer.hasRemaining()` says whether any are left.
// 3. When may `read` clear the buffer?
//
// ## Solution
//
// A connection has one operation at a time: a read, then writes until the buffer is empty, then the next read. So the
// buffer always belongs to one side, to the channel during an operation and to the handler in between, and no lock is
// needed. A handler that starts a read while the write is pending gives the same buffer to both, and its next write fails
// with a `WritePendingException`, but only with a client that reads slowly. That's why every small test passes. And if
// Alice doesn't read, her write doesn't complete, so nobody reads from her either: backpressure again.
//
// ## Wrong attempts
//
// - start: Bob sent "hello" and got nothing. Expected: "hello", because the server sends back what it reads.
// - it reads on at once: Alice sent [...] and got [...], and then [...]. Expected: [...], because nothing gets lost.
// - one write is taken for all: Alice sent [...] and got [...], and then [...]. Expected: [...], because nothing gets
//   lost.
// - it never reads again: Bob sent "hi" and got nothing. Expected: "hi", because the server reads on.
