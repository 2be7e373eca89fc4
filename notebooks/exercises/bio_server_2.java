// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/lesson/OneByOne.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Client;
import exercise.Printed;
import lesson.OneByOne;
import script.Script;
import script.Server;

// %% [markdown]
// # Half a second for each client
//
// **Repair.** A timeout for a `read` is not a timeout for a client.
//
// This server serves one client after another, as [bio_server](../bio_server.java) does, and a client that says nothing
// must not keep the others waiting. So `setSoTimeout` makes each `read` fail after half a second. Alice can still keep
// the server to herself for as long as she likes. Repair `handle`, so that the server is done with a client after half
// a second, whatever the client does. A quick client must still be able to send its message in several pieces.

// %%
static final Duration LIMIT = Duration.ofMillis(500);

void handle(Socket conn) throws IOException {
    var bytes = new byte[1024];
    // >>> start
    // conn.setSoTimeout((int) LIMIT.toMillis());
    // >>> solution
    long end = System.nanoTime() + LIMIT.toNanos();
    // <<<
    while (true) {
        // >>> start
        // >>> solution
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) return; // setSoTimeout(0) would mean no limit at all
        conn.setSoTimeout((int) left);
        // >>> the clock is read, but read() still waits
        // if (System.nanoTime() > end) return;
        // <<<
        int n = conn.getInputStream().read(bytes);
        if (n < 0) return;
        IO.println(new String(bytes, 0, n));
        // >>> start
        // >>> solution
        // >>> one read for each client
        // if (n > 0) return;
        // <<<
    }
}

Server start(String host, int port) throws IOException {
    return OneByOne.start(host, port, conn -> handle(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            bio_server_2 [host] [port]

            A server that gives each client half a second, one after another (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        try (var _ = Client.connect("Alice", server.port()); var bob = Client.connect("Bob", server.port())) {
            bob.send("hello from Bob");
            Printed.expect("hello from Bob", "Alice was silent, Bob sent \"hello from Bob\"",
                    "half a second after Alice has connected");
        }
        try (var alice = Client.connect("Alice", server.port()); var bob = Client.connect("Bob", server.port())) {
            alice.drips("x", Duration.ofMillis(50));
            bob.send("Bob again");
            Printed.expect("Bob again", "Alice sent a letter every 50 ms, Bob sent \"Bob again\"",
                    "half a second after Alice has connected");
        }
        try (var carol = Client.connect("Carol", server.port())) {
            for (String piece : List.of("one", "two", "three")) {
                carol.send(piece);
                Printed.expect(piece, "Carol sent \"one\", \"two\" and \"three\" within half a second",
                        "because her time is not over");
            }
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. `setSoTimeout` limits one `read`. Which `read` does it limit if Alice sends a letter every 400 milliseconds?
// 2. Note before the loop when the client's time is over. How long may the next `read` wait?
// 3. What does `setSoTimeout(0)` mean? Look it up before you pass it what is left of the time.
//
// ## Solution
//
// A timeout limits one wait, and a deadline limits the whole conversation. Before each `read`, the server computes what
// is left of the client's half second, and lets this `read` wait no longer than that. When nothing is left, it returns.
// It has to test for that itself, because `setSoTimeout(0)` means 'no limit', and Alice would have the server again.
//
// Even half a second is long for a server with one thread: a hundred silent clients keep Bob waiting for almost a minute.
//
// ## Wrong attempts
//
// - start: Alice sent a letter every 50 ms, Bob sent "Bob again", and the server printed [...].
//   Expected: "Bob again", half a second after Alice has connected.
// - the clock is read, but read() still waits: Alice was silent, Bob sent "hello from Bob", and the server printed
//   nothing. Expected: "hello from Bob", half a second after Alice has connected.
// - one read for each client: Carol sent "one", "two" and "three" within half a second, and the server printed [...].
//   Expected: "two", because her time is not over.
