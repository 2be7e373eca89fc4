// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A server that never waits
//
// Alice and Bob connect to your server. Alice says nothing. Bob says hello. Your server has one thread: does Bob get
// through?
//
// This is the server that most of us write first. It accepts a client, reads until that client is done, and then
// accepts the next one:

// %%
void serveBlocking(ServerSocketChannel listener) throws IOException {
    listener.configureBlocking(true);
    var buffer = ByteBuffer.allocate(1024);
    while (true) {
        try (SocketChannel conn = listener.accept()) { // waits until somebody connects
            while (conn.read(buffer.clear()) >= 0) // waits until this client sends something, or leaves
                IO.println(StandardCharsets.UTF_8.decode(buffer.flip()));
        } catch (ClosedByInterruptException e) {
            return; // Ctrl-C
        }
    }
}

// %% [markdown]
// These are its two clients. `shutdownOutput` says that Bob is done. His last `read` returns when the server closes
// his connection.

// %%
/** Alice connects and is silent for a second. Bob connects after her, and speaks at once. */
void aliceAndBob(Server server) throws IOException, InterruptedException {
    var alice = new Socket(server.host(), server.port());
    try (var bob = new Socket(server.host(), server.port())) {
        IO.println("Bob says hello");
        bob.getOutputStream().write("hello from Bob".getBytes());
        bob.shutdownOutput();
        Thread.sleep(1000);
        IO.println("Alice leaves");
        alice.close();
        bob.getInputStream().read();
    }
}

// %% [markdown]
// The server prints what it receives. Where in the output will `hello from Bob` appear? Decide before you read on.
//
// ```console
// $ ./jbang nio_server --blocking --alice-and-bob
// server started on localhost:8888
// Bob says hello
// Alice leaves
// hello from Bob
// server stopped: it waited for one client at a time
// ```
//
// Bob waited until Alice was gone. Nothing failed, and nothing was lost: the kernel completed Bob's connection and
// kept his bytes. But the only thread that could fetch them was in Alice's `read`, which doesn't return until Alice
// sends something. That could be tomorrow.
//
// ```diagram
//   Alice                server's thread                  kernel                Bob
//     |                        |                            |                    |
//     |--- connects ---------->| accept() returns Alice     |                    |
//     |                        | read() waits for Alice     |<---- connects -----|
//     |                        |   .                        |<---- hello --------|
//     |   (silence)            |   .                        | keeps both         |
//     |                        |   .                        |                    |
//     |--- leaves ------------>| read() returns -1          |                    |
//     |                        | accept() returns Bob  <----|                    |
//     |                        | read() returns hello  <----|                    |
// ```
//
// You can give Bob a thread of his own; [nio_threaded_server](nio_threaded_server.java) does that. Or you can make
// sure that the one thread never waits, which is what this chapter does.

// %% [markdown]
// ## Don't wait, ask
//
// A channel has a *non-blocking* mode, in which its operations return at once. `accept` returns `null` if nobody has
// connected, and `read` returns 0 if nothing has arrived. So one thread can ask every socket in turn, over and over,
// which is called *polling*:
//
// ```diagram
//      +----> anybody new? ------ accept() ---> a connection, or null: not now
//      |           |
//      |           v
//   one thread   Alice: anything? - read() ---> bytes, or 0: not now, or -1: she has finished
//      |           |
//      |           v
//      +------- Bob: anything? --- read() ---> bytes, 0 or -1
// ```
//
// `Sockets.listen` creates the listening socket and puts it into this mode. It also asks for a *backlog* of 4,096:
// that's how many connections the kernel keeps for us until we accept them. By default JDK 25 asks for 50, which a
// burst of a hundred clients fills. Then Linux [ignores](https://man7.org/linux/man-pages/man2/listen.2.html) the
// next handshake, and the client's kernel tries again
// [after a second](https://www.rfc-editor.org/rfc/rfc6298#section-2). (Without SO_REUSEADDR, a restarted server can
// find its port in use for a minute. You don't have to set it: on Linux and macOS, Java
// [sets it](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/unix/native/libnio/ch/Net.c) on every
// listening socket.)

// %% [markdown]
// ## One client
//
// Every `accept` and every `read` is a call into the kernel, whether it returns anything or not. The server counts
// them.

// %%
class Polls {
    final long started = System.nanoTime();
    long polls;
    long reads;
    int clients;

    String summary() {
        var cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return "%,d clients, %,d reads with data, %,d polls, %.1f s of CPU in %.1f s".formatted(
                clients, reads, polls, cpu.toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %% [markdown]
// A poll has four outcomes. A positive number means that many bytes are in the buffer, 0 means nothing yet, and -1
// means that the client has ended its side and no more will come. The fourth outcome is an exception: the connection
// is broken. That must end this client and nobody else, so we catch it here and not around the loop.
//
// `NetworkText` decodes UTF-8. If a read ends in the middle of a character, it keeps the first bytes until the rest
// arrive. It also escapes control characters, so that a stranger can't clear your terminal.

// %%
class Client {
    final SocketChannel conn;
    final NetworkText text = new NetworkText();

    Client(SocketChannel conn) {
        this.conn = conn;
    }

    /** Asks once. Returns whether the client is still there. */
    boolean poll(ByteBuffer buffer, Polls count) {
        try {
            count.polls++;
            int n = conn.read(buffer.clear());
            if (n > 0) {
                count.reads++;
                show(text.decode(buffer.flip()));
            }
            if (!isOver(n)) return true;
            show(text.end());
        } catch (IOException e) {
            // The connection is broken: this client is gone.
        }
        close();
        return false;
    }

    boolean isOver(int n) {
        return n < 0;
    }

    void show(String received) {
        if (!received.isEmpty()) IO.println(received);
    }

    void close() {
        try {
            conn.close();
        } catch (IOException e) {
            // There's nothing left to lose.
        }
    }
}

// %% [markdown]
// ## The loop
//
// Each round asks for a new connection, and then asks every client. Look at `conn.configureBlocking(false)`: a
// channel that comes from `accept` is in blocking mode,
// [whatever the mode of the listener](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/nio/channels/ServerSocketChannel.html#accept()).
// If you forget that line, Alice stops the server again.
//
// A process can have only so many open files (`ulimit -n`). When they are used up, `accept` fails and the connection stays
// in the queue. `Acceptor` then waits a tenth of a second before it tries again, while the loop serves the clients it has.

// %%
void serve(ServerSocketChannel listener, Polls count, Function<SocketChannel, Client> newClient) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    var clients = new ArrayList<Client>();
    var buffer = ByteBuffer.allocate(1024);
    try {
        while (!Thread.currentThread().isInterrupted()) {
            count.polls++;
            SocketChannel conn = acceptor.accept();
            if (conn != null) {
                conn.configureBlocking(false);
                count.clients++;
                clients.add(newClient.apply(conn));
            }
            clients.removeIf(client -> !client.poll(buffer, count));
        }
    } finally {
        clients.forEach(client -> client.close());
    }
}

// %% [markdown]
// ## Bytes are not messages
//
// Bob now writes 5,000 bytes in a single call. Our buffer holds 1,024. How many lines will the server print?

// %%
/** Bob writes 5,000 bytes at once, and waits until the server closes. */
void longMessage(Server server) throws IOException {
    try (var bob = new Socket(server.host(), server.port())) {
        bob.getOutputStream().write("0123456789".repeat(500).getBytes());
        bob.shutdownOutput();
        bob.getInputStream().read();
        IO.println("Bob: the server has closed");
    } catch (SocketException e) {
        IO.println("Bob: " + e.getMessage());
    }
}

// %% [markdown]
// ```console
// $ ./jbang nio_server --long-message
// server started on localhost:8888
// 0123456789[...]
// 4567890123[...]
// 8901234567[...]
// 2345678901[...]
// 6789012345[...]
// Bob: the server has closed
// server stopped: 1 clients, 5 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// Five, because TCP carries a stream of bytes and knows nothing about your writes. One write can arrive in five
// reads, and five writes in one. A common mistake is to take what the first read returns for the message, and then to
// close:

// %%
class HastyClient extends Client {
    HastyClient(SocketChannel conn) {
        super(conn);
    }

    @Override boolean isOver(int n) {
        return n != 0;
    }
}

// %% [markdown]
// ```console
// $ ./jbang nio_server --one-read --long-message
// server started on localhost:8888
// 0123456789[...]
// Bob: Connection reset
// server stopped: 1 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// The server lost 3,976 bytes, and Bob got a *reset* (RST), the packet that ends a connection at once. The kernel
// sends one when a program closes a socket with
// [unread bytes](https://www.rfc-editor.org/rfc/rfc1122#section-4.2.2.13) in it. With a short message, this mistake
// passes every test. The fix is `n < 0`: keep reading until the client ends its side.
//
// ## Start and stop
//
// `start` runs the loop on a thread of its own and returns a handle. `main` waits for that thread. Ctrl-C interrupts it,
// and the loop sees that at its next round and closes the sockets.

// %%
Server start(String host, int port, boolean oneRead) throws IOException {
    var count = new Polls();
    Function<SocketChannel, Client> newClient = conn -> oneRead ? new HastyClient(conn) : new Client(conn);
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, count, newClient), () -> count.summary());
}

// %%
Server startBlocking(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serveBlocking(listener),
            () -> "it waited for one client at a time");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            nio_server [host] [port] [--blocking] [--one-read] [--alice-and-bob] [--long-message]

            A server on one thread that polls every socket and prints what arrives.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --blocking       wait in accept and read instead
              --one-read       take the first read for the message: a mistake
              --alice-and-bob  let two clients connect, the first one silent, and stop
              --long-message   let a client send 5,000 bytes, and stop
            """, args, a -> {
        Server server = a.has("--blocking") ? startBlocking(a.host(), a.port(8888))
                : start(a.host(), a.port(8888), a.has("--one-read"));
        if (a.has("--alice-and-bob")) aliceAndBob(server);
        if (a.has("--long-message")) longMessage(server);
        if (a.has("--alice-and-bob") || a.has("--long-message")) server.close();
        return server;
    });
}

// %% [markdown]
// ## Run it
//
// Alice and Bob again, with the server that polls:
//
// ```console
// $ ./jbang nio_server --alice-and-bob
// server started on localhost:8888
// Bob says hello
// hello from Bob
// Alice leaves
// server stopped: 2 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// Bob no longer waits for Alice. Now start the server without them, and start a client in another terminal,
// [nio_client](nio_client.java):
//
// ```console server
// $ ./jbang nio_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// The server prints what it read:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ```
//
// Leave it alone for ten seconds, then press Ctrl-C (`^C`). How many times has it called the kernel? (Where you see
// `[...]`, the text differs each time.)
//
// ```console server
// ^Cserver stopped: 1 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// On our machine it was 6,705,283 polls, and 10.1 s of CPU in 10.3 s. Of 6.7 million calls, three returned anything:
// a client, its message, and its end. One processor core was busy the whole time.
//
// In JShell (`./jbang jshell`), paste this file and type `main()`; Ctrl-C stops it. In a notebook, run the cells below.

// %% tags=["active-ipynb"]
// try (var server = startBlocking("localhost", 0)) {
//     aliceAndBob(server);
// }

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, false)) {
//     aliceAndBob(server);
// }

// %% [markdown]
// ## What it still can't do
//
// The server can't be idle: it uses a whole processor core however few messages arrive, and the more clients it has, the
// longer each of them waits for its turn. And it works for them one after another: if a message from Alice took a second
// of computing, Bob would wait that second, too.
// [nio_threaded_server](nio_threaded_server.java) tries a thread for each client. [aio_server](aio_server.java) asks
// the kernel a better question: not 'has Alice said anything?' a million times, but 'who is ready?', once.
//
// ## Exercises
//
// 1. Connect ten silent clients (`sleep 600 | ./jbang talk localhost 8888 &`, ten times). How does the number of
//    polls per second change? Why does it hardly change at all?
// 2. Add a `Thread.sleep(1)` to each round. What happens to the CPU use, and to the time that a client waits? Which
//    number would you choose for a chat server, and which for a file server?
// 3. Remove `conn.configureBlocking(false)`. Connect one silent client, then a second one that sends something. What
//    does the second one see?
