// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import exercise.Finding;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A pause that grows
//
// **Write.** The pause between two polls trades processor time for delay.
//
// Each thread of this server polls its client and pauses for a millisecond whenever `read` returns 0, a thousand polls a
// second for a client that says nothing. A client that is speaking deserves a short pause, and a silent one a long pause.
// Change `poll`: in a silence it pauses for 1 ms, then 2, 4, 8 and so on, but never longer than 50. After bytes, the next
// silence begins with 1 ms again.

// %%
/** Sends back what the client says; pauses with the function it gets, in milliseconds. */
void poll(SocketChannel conn, LongConsumer sleep) {
    var buffer = ByteBuffer.allocate(1024);
    // >>> start
    // >>> solution
    long pause = 1;
    // <<<
    try (conn) {
        for (int n = conn.read(buffer); n >= 0; n = conn.read(buffer.clear())) {
            // >>> start
            // if (n > 0) conn.write(buffer.flip());
            // else sleep.accept(1);
            // >>> solution
            if (n > 0) {
                conn.write(buffer.flip());
                pause = 1;
            } else {
                sleep.accept(pause);
                pause = Math.min(2 * pause, 50);
            }
            // >>> it never gets shorter again
            // if (n > 0) {
            //     conn.write(buffer.flip());
            // } else {
            //     sleep.accept(pause);
            //     pause = Math.min(2 * pause, 50);
            // }
            // >>> it grows without a limit
            // if (n > 0) {
            //     conn.write(buffer.flip());
            //     pause = 1;
            // } else {
            //     sleep.accept(pause);
            //     pause = 2 * pause;
            // }
            // <<<
        }
    } catch (IOException e) {
        // The connection is broken: this client is gone.
    }
}

// %%
void sleep(long millis) {
    LockSupport.parkNanos(millis * 1_000_000);
}

void serve(ServerSocketChannel listener, LongConsumer sleep) throws IOException {
    try (var handlers = Executors.newVirtualThreadPerTaskExecutor()) {
        while (!Thread.currentThread().isInterrupted()) {
            SocketChannel conn = listener.accept();
            if (conn == null) {
                sleep(1);
                continue;
            }
            conn.configureBlocking(false);
            handlers.execute(() -> poll(conn, sleep));
        }
        handlers.shutdownNow(); // and the next read of each handler throws
    }
}

Server start(String host, int port, LongConsumer sleep) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, sleep), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            nio_threaded_server_2 [host] [port]

            An echo server that polls a silent client less and less often (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), millis -> sleep(millis)));
}

// %% tags=["check"]
/** Waits until there are so many pauses, or three seconds are over, and returns the first of them. */
List<Long> pauses(List<Long> all, int from, int count) throws InterruptedException {
    for (int i = 0; i < 300 && all.size() < from + count; i++) Thread.sleep(10);
    return all.stream().skip(from).limit(count).toList();
}

void verify() throws Exception {
    List<Long> all = new CopyOnWriteArrayList<>();
    LongConsumer noted = millis -> {
        if (all.size() < 1000) all.add(millis);
        sleep(millis);
    };
    try (var server = start("localhost", 0, noted); var bob = Client.connect("Bob", server.port())) {
        List<Long> right = List.of(1L, 2L, 4L, 8L, 16L, 32L, 50L, 50L);
        List<Long> first = pauses(all, 0, right.size());
        if (!first.equals(right))
            throw new Finding("Bob was silent, and the pauses were " + first + " ms.", right + " ms");
        int before = all.size();
        bob.send("hello").gets("hello", "because the server sends back what it receives");
        List<Long> next = pauses(all, before, 5);
        if (!next.contains(1L))
            throw new Finding("Bob sent \"hello\" after a silence, and the pauses after that were " + next + " ms.",
                    "they begin with 1 ms again");
    }
}

// %% [markdown]
// ## Hints
//
// 1. The length of the next pause belongs to one client, and has to survive from one poll to the next.
// 2. It changes in both branches: after silence it doubles, up to 50, and after bytes it is 1.
//
// ## Solution
//
// The pause is a local variable of the client's thread, so no other client changes it. A silent client now costs 20
// polls a second in place of a thousand, and the price is that its first bytes wait for up to 50 ms. That is the trade
// of all polling: no length of the pause gives you an idle processor and an immediate answer. A blocking `read` does, and
// so does a call that waits for many sockets, because there the kernel wakes the thread when bytes arrive.
//
// ## Wrong attempts
//
// - start: Bob was silent, and the pauses were [1, 1, 1, 1, 1, 1, 1, 1] ms. Expected: [1, 2, 4, 8, 16, 32, 50, 50] ms.
// - it never gets shorter again: Bob sent "hello" after a silence, and the pauses after that were [50, 50, 50, 50, 50]
//   ms. Expected: they begin with 1 ms again.
// - it grows without a limit: Bob was silent, and the pauses were [1, 2, 4, 8, 16, 32, 64, 128] ms. Expected: [1, 2, 4, 8,
//   16, 32, 50, 50] ms.
