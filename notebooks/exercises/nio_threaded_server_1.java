// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Two threads for everybody
//
// **Repair.** A handler that polls needs no thread of its own: it can poll once, and queue up again.
//
// Each handler of [nio_threaded_server](../nio_threaded_server.java) polls its client on a thread of its own. Somebody
// has replaced the executor with a pool of two threads, and since then two silent clients keep everybody else waiting.
// Leave the pool as it is, and repair `serve`, so that two threads send back what each client says, however many
// clients there are.

// %%
void serve(SocketChannel conn, ByteBuffer buffer, Executor handlers) {
    try {
        // >>> start
        // while (true) {
        //     int n = conn.read(buffer.clear());
        //     if (n < 0) break;
        //     conn.write(buffer.flip());
        //     pause();
        // }
        // conn.close();
        // >>> solution
        int n = conn.read(buffer.clear());
        if (n < 0) {
            conn.close();
            return;
        }
        conn.write(buffer.flip());
        pause();
        handlers.execute(() -> serve(conn, buffer, handlers));
        // >>> silence is taken for the end
        // int n = conn.read(buffer.clear());
        // if (n <= 0) {
        //     conn.close();
        //     return;
        // }
        // conn.write(buffer.flip());
        // pause();
        // handlers.execute(() -> serve(conn, buffer, handlers));
        // >>> it queues up only after silence
        // int n = conn.read(buffer.clear());
        // if (n < 0) conn.close();
        // else if (n > 0) conn.write(buffer.flip());
        // else {
        //     pause();
        //     handlers.execute(() -> serve(conn, buffer, handlers));
        // }
        // <<<
    } catch (IOException e) {
        // The connection is broken: this client is gone.
    }
}

// %%
void pause() {
    LockSupport.parkNanos(100_000);
}

void serve(ServerSocketChannel listener) throws IOException {
    try (var handlers = new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            new ThreadPoolExecutor.DiscardPolicy())) { // once it is shut down, it discards what it gets
        while (!Thread.currentThread().isInterrupted()) {
            SocketChannel conn = listener.accept();
            if (conn == null) {
                pause();
                continue;
            }
            conn.configureBlocking(false);
            handlers.execute(() -> serve(conn, ByteBuffer.allocate(1024), handlers));
        }
        handlers.shutdownNow();
    }
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            nio_threaded_server_1 [host] [port]

            An echo server whose two threads poll all clients (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port()); var carol = Client.connect("Carol", server.port())) {
        carol.send("hello").gets("hello", "although two others are silent and there are two threads");
        carol.send("again").gets("again", "because Carol is still connected");
        alice.send("hi").gets("hi", "because Alice was only silent");
        bob.send("hi").gets("hi", "because Bob was only silent");
        carol.end().isClosed("the server closes when the client has ended its side");
    }
}

// %% [markdown]
// ## Hints
//
// 1. When does a thread of the pool take the next task from the queue?
// 2. `serve` can poll once and return. How does the same client get its next poll?
// 3. `handlers.execute` puts a task at the end of the queue, and a task may do that with its own successor.
//
// ## Solution
//
// A task that runs until its client leaves keeps its thread that long, although a poll returns at once. Now a task is
// one poll, and it queues up again behind the other clients, so two threads go round all of them. Who waits for a client
// and how it waits are two decisions: blocking reads force a thread for each client, polls don't. With the queue in the
// place of a list, this is `nio_server` on two threads, and it is as busy while nobody speaks. Between two polls, what the
// server knows about a client has to be in the task, here `conn` and `buffer`.
//
// ## Wrong attempts
//
// - start: Carol sent "hello" and got nothing. Expected: "hello", although two others are silent and there are two
//   threads.
// - silence is taken for the end: [...] sent "h[...] the server [...] the connection[...]. Expected: [...].
// - it queues up only after silence: Carol sent "again" and got nothing. Expected: "again", because Carol is still
//   connected.
