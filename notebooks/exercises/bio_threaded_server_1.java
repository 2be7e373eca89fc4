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
// # A ticket for each client
//
// **Repair.** Handlers run at the same time, so what they share needs a lock, and nobody waits for a client inside it.
//
// This server has a thread for each client, as [bio_threaded_server](../bio_threaded_server.java) does. Whoever sends
// something gets a ticket with a number. One client after another, that works. When many ask at the same time, some get the
// same number. Repair the server, so that every ticket is given out once. A client that connects and says nothing must
// not keep the others from their tickets.

// %%
class Tickets {
    // >>> start
    // int last;
    // >>> solution
    int last; // only with the lock
    // >>> it is volatile
    // volatile int last;
    // <<<

    // >>> start
    // int next() {
    // >>> solution
    synchronized int next() {
    // >>> it is volatile
    // int next() {
    // >>> the lock is held for the whole conversation
    // int next() {
    // <<<
        int ticket = last + 1;
        LockSupport.parkNanos(2_000_000); // the printer is slow
        last = ticket;
        return ticket;
    }
}

void handle(Socket conn, Tickets tickets) {
    try (conn) {
        if (conn.getInputStream().read() >= 0) conn.getOutputStream().write((tickets.next() + "\n").getBytes());
    } catch (IOException e) {
        // This client is gone, or the server stops.
    }
}

// %%
void serve(ServerSocket listener) {
    var tickets = new Tickets();
    var acceptor = new BlockingAcceptor(listener, System.err::println);
    try (var handlers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Socket conn = acceptor.accept(); conn != null; conn = acceptor.accept()) {
            Socket client = conn;
            // >>> start
            // handlers.execute(() -> handle(client, tickets));
            // >>> solution
            handlers.execute(() -> handle(client, tickets));
            // >>> the lock is held for the whole conversation
            // handlers.execute(() -> {
            //     synchronized (tickets) {
            //         handle(client, tickets);
            //     }
            // });
            // <<<
        }
        handlers.shutdownNow();
    }
}

void stop(ServerSocket listener) {
    try {
        listener.close();
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
}

Server start(String host, int port) throws IOException {
    ServerSocket listener = Sockets.listenBlocking(host, port);
    return Server.start(host, listener.getLocalPort(), () -> serve(listener), () -> stop(listener), () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            bio_threaded_server_1 [host] [port]

            A server that gives a ticket to everybody who sends something (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var _ = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("x").gets("1\n", "although Alice is silent");
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) crowd.add(Client.connect("Client " + i, server.port()));
        for (Client client : crowd) client.send("x");
        Set<String> tickets = new HashSet<>();
        for (Client client : crowd) {
            tickets.add(client.rest());
            client.close();
        }
        if (tickets.size() < crowd.size())
            throw new Finding("20 clients asked at the same time. Different tickets given out: %d.".formatted(tickets.size()),
                    "20, one for each");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Two handlers are in `next` at the same time. Which `last` does each of them read, and which does each write?
// 2. Reading `last`, printing and writing `last` have to be one step, as far as other handlers can see.
// 3. Put the lock around that step only. Who would wait if it were around the `read`?
//
// ## Solution
//
// With `synchronized`, one handler at a time runs `next`. The others wait at its first line, and see the number that was
// written last. `volatile` lets every handler see the latest number, but two of them can still read it before either
// writes. The lock belongs around the shared state, not around the conversation: while Alice's handler waits in `read`
// it holds nothing that Bob needs. If `next` only counted, an `AtomicInteger` would do.
//
// ## Wrong attempts
//
// - start: 20 clients asked at the same time. Different tickets given out: [...]. Expected: 20, one for each.
// - it is volatile: 20 clients asked at the same time. Different tickets given out: [...]. Expected: 20, one for each.
// - the lock is held for the whole conversation: Bob sent "x" and got nothing. Expected: "1\n", although Alice is
//   silent.
