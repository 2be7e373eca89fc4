// %%
//JAVA 25+
//SOURCES ../lib/lesson/KernelQueues.java
//SOURCES ../lib/script/BlockingAcceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import lesson.KernelQueues;
import script.BlockingAcceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # One client at a time
//
// A server calls `accept` to get a client, `read` to get what the client sends, and `write` to send something back. Any
// of these calls may have to wait. What does your thread wait for in each of them, and who has to wait with it?
//
// Welcome! Every chapter of this book is one Java file, and every chapter runs. You can run this one as a script with
// `./jbang bio_server` (`--help` lists the options); in JShell, where you start `./jbang jshell`, paste the file and
// type `main()`; or as a notebook, which `./jbang jupyter` opens. A block that starts with `$` shows a terminal and what
// it really printed. Where you see `[...]` or a lone ellipsis in it, the text differs each time.

// %% [markdown]
// ## Read until the client is done
//
// Let's start with one client. `in.read` waits until some bytes have arrived. It puts them into the array and returns
// how many there were. When the client has ended its side of the connection, `read` returns -1.
//
// `NetworkText` turns the bytes into text that is safe to print: it keeps the first half of a UTF-8 character until the
// second half arrives, and escapes control characters, so that a stranger can't clear your terminal.

// %%
class Counts {
    final long started = System.nanoTime();
    final Duration before = cpu();
    volatile int clients, reads;

    Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    String summary() {
        return "%,d clients, %,d reads with data, %.2f s of CPU in %.1f s".formatted(clients, reads,
                cpu().minus(before).toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %%
void handle(Socket conn, Counts counts) throws IOException {
    var text = new NetworkText();
    var bytes = new byte[1024];
    InputStream in = conn.getInputStream();
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        counts.reads++;
        show(text.decode(ByteBuffer.wrap(bytes, 0, n)));
    }
    show(text.end());
}

void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %% [markdown]
// ## Accept, serve, repeat
//
// The server is a loop: accept a client, serve it to its end, close its socket, accept the next one. If the
// connection breaks, `read` throws an `IOException`. That must end this client and not the server, so the `catch` is
// inside the loop.
//
// `BlockingAcceptor` calls `listener.accept()`, which waits until somebody connects. A process can have only so many open
// files and sockets (`ulimit -n`); when they are used up, `accept` fails, and `BlockingAcceptor` tries again a tenth of a
// second later. When the listener has been closed, it returns `null`. What is `current` for? We'll need it to stop the
// server.

// %%
void serve(ServerSocket listener, AtomicReference<Socket> current, Counts counts) {
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    while (!listener.isClosed()) {
        try (Socket conn = acceptor.accept()) {
            current.set(conn);
            if (listener.isClosed()) return;
            counts.clients++;
            handle(conn, counts);
        } catch (IOException e) {
            // The connection is broken, or the server stops: this client is gone.
        }
    }
}

// %% [markdown]
// ## Alice says nothing, Bob says hello
//
// A server is only interesting with two clients. Alice connects after a while and says nothing. Bob connects after
// her and speaks at once. `KernelQueues` reads in `/proc/net` what Linux's kernel keeps for the server's sockets.

// %%
void aliceAndBob(Server server) throws IOException, InterruptedException {
    Thread.sleep(1500);
    var alice = new Socket(server.host(), server.port());
    IO.println("Alice has connected");
    try (var bob = new Socket(server.host(), server.port())) {
        IO.println("Bob has connected");
        bob.getOutputStream().write("hello from Bob".getBytes());
        IO.println("Bob has sent 14 bytes");
        Thread.sleep(1100);
        IO.println(KernelQueues.of(server.port()));
        IO.println("Alice leaves");
        alice.close();
        bob.shutdownOutput(); // ends Bob's side
        bob.getInputStream().read(); // returns when the server closes
        IO.println("Bob has been served");
    }
}

// %% [markdown]
// The server is in Alice's `read` when Bob comes. Can Bob connect? Can he send? And when does the server print his
// `hello from Bob`? Decide before you read on.
//
// ```console
// $ ./jbang bio_server --alice-and-bob
// server started on localhost:8888
// Alice has connected
// Bob has connected
// Bob has sent 14 bytes
// waiting in the kernel: 1 to accept, 14 bytes to read
// Alice leaves
// hello from Bob
// Bob has been served
// server stopped: 2 clients, 1 reads with data, [...] s of CPU in [...] s
// ```
//
// Bob noticed nothing: he connected, and his `write` returned. The kernel did all that without our program. It completes
// a connection by itself and puts it into a queue, from which `accept` takes it. The length that this queue can reach is
// the **backlog**. The kernel also acknowledges the bytes that arrive, and keeps them in the socket's *receive buffer*,
// from which `read` takes them. Both were in use: one connection that nobody had accepted, and 14 bytes that nobody had
// read. But Bob was served only after Alice had left.
//
// ```diagram
//   Alice                server's thread                  kernel                Bob
//     |                        |                            |                    |
//     |                        | accept() waits             |                    |
//     |--- connects ---------->| accept() returns Alice     |                    |
//     |                        | read() waits               |<---- connects -----|
//     |                        |   .                        | in the backlog     |
//     |                        |   .                        |<---- hello --------|
//     |   (silence)            |   .                        | in Bob's buffer    |
//     |                        |   .                        |                    |
//     |--- leaves ------------>| read() returns -1          |                    |
//     |                        | accept() returns Bob  <----|                    |
//     |                        | read() returns hello  <----|                    |
// ```
//
// `Sockets.listenBlocking` asks for a backlog of 4,096. `new ServerSocket(port)` asks for
// [50](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/net/ServerSocket.html#%3Cinit%3E(int)). When the
// queue is full, Linux may [ignore](https://man7.org/linux/man-pages/man2/listen.2.html) the request, and the client's
// kernel tries again [a second later](https://www.rfc-editor.org/rfc/rfc6298#section-2). With a server in another
// terminal, `ss -tan sport = :8888` shows the same queues, in the column `Recv-Q`.

// %% [markdown]
// ## The calls that the kernel sees
//
// `accept` and `read` end in a **system call**: the thread enters the kernel, which does the work or puts the thread to
// sleep until it can. [strace](https://man7.org/linux/man-pages/man1/strace.1.html) prints a program's system calls. With
// `-ff` each thread gets a file of its own, and with `-T` each line ends with the time that the call took. Which
// calls of the server's thread will take long? (Linux only; where `strace` isn't installed, our tests skip this block.)
//
// ```console
// $ rm -f /tmp/calls.*; strace -ff -T -e trace=accept,read,write -e verbose=none -o /tmp/calls ./jbang bio_server --alice-and-bob
// [...]
// server stopped: 2 clients, [...]
// $ grep -hE '^accept|^read.* 1024\)|^write' $(grep -l '^accept' /tmp/calls.*)
// accept(6, [...]) = 7 <1.[...]>
// read(7, "", 1024)                       = 0 <1.[...]>
// accept(6, [...]) = 7 <0.[...]>
// read(7, "hello from Bob", 1024)         = 14 <0.[...]>
// write(1, "hello from Bob\n", 15)        = 15 <0.[...]>
// read(7, "", 1024)                       = 0 <0.[...]>
// [...]
// ```
//
// The first argument is a **file descriptor**, the number by which the process knows an open file or socket: 6 is the
// listener, 7 is first Alice's connection and then Bob's, and 1 is the standard output. The first `accept` waited until
// Alice came, more than a second. The `read` waited more than a second until she left (the kernel reports the end as 0,
// Java as -1). From then on nothing waited, because Bob and his bytes were already there.
//
// While a thread waits in the kernel, it uses no processor. That's the strength of this server: it costs nothing
// while nothing happens. Its weakness is that a thread can wait in only one place at a time.

// %% [markdown]
// ## Where write waits
//
// Bob's `write` returned at once although nobody had accepted him. Does `write` ever wait? Bob now writes to a server
// that never accepts, a kilobyte at a time. What will he have written after one second, and after two?

// %%
void fullBuffers() throws IOException, InterruptedException {
    var written = new AtomicLong();
    Thread writer;
    try (var listener = Sockets.listenBlocking("localhost", 0);
            var bob = new Socket("localhost", listener.getLocalPort())) {
        writer = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    bob.getOutputStream().write(new byte[1024]);
                    written.addAndGet(1024);
                }
            } catch (IOException e) {
                IO.println("Bob's write: " + e.getMessage());
            }
        });
        for (int second = 1; second <= 2; second++) {
            Thread.sleep(1000);
            IO.println("after %d s Bob has written %,d bytes".formatted(second, written.get()));
        }
    }
    writer.join();
}

// %% [markdown]
// ```console
// $ ./jbang bio_server --full-buffers
// after 1 s Bob has written [...] bytes
// after 2 s Bob has written [...] bytes
// Bob's write: Socket closed
// ```
//
// On our machine it was almost four megabytes both times: by then the buffers of both sockets were full, and `write`
// waited for room. It would have waited until somebody read, so we ended the wait by closing Bob's socket.
//
// | call | returns when | so it waits for |
// | --- | --- | --- |
// | `accept` | a connection is in the queue | a client to connect |
// | `read` | a byte is in the receive buffer, or the client has ended its side | this client to send |
// | `write` | the kernel has taken all the bytes | the other side to read, once the buffers are full |

// %% [markdown]
// ## How to stop a thread that waits
//
// Ctrl-C should end the server, but its thread is asleep in the kernel. In Java you interrupt a thread to end its
// wait. Does that help here?

// %%
void interrupt() throws IOException, InterruptedException {
    var listener = Sockets.listenBlocking("localhost", 0);
    Thread waiting = Thread.ofPlatform().start(() -> {
        try {
            listener.accept();
        } catch (IOException e) {
            IO.println("accept: " + e.getMessage());
        }
    });
    Thread.sleep(200);
    waiting.interrupt();
    IO.println("interrupted: has it ended? " + waiting.join(Duration.ofMillis(500)));
    listener.close();
    IO.println("closed: has it ended? " + waiting.join(Duration.ofSeconds(10)));
}

// %% [markdown]
// ```console
// $ ./jbang bio_server --interrupt
// interrupted: has it ended? false
// accept: Socket closed
// closed: has it ended? true
// ```
//
// A platform thread ignores an interrupt in
// [`ServerSocket.accept`](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/net/ServerSocket.html#accept())
// and in `Socket`'s `read`. You end such a wait by closing the socket: JDK 25 then sends a signal to the thread that
// waits in the kernel, and its call fails
// ([`NioSocketImpl`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/NioSocketImpl.java)).
//
// Our server waits in two places, so `stop` closes two sockets. If it closed only the listener, a silent Alice would keep
// the server alive. The order matters: `serve` looks at the listener after it has stored the connection, so one of the
// two threads always sees what the other one did.

// %%
void stop(ServerSocket listener, AtomicReference<Socket> current) {
    try {
        listener.close();
        Socket conn = current.get();
        if (conn != null) conn.close();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

// %%
Server start(String host, int port) throws IOException {
    ServerSocket listener = Sockets.listenBlocking(host, port);
    var current = new AtomicReference<Socket>();
    var counts = new Counts();
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, current, counts),
            () -> stop(listener, current), () -> counts.summary());
}

// %% [markdown]
// `Server.start` runs `serve` on a thread of its own. When the server is to stop, it calls `stop` from another thread.
// `Script.serve` does what every `main` of a server needs: it parses the arguments, starts the server, waits, and stops
// it on Ctrl-C, in a terminal and in JShell.

// %%
void main(String... args) throws Exception {
    String usage = """
            bio_server [host] [port] [--alice-and-bob] [--full-buffers] [--interrupt]

            A server on one thread that waits for one client after another and prints what arrives.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --alice-and-bob  let two clients connect, the first one silent, and stop
              --full-buffers   no server: write while nobody reads
              --interrupt      no server: try to end a thread that waits
            """;
    List<String> options = List.of(args);
    if (options.contains("--full-buffers")) Script.run(usage, args, _ -> fullBuffers());
    else if (options.contains("--interrupt")) Script.run(usage, args, _ -> interrupt());
    else Script.serve(usage, args, a -> {
        Server server = start(a.host(), a.port(8888));
        if (!a.has("--alice-and-bob")) return server;
        aliceAndBob(server);
        server.close();
        return server;
    });
}

// %% [markdown]
// ## Run it
//
// Start the server, and in another terminal a client, [nio_client](nio_client.java), which sends one message and leaves:
//
// ```console server
// $ ./jbang bio_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// The server prints the message and waits again. Press Ctrl-C (`^C`) to stop it:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ^Cserver stopped: 1 clients, 1 reads with data, [...] s of CPU in [...] s
// ```
//
// In a notebook, run the cells below.

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0)) {
//     aliceAndBob(server);
// }

// %% tags=["active-ipynb"]
// fullBuffers();

// %% tags=["active-ipynb"]
// interrupt();

// %% [markdown]
// ## What it still can't do
//
// Two clients at once. The kernel does all it can for Bob: it completes his connection and keeps his bytes. But the only
// thread that could fetch them sleeps in Alice's `read`, perhaps until tomorrow. The thread isn't busy, it just waits in
// the wrong place. The simplest cure is a second thread, and a third: one for each client.
// [bio_threaded_server](bio_threaded_server.java) starts them.
//
// ## Exercises
//
// 1. Start the server, then `./jbang talk` in two more terminals. Type a line into the second one, and find it in the
//    output of `ss -tan sport = :8888`. Press Ctrl-D in the first one. What changes?
// 2. Call `conn.setSoTimeout(5000)` at the start of `handle`. Now a silent Alice is gone after five seconds. What can she
//    do to keep Bob waiting for an hour anyway?
// 3. Start the server with a backlog of 1, by calling `bind(address, 1)` on a `new ServerSocket()`. How many silent clients
//    can connect before `connect` has to wait?
