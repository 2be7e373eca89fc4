// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/script/BlockingAcceptor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import exercise.Client;
import script.BlockingAcceptor;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # A computation on every carrier
//
// **Repair.** A virtual thread that computes keeps its carrier, and there are as many carriers as processors.
//
// Each client has a virtual thread, as in [virtual_thread_server](../virtual_thread_server.java). The server sends back
// the lines that it gets, except `compute`: that starts a computation, which never blocks, and the client gets its
// result. When as many clients compute as there are processors, nobody else gets an answer. Repair `answer`. You can't
// change the computation, and there is no limit to how many may run.

// %%
String answer(String line, Callable<String> computation) throws Exception {
    if (!line.equals("compute")) return line;
    // >>> start
    // return computation.call();
    // >>> solution
    var task = new FutureTask<String>(computation);
    Thread.ofPlatform().daemon().start(task);
    return task.get();
    // >>> it computes on another virtual thread
    // var task = new FutureTask<String>(computation);
    // Thread.startVirtualThread(task);
    // return task.get();
    // >>> it yields first
    // Thread.yield();
    // return computation.call();
    // >>> nobody waits for the result
    // var task = new FutureTask<String>(computation);
    // Thread.ofPlatform().daemon().start(task);
    // return "?";
    // <<<
}

// %%
Void converse(Socket conn, Callable<String> computation) throws Exception {
    try (conn) {
        var out = conn.getOutputStream();
        for (var in = new Scanner(conn.getInputStream()); in.hasNextLine(); ) {
            String line = in.nextLine();
            if (line.equals("compute")) out.write("computing\n".getBytes());
            out.write((answer(line, computation) + "\n").getBytes());
        }
        return null;
    }
}

void serve(ServerSocket listener, Callable<String> computation) {
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    try (var conversations = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Socket accepted = acceptor.accept(); accepted != null; accepted = acceptor.accept()) {
            Socket conn = accepted;
            conversations.submit(() -> converse(conn, computation));
        }
        conversations.shutdownNow();
    }
}

void stop(ServerSocket listener) {
    try {
        listener.close();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

Server start(String host, int port, Callable<String> computation) throws IOException {
    ServerSocket listener = Sockets.listenBlocking(host, port);
    return Server.start(host, listener.getLocalPort(), () -> serve(listener, computation), () -> stop(listener),
            () -> "done");
}

String computeForTenSeconds() {
    for (long end = System.nanoTime() + 10_000_000_000L; System.nanoTime() < end; ) Thread.onSpinWait();
    return "42";
}

void main(String... args) throws Exception {
    Script.serve("""
            virtual_thread_server_1 [host] [port]

            An echo server that also computes (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), () -> computeForTenSeconds()));
}

// %% tags=["check"]
String computeUntil(AtomicBoolean enough, AtomicInteger begun) {
    begun.incrementAndGet();
    while (!enough.get()) Thread.onSpinWait();
    return "42";
}

void verify() throws Exception {
    // Each client takes two of the files that the check allows.
    int count = Math.min(Runtime.getRuntime().availableProcessors(), 100);
    var enough = new AtomicBoolean();
    var begun = new AtomicInteger();
    var computing = new ArrayList<Client>();
    try (var server = start("localhost", 0, () -> computeUntil(enough, begun));
            var bob = Client.connect("Bob", server.port())) {
        try {
            for (int i = 0; i < count; i++) {
                var alice = Client.connect("Alice", server.port());
                computing.add(alice);
                alice.send("compute\n").gets("computing\n", "before the computation begins");
            }
            for (int i = 0; i < 500 && begun.get() < count; i++) Thread.sleep(2); // a pool may begin fewer
            bob.send("hello\n").gets("hello\n", "although there is a computation for every processor");
            enough.set(true);
            for (Client alice : computing) alice.gets("42\n", "the result of her computation");
        } finally {
            enough.set(true);
            for (Client alice : computing) alice.close();
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. How many virtual threads can run at the same time? When does one of them give its carrier back?
// 2. While a virtual thread waits for a result, it has no carrier. So who should compute, and who should wait?
// 3. A `FutureTask` runs on any thread that you start it on, and `get` waits for its result.
//
// ## Solution
//
// The JVM doesn't preempt a virtual thread, so a computation keeps its carrier to the end. With one on every carrier,
// no other virtual thread runs, not even those of the JDK that notice that bytes have arrived. A second virtual thread
// would need a carrier just as much. A platform thread doesn't: the operating system gives it time slices, and those of
// the others in between. The conversation waits in `get`, where it blocks and gives its carrier back. A server for
// strangers would use a pool of platform threads, no larger than the number of processors, so that the rest waits.
//
// ## Wrong attempts
//
// - start: Bob sent "hello\n" and got nothing. Expected: "hello\n", although there is a computation for every processor.
// - it computes on another virtual thread: Bob sent "hello\n" and got nothing. Expected: "hello\n", although there is a
//   computation for every processor.
// - it yields first: Bob sent "hello\n" and got nothing. Expected: "hello\n", although there is a computation for every
//   processor.
// - nobody waits for the result: Alice waited and got "?\n". Expected: "42\n", the result of her computation.
