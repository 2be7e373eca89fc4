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
// Welcome! Every chapter of this book is one Java file that you can run in three ways: as a script, with
// `./jbang bio_server` (`--help` lists the options); in JShell, where you start `./jbang jshell`, paste the file and type
// `main()`; or as a notebook, which `./jbang jupyter` opens. A block that starts with `$` shows a terminal and what it
// really printed, with `[...]` for text that differs each time.

// %% [markdown]
// ## Read until the client is done
//
// Let's start with one client. `in.read` waits until some bytes have arrived, puts them into the array, and returns how
// many there were. When the client has ended its side of the connection, `read` returns -1. `NetworkText` turns the
// bytes into text that is safe to print: it keeps the first half of a UTF-8 character until the second half arrives, and
// escapes control characters, so that a stranger can't clear your terminal.

// %%
void handle(Socket conn) throws IOException {
    var text = new NetworkText();
    var bytes = new byte[1024];
    InputStream in = conn.getInputStream();
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) show(text.decode(ByteBuffer.wrap(bytes, 0, n)));
    show(text.end());
}

void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %% [markdown]
// ## Accept, serve, repeat
//
// The server is a loop: accept a client, serve it to its end, close its socket, accept the next one. If the connection
// breaks, `read` throws an `IOException`. That must end this client and not the server, so the `catch` is inside the loop.
//
// `BlockingAcceptor` calls `accept` on the listening socket, which waits until somebody connects. When the process has
// reached its limit of open files and sockets (`ulimit -n`), `accept` fails, and `BlockingAcceptor` tries again a tenth
// of a second later. When the listening socket has been closed, it returns `null`. `current` will let us stop the server.

// %%
void serve(ServerSocket listener, AtomicReference<Socket> current, LongAdder clients) {
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    while (!listener.isClosed()) {
        try (Socket conn = acceptor.accept()) {
            current.set(conn);
            if (listener.isClosed()) return;
            clients.increment();
            handle(conn);
        } catch (IOException e) {
            // The connection is broken, or the server stops: this client is gone.
        }
    }
}

// %% [markdown]
// ## Alice says nothing, Bob says hello
//
// Now let two clients connect: Alice says nothing, and Bob, who comes after her, speaks at once. `KernelQueues` reads
// from `/proc/net` what Linux keeps for the server's sockets.

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
// The server is in Alice's `read` when Bob comes. Can Bob connect? Can he send? When does the server print his
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
// server stopped: 2 clients
// ```
//
// Bob noticed nothing: he connected, and his `write` returned, both without our program. The kernel completes a
// connection by itself and puts it into a queue, from which `accept` takes it. The *backlog* is how long that queue can
// get: `Sockets.listenBlocking` asks for 4,096. The kernel also acknowledges the bytes that arrive, and keeps them in
// the socket's *receive buffer*, from which `read` takes them. Both were in use when we looked: nobody had accepted the
// connection, and nobody had read the 14 bytes. Bob was served only after Alice had left.
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

// %% [markdown]
// ## The calls that the kernel sees
//
// `accept`, `read` and `write` each end in a *system call*: the thread enters the kernel, which does the work, or puts the
// thread to sleep until it can. On Linux, [strace](https://man7.org/linux/man-pages/man1/strace.1.html) prints a program's
// system calls. With `-ff` each thread gets a file of its own, and with `-T` each line ends with the seconds that the
// call took. Which calls of the server's thread will take long?
//
// ```console
// $ rm -f /tmp/calls.*; strace -ff -T -e trace=accept,read,write -e verbose=none -o /tmp/calls ./jbang bio_server --alice-and-bob
// [...]
// server stopped: 2 clients
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
// The first argument is a *file descriptor*, the number by which the process knows an open file or socket: 6 is the
// listening socket, 7 is first Alice's connection and then Bob's, and 1 is standard output. The first `accept` waited
// more than a second for Alice, and the first `read` more than a second until she left (the kernel reports the end as 0,
// Java as -1). After that nothing waited, because Bob and his bytes were already there.
//
// While a thread sleeps in the kernel, it runs no code, so a silent client costs this server no processor time. But a
// thread can wait in only one place at a time.
//
// Does `write` ever wait? Bob's returned at once although nobody had accepted him. It waits only when the kernel has no
// [room](https://man7.org/linux/man-pages/man2/send.2.html) for the bytes, because the buffers of both sockets are full.
//
// | call | returns when | so it waits for |
// | --- | --- | --- |
// | `accept` | a connection is in the queue | any client to connect |
// | `read` | a byte is in the receive buffer, or the client has ended its side | this client to send |
// | `write` | the kernel has taken all the bytes | the other side to read, once the buffers are full |

// %% [markdown]
// ## How to stop a thread that waits
//
// Ctrl-C should end the server, but its thread is asleep in the kernel. Does `Thread.interrupt` wake it?

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
// It doesn't: a thread of the operating system ignores an interrupt in
// [`ServerSocket.accept`](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/net/ServerSocket.html#accept())
// and in `Socket`'s `read`. You end such a wait by closing the socket: JDK 25 then sends a signal to the waiting thread,
// and its call fails
// ([`NioSocketImpl`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/NioSocketImpl.java)).
//
// Our server waits in two places, so `stop` closes two sockets: without the second, a silent Alice would keep the server
// alive. `stop` closes the listening socket and then looks at `current`; `serve` sets `current` and then looks at the
// listening socket. In this order, no connection slips through between the two threads.

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

Server start(String host, int port) throws IOException {
    ServerSocket listener = Sockets.listenBlocking(host, port);
    var current = new AtomicReference<Socket>();
    var clients = new LongAdder();
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, current, clients),
            () -> stop(listener, current), () -> clients + " clients");
}

// %% [markdown]
// `Server.start` runs `serve` on a thread of its own, and calls `stop` from another thread to end it. `Script.serve` does
// what every server's `main` needs: it parses the arguments, starts the server, waits, and stops it on Ctrl-C.

// %%
void main(String... args) throws Exception {
    String usage = """
            bio_server [host] [port] [--alice-and-bob] [--interrupt]

            A server on one thread that waits for one client after another and prints what arrives.

              host             where to listen (default localhost)
              port             the port, 0 for any free one (default 8888)
              --alice-and-bob  let two clients connect, the first one silent, and stop
              --interrupt      interrupt a thread that waits, without the server
            """;
    if (List.of(args).contains("--interrupt")) Script.run(usage, args, _ -> interrupt());
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
// ^Cserver stopped: 1 clients
// ```

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0)) {
//     aliceAndBob(server);
// }
// interrupt();

// %% [markdown]
// ## What it still can't do
//
// It can't serve two clients at once. The kernel completes Bob's connection and keeps his bytes, but the only thread that
// could fetch them sleeps in Alice's `read`, perhaps until tomorrow. The simplest cure is a thread for each client, which
// [bio_threaded_server](bio_threaded_server.java) starts.
//
// ## Exercises
//
// - Three clients and one thread: `./jbang exercise start bio_server_1`
// - Half a second for each client: `./jbang exercise start bio_server_2`
