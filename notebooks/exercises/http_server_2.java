// %%
//JAVA 25+
//SOURCES ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.ReadEvent;
import aio.WriteEvent;
import exercise.Client;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # A limit that a slow client can't evade
//
// **Repair.** A time limit for each read doesn't limit the time for the head.
//
// The server allows three tenths of a second, and answers 408 after that. Mallory sends a byte every ten milliseconds,
// and never gets a 408. Repair `readHead`, so that the limit holds from the first byte of a head to its last. A client
// that hasn't begun, or has got its answer and is silent, may be silent as long as it likes. (The state IDLE of
// [http_server](../http_server.java) has a limit of its own; this server does without.)

// %%
/** Returns the head of the next request; null if the client leaves. */
String readHead(SocketChannel conn, Duration limit) throws IOException, TimeoutException {
    var read = new ReadEvent(conn);
    var head = new StringBuilder();
    // >>> start
    // byte[] piece = await(read);
    // >>> solution
    byte[] piece = await(read);
    long end = System.nanoTime() + limit.toNanos();
    // >>> the time begins too early
    // long end = System.nanoTime() + limit.toNanos();
    // byte[] piece = waitFor(read, limit);
    // >>> it looks at the clock when bytes come
    // byte[] piece = await(read);
    // long end = System.nanoTime() + limit.toNanos();
    // <<<
    while (piece.length > 0) {
        head.append(new String(piece, StandardCharsets.ISO_8859_1));
        if (head.indexOf("\r\n\r\n") >= 0) return head.toString();
        // >>> start
        // piece = waitFor(read, limit);
        // >>> solution
        long left = end - System.nanoTime();
        if (left <= 0) throw new TimeoutException();
        piece = waitFor(read, Duration.ofNanos(left));
        // >>> the time begins too early
        // piece = waitFor(read, Duration.ofNanos(end - System.nanoTime()));
        // >>> it looks at the clock when bytes come
        // piece = await(read);
        // if (System.nanoTime() > end) throw new TimeoutException();
        // <<<
    }
    return null;
}

// %%
static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static final String LATE = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";

void converse(SocketChannel conn, Duration limit) throws IOException, TimeoutException {
    try {
        while (readHead(conn, limit) != null) await(new WriteEvent(conn, ByteBuffer.wrap(OK.getBytes())));
    } catch (TimeoutException e) {
        await(new WriteEvent(conn, ByteBuffer.wrap(LATE.getBytes())));
        LoopServer.leave(conn);
    }
}

Server start(String host, int port, Duration limit) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn, limit));
}

void main(String... args) throws Exception {
    Script.serve("""
            http_server_2 [host] [port]

            Answers each GET with 'ok' (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080), Duration.ofMillis(300)));
}

// %% tags=["check"]
void verify() throws Exception {
    String request = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";
    try (var server = start("localhost", 0, Duration.ofMillis(300));
            var alice = Client.connect("Alice", server.port()); var bob = Client.connect("Bob", server.port());
            var carol = Client.connect("Carol", server.port()); var mallory = Client.connect("Mallory", server.port())) {
        bob.send("GET /index HT").send("TP/1.1\r\nHost: a\r\n\r\n").gets(OK, "because Bob's head is complete");
        carol.send("GET /index HT").gets(LATE, "because Carol hasn't sent the rest");
        mallory.drips("x", Duration.ofMillis(10)).gets(LATE,
                "because the limit is for the whole head, and not for each read");
        alice.send(request).gets(OK, "because her time begins with her first byte");
        bob.send(request).gets(OK, "because the time between two requests is not the time for a head");
    }
}

// %% [markdown]
// ## Hints
//
// 1. How long may Mallory's head take if each of its bytes may take 300 milliseconds?
// 2. Note the time at which the limit ends, once, when the first bytes are there. What may the next read still take?
// 3. `waitFor(read, Duration.ofNanos(end - System.nanoTime()))`
//
// ## Solution
//
// A deadline is a point in time and not a duration: it's set once, with the first byte, and each read gets what is left.
// The wait for the first byte is outside it, so Alice's silence costs her nothing. It isn't enough to look at the clock
// after each read, because Carol sends nothing more, and there is no 'after'. The server still reads Mallory's bytes
// after the 408, for two seconds at most: closing with unread input would send a reset, and she wouldn't see the answer.
//
// ## Wrong attempts
//
// - start: Mallory sent "x" every 10 ms and got nothing. Expected: "HTTP/1.1 408 Request Timeout\r[...], because the
//   limit is for the whole head, and not for each read.
// - the time begins too early: Alice sent [...] and got "HTTP/1.1 408 [...]. Expected: "HTTP/1.1 200 OK[...], because her
//   time begins with her first byte.
// - it looks at the clock when bytes come: Carol sent "GET /index HT" and got nothing. Expected: "HTTP/1.1 408 Request
//   Timeout\r[...], because Carol hasn't sent the rest.
