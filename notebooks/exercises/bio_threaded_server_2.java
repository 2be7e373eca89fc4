// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/BlockingAcceptor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import exercise.Finding;
import script.BlockingAcceptor;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Two places and a queue
//
// **Write.** A limit for the number of handlers belongs in front of `accept`, where waiting costs no thread.
//
// The server starts a thread for each client, as in [bio_threaded_server](../bio_threaded_server.java), and sends
// `welcome`. Now let at most `places` clients be served at the same time. The others wait in the kernel's queue, without
// a thread, until somebody leaves. (Ctrl-C interrupts the thread that runs `serve`, so it may wait.)
// A place is free again however its client leaves: at the end of its stream, or with a reset.

// %%
Void handle(Socket conn) throws IOException {
    try (conn) {
        conn.getOutputStream().write("welcome\n".getBytes());
        conn.getInputStream().transferTo(OutputStream.nullOutputStream());
        return null;
    }
}

void serve(ServerSocket listener, ThreadFactory threads, int places) throws InterruptedException {
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    // >>> start
    // >>> solution
    var free = new Semaphore(places);
    // <<<
    try (var handlers = Executors.newThreadPerTaskExecutor(threads)) {
        try {
            while (true) {
                // >>> start
                // >>> solution
                free.acquire();
                // >>> the handler waits for its place
                // >>> the limit is behind accept
                // <<<
                Socket conn = acceptor.accept();
                if (conn == null) return;
                // >>> start
                // handlers.submit(() -> handle(conn));
                // >>> solution
                handlers.submit(() -> {
                    try {
                        return handle(conn);
                    } finally {
                        free.release();
                    }
                });
                // >>> the handler waits for its place
                // handlers.submit(() -> {
                //     free.acquire();
                //     try {
                //         return handle(conn);
                //     } finally {
                //         free.release();
                //     }
                // });
                // >>> a reset keeps the place
                // handlers.submit(() -> {
                //     handle(conn);
                //     free.release();
                //     return null;
                // });
                // >>> the limit is behind accept
                // free.acquire();
                // handlers.submit(() -> {
                //     try {
                //         return handle(conn);
                //     } finally {
                //         free.release();
                //     }
                // });
                // <<<
            }
        } finally {
            handlers.shutdownNow(); // the server stops
        }
    }
}

// %%
void stop(ServerSocket listener) {
    try {
        listener.close();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

Server start(String host, int port, ThreadFactory threads, int places) throws IOException {
    ServerSocket listener = Sockets.listenBlocking(host, port);
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, threads, places), () -> stop(listener),
            () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            bio_threaded_server_2 [host] [port]

            A server with two places (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), Thread.ofVirtual().factory(), 2));
}

// %% tags=["check"]
class CountingListener extends ServerSocket {
    final AtomicInteger accepted = new AtomicInteger();

    CountingListener() throws IOException {
        super(0, 100, InetAddress.getLoopbackAddress());
    }

    @Override public Socket accept() throws IOException {
        Socket conn = super.accept();
        accepted.incrementAndGet();
        return conn;
    }
}

void verify() throws Exception {
    var listener = new CountingListener();
    var started = new AtomicInteger();
    ThreadFactory threads = task -> {
        started.incrementAndGet();
        return Thread.ofVirtual().unstarted(task);
    };
    try (var server = Server.start("localhost", listener.getLocalPort(), () -> serve(listener, threads, 2),
            () -> stop(listener), () -> "done"); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        alice.gets("welcome\n", "because both places are free");
        bob.gets("welcome\n", "because a place is free");
        try (var carol = Client.connect("Carol", server.port()); var dave = Client.connect("Dave", server.port())) {
            carol.getsNothing("because both places are taken");
            if (started.get() > 2)
                throw new Finding("Two clients are served and two wait, and %d handlers have been started.".formatted(started.get()),
                        "2, because waiting costs no thread");
            if (listener.accepted.get() > 2)
                throw new Finding("Two clients are served and two wait, and the server has accepted %d.".formatted(listener.accepted.get()),
                        "2, because the others wait in the kernel's queue");
            bob.reset();
            carol.gets("welcome\n", "because Bob's reset has freed a place");
            dave.getsNothing("because Alice and Carol have the places");
            alice.end().isClosed("the server closes when the client has ended its side");
            dave.gets("welcome\n", "because Alice has left");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. A `Semaphore` counts free places: `acquire` takes one, and waits if there is none; `release` gives one back.
// 2. Which thread should wait when there is no place, the server's or the new client's?
// 3. `handle` throws an exception when the client resets its connection. What has to run even then?
//
// ## Solution
//
// The server's thread takes a place before it accepts. If there is none it doesn't accept, and the kernel's queue holds
// the connections of Carol and Dave: they are connected, but cost the server neither a thread nor a file descriptor. The
// handler gives the place back in a `finally`, because a lost place never comes back, and a server that loses one
// with each reset ends up serving nobody. With virtual threads a limit is rarely needed for the threads themselves. It
// protects what they use: memory, file descriptors, connections to a database.
//
// ## Wrong attempts
//
// - start: Carol waited and got "welcome\n". Expected: nothing yet, because both places are taken.
// - the handler waits for its place: Two clients are served and two wait, and 4 handlers have been started. Expected:
//   2, because waiting costs no thread.
// - the limit is behind accept: Two clients are served and two wait, and the server has accepted 3. Expected: 2, because
//   the others wait in the kernel's queue.
// - a reset keeps the place: Carol waited and got nothing. Expected: "welcome\n", because Bob's reset has freed a place.
