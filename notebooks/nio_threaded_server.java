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
// # A thread for every client
//
// The polling server asks all its clients in turn, and works for one while the others wait. If
// answering Alice took a second of computing, Bob would wait that second too. The obvious cure: give
// each client a thread of its own.
//
// ```diagram
//   thread 'server'                      thread 'handler-1'
//   accept(), accept(), accept() ... --> Alice: read(), read(), read() ...
//              |
//              |                         thread 'handler-2'
//              +-----------------------> Bob: read(), read(), read() ...
// ```
//
// The sockets stay non-blocking, as in the article that we follow, so every thread polls. That is not
// how anybody should build it. It is worth seeing once, because it separates two things that are often
// mixed up: *who waits* (a thread each, or one for all) and *how* (by asking, or by sleeping).

// %% [markdown]
// ## One client, one thread
//
// The code of a handler is pleasant: it reads from top to bottom, and what it remembers about its
// client are local variables. Keep that in mind when the callbacks come. Whatever fails here ends this
// thread and this connection only, and the `try` closes the socket in every case.

// %%
void handle(SocketChannel conn, LongAdder polls) {
    try (conn) {
        var text = new NetworkText();
        var buffer = ByteBuffer.allocate(1024);
        while (!Thread.currentThread().isInterrupted()) {
            polls.increment();
            int n = conn.read(buffer.clear());
            if (n < 0) break;
            if (n > 0) show(text.decode(buffer.flip()));
            else pause();
        }
        show(text.end());
    } catch (IOException e) {
        // A reset: this client is gone, the other threads do not even notice.
    }
}

// %% [markdown]
// Between two questions a thread should let the others run. For a platform thread `Thread.yield()` is a
// courtesy: the kernel divides the time anyway. For a virtual thread it is a duty, since the JVM runs them
// all on a few carrier threads, one per core, and never takes a carrier away by force.
//
// And a yield is not enough. It puts the virtual thread into the queue of its own carrier, and a carrier
// looks into its own queue first. A *new* virtual thread waits in another queue; as long as the pollers
// keep theirs filled, it never starts. With 500 of them, the last client waited 30 seconds and was not
// served. Parking, even for a nanosecond, goes through the queue that all share.

// %%
void pause() {
    if (Thread.currentThread().isVirtual()) LockSupport.parkNanos(1);
    else Thread.yield();
}

// %% [markdown]
// A line is printed by a single call, so that lines of two threads cannot run into one another.

// %%
void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %% [markdown]
// ## The acceptor
//
// The main thread does nothing but accept and hand over. The executor makes one thread for each task;
// when the server stops, `shutdownNow` interrupts them all, and `close` waits until the last one has
// closed its socket.

// %%
void serve(ServerSocketChannel listener, ThreadFactory threads, LongAdder clients, LongAdder polls) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    try (var handlers = Executors.newThreadPerTaskExecutor(threads)) {
        while (!Thread.currentThread().isInterrupted()) {
            polls.increment();
            SocketChannel conn = acceptor.accept();
            if (conn == null) {
                Thread.yield();
                continue;
            }
            String peer = Sockets.name(conn.getRemoteAddress());
            conn.configureBlocking(false);
            clients.increment();
            IO.println("client " + peer + " connected, waiting for its data");
            handlers.execute(() -> {
                IO.println("thread " + Thread.currentThread().getName() + " serves " + peer);
                handle(conn, polls);
            });
        }
        handlers.shutdownNow();
    }
}

// %% [markdown]
// ## Platform or virtual
//
// A platform thread is a thread of the operating system; it reserves a stack and is scheduled by the
// kernel. A virtual thread is an object of the JVM; its stack lives on the heap and grows with use.
// Both run the same code. They have no useful name unless one is given.

// %%
ThreadFactory threads(boolean virtual) {
    Thread.Builder kind = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    return kind.name("handler-", 1).factory();
}

// %%
Server start(String host, int port, boolean virtual) throws IOException {
    var clients = new LongAdder();
    var polls = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, threads(virtual), clients, polls),
            () -> "%,d clients, %,d polls".formatted(clients.sum(), polls.sum()));
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            nio_threaded_server [host] [port] [--virtual]

            A server with a thread for every client; each thread polls its socket.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --virtual  virtual threads instead of platform threads
            """, args, a -> start(a.host(), a.port(8888), a.has("--virtual")));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang nio_threaded_server
// server started on localhost:8888
// ```
//
// In another terminal:
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// The server:
//
// ```console server
// client 127.0.0.1:[...] connected, waiting for its data
// thread handler-1 serves 127.0.0.1:[...]
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ```

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, true);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What threads buy, and what they cost
//
// They buy a simple handler, every core of the machine, and independence: a client whose request takes
// a second of computing delays nobody else.
//
// With 500 silent clients, on a machine with two cores (the JVM itself has about 19 threads):
//
// | server | CPU | threads of the operating system |
// | --- | --- | --- |
// | `nio_server` (chapter 1) | 98 % of one core | 20 |
// | `nio_threaded_server` | 199 %, both cores | 519 |
// | `nio_threaded_server --virtual` | 198 %, both cores | 24 |
// | `aio_server` (chapter 4) | 0 % | 19 |
//
// A platform thread for each client is a thread of the system for each client, with a stack of its own
// and a place in the kernel's queue. Virtual threads share a few. Neither helps while all of them poll:
// nobody has said anything, and both cores are busy.
//
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | T1 | Calls itself multi-threaded NIO. The accepted sockets block, so it is thread-per-connection *blocking* I/O, and beside it an acceptor that spins. | really polls, in every thread, and counts |
// | T2 | A handler that fails (a reset, a byte that is no UTF-8) leaves its connection open. | `try (conn)` |
// | T3 | No limit to the number of threads. | the same, see below |
// | T4 | Out of file descriptors: the acceptor ends, the process stays and listens, and nobody is ever accepted again. | pauses and recovers |
// | T5 | Ctrl-C does not end it while a client is silent. | interrupts the handlers |
// | T6 | Two `print` calls for one message: lines of two threads run into one another. | one call a line |
// | T8 | Gives as the reason for threads that the first server cannot accept while it handles a connection. The true one: it waits in `recv`. | chapter 1 does not wait |
//
// N2 and N4 to N8 of chapter 1 are in this program too, and mended here as there.
//
// ## What is still wrong
//
// Polling in a thread for each client is the worst of both worlds. Two cures exist, and they are the
// two great schools of network programming. Keep the threads and let them *sleep* in a blocking read:
// that is how servers were written for decades, and with virtual threads it is a good answer again. Or
// keep one thread and let the system say *who is ready*: that is what the rest of this book builds.
//
// ## Exercises
//
// 1. Let virtual threads call `Thread.yield()` too, and start with `--virtual`. How many silent clients
//    does it take on your machine until nobody else is served?
// 2. Make the accepted sockets blocking, and remove the pause. What is the CPU use with 100 silent
//    clients now, and what does Ctrl-C need?
// 3. Limit the number of handlers to 100 with a `Semaphore`. What should the 101st client see?
