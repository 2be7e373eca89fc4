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
// [bio_threaded_server](bio_threaded_server.java) has a thread for each client, because a thread that waits in Alice's
// `read` can't hear Bob. But somewhere beneath its virtual threads, one thread of the operating system looks after
// 10,000 sockets. How can one thread serve many clients, if it may not wait for any of them?

// %% [markdown]
// ## Poll, don't wait
//
// A *channel* is a socket as `java.nio` sees it. Unlike a `Socket`, it has a *non-blocking* mode, in which its operations
// return at once. `accept` returns `null` if nobody has connected, and `read` returns 0 if nothing has arrived. So one
// thread can try every socket in turn, over and over, which is called *polling*:
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
// `Sockets.listen` creates the listening socket in this mode. You don't have to set `SO_REUSEADDR`, the option that
// lets a restarted server have its port back at once: on Linux and macOS, Java sets it
// [by itself](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/unix/native/libnio/ch/Net.c).

// %% [markdown]
// ## One client
//
// Every `accept` and every `read` is a call into the kernel, even if it returns nothing. The server counts them.

// %%
class Polls {
    final long started = System.nanoTime();
    final Duration before = cpu();
    long clients, reads, polls;

    Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    String summary() {
        return "%,d clients, %,d reads with data, %,d polls, %.1f s of CPU in %.1f s".formatted(clients, reads, polls,
                cpu().minus(before).toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %% [markdown]
// A `read` has four outcomes. A positive number means that many bytes are in the buffer, 0 means nothing yet, and -1
// means that the client has ended its side and no more will come. The fourth outcome is an exception: the connection
// is broken. That must end this client and nobody else, so we catch it here and not around the loop. (We'll come to
// `oneRead`, a mistake.)

// %%
record Client(SocketChannel conn, NetworkText text, boolean oneRead) {
    /** Polls once. Returns whether the client is still there. */
    boolean poll(ByteBuffer buffer, Polls count) {
        try {
            count.polls++;
            int n = conn.read(buffer.clear());
            if (n == 0) return true;
            if (n > 0) count.reads++;
            String received = n > 0 ? text.decode(buffer.flip()) : text.end();
            if (!received.isEmpty()) IO.println(received);
            if (n > 0 && !oneRead) return true;
        } catch (IOException e) {
            // The connection is broken: this client is gone.
        }
        close();
        return false;
    }

    void close() {
        try {
            conn.close();
        } catch (IOException e) {
            // It's broken already, so there's nothing left to do.
        }
    }
}

// %% [markdown]
// ## The loop
//
// Each round polls the listener, and then every client. Look at `conn.configureBlocking(false)`: in Java, on every
// system, a channel that comes from `accept` is in blocking mode,
// [whatever the mode of the listener](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/nio/channels/ServerSocketChannel.html#accept()).
// Without that line Alice's `read` would wait, and the loop would be `bio_server`.
//
// When the process is out of file descriptors, `accept` fails. `Acceptor` then returns `null` for a tenth of a second
// before it tries again, while the loop serves the clients it has.

// %%
void serve(ServerSocketChannel listener, boolean oneRead, Polls count) throws IOException {
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
                clients.add(new Client(conn, new NetworkText(), oneRead));
            }
            clients.removeIf(client -> !client.poll(buffer, count));
        }
    } finally {
        clients.forEach(client -> client.close());
    }
}

// %% [markdown]
// Nothing waits here, so nobody has to close a socket to wake a thread that sleeps in the kernel. Ctrl-C interrupts the
// loop's thread, and in its next round the loop ends and closes the sockets.

// %%
Server start(String host, int port, boolean oneRead) throws IOException {
    var count = new Polls();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, oneRead, count),
            () -> count.summary());
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            nio_server [host] [port] [--one-read] [--alice-and-bob]

            A server on one thread that polls every socket and prints what arrives.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --one-read       take the first read for the message: a mistake
              --alice-and-bob  let two clients connect, the first of them silent, and stop
            """, args, a -> {
        Server server = start(a.host(), a.port(8888), a.has("--one-read"));
        if (!a.has("--alice-and-bob")) return server;
        aliceAndBob(server);
        server.close();
        return server;
    });
}

// %% [markdown]
// ## Alice and Bob
//
// Bob writes 5,000 bytes in a single call. Our buffer holds 1,024.

// %%
void aliceAndBob(Server server) throws IOException, InterruptedException {
    var alice = new Socket(server.host(), server.port());
    try (var bob = new Socket(server.host(), server.port())) {
        IO.println("Bob sends 5,000 bytes");
        bob.getOutputStream().write("0123456789".repeat(500).getBytes());
        bob.shutdownOutput(); // Bob is done
        Thread.sleep(1000);
        IO.println("Alice leaves");
        alice.close();
        bob.getInputStream().read(); // returns when the server closes Bob's connection
        IO.println("Bob: the server has closed");
    } catch (SocketException e) {
        IO.println("Bob: " + e.getMessage());
    }
}

// %% [markdown]
// `bio_server` kept Bob waiting until Alice had left. How many lines will this server print for Bob's message, and
// will they come before or after Alice leaves?
//
// ```console
// $ ./jbang nio_server --alice-and-bob
// server started on localhost:8888
// Bob sends 5,000 bytes
// 0123456789[...]
// 4567890123[...]
// 8901234567[...]
// 2345678901[...]
// 6789012345[...]
// Alice leaves
// Bob: the server has closed
// server stopped: 2 clients, 5 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// They come while Alice is silent: her `read` returns 0, and the loop goes on to Bob.
//
// ## Bytes are not messages
//
// Bob wrote once, and the server printed five lines, because TCP carries a stream of bytes and knows nothing about
// your writes. One write can arrive in five reads, and five writes in one. A common mistake is to take what the first
// read returns for the message, and then to close. With `--one-read`, the server does that. What will Bob see?
//
// ```console
// $ ./jbang nio_server --alice-and-bob --one-read
// server started on localhost:8888
// Bob sends 5,000 bytes
// 0123456789[...]
// Alice leaves
// Bob: Connection reset
// server stopped: 2 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// The server lost 3,976 bytes, and Bob got a *reset* (RST), the packet that ends a connection at once. The kernel
// sends one when a program closes a socket with
// [unread bytes](https://www.rfc-editor.org/rfc/rfc1122#section-4.2.2.13) in it. With a short message, this mistake
// passes every test. The fix is to close only when `read` returns -1: `if (n > 0) return true`.
//
// ## Run it
//
// Start the server in one terminal, and [nio_client](nio_client.java) in another. Leave the server alone for ten
// seconds, then press Ctrl-C. How many times has it called the kernel?
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
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ^Cserver stopped: 1 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// On our machine it was 6,705,283 polls, and 10.1 s of CPU in 10.3 s. Of 6.7 million calls, three returned anything:
// a client, its message, and its end. One processor core was busy the whole time.
//
// `./jbang watch` runs a chapter and shows in your browser which line each thread has reached; `--slow 500` makes every
// step last half a second. Start it, and then, each in a terminal of its own, two clients: Alice, for whom you type
// nothing, and Bob, who sends a message. In the book, the recording of such a run follows the commands. Which lines does
// the server run while nobody sends anything, and how long does Bob wait for Alice?
//
// ```player
// $ ./jbang watch nio_server
// $ ./jbang talk localhost 8888
// $ ./jbang nio_client
// ```
//
// It runs the lines of the loop and of `poll`, over and over; the recording says how many of these steps it leaves out.
// Bob waits for a single `read` of Alice's socket, which returns 0.
//
// In a notebook, run this cell:

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, false)) {
//     aliceAndBob(server);
// }

// %% [markdown]
// ## What it still can't do
//
// The server can't be idle: it uses a whole processor core however few messages arrive, and the more clients it has,
// the longer each of them waits for its turn. And it works for them one after another: if a message from Alice took a
// second of computing, Bob would wait that second, too. Does it help to combine both ideas?
// [nio_threaded_server](nio_threaded_server.java) gives each client a thread that polls.
// [io_multiplexing](io_multiplexing.java) asks the kernel a better question: not 'has Alice said anything?' a million
// times, but 'who is ready?', once.
//
// ## Exercises
//
// - Four outcomes of a read: `./jbang exercise start nio_server_1`
// - A test for servers that take a read for a message: `./jbang exercise start nio_server_2`
