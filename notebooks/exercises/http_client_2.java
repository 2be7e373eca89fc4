// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/lesson/OneByOne.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Client;
import lesson.OneByOne;
import script.Script;
import script.Server;

// %% [markdown]
// # Too long, and never told
//
// **Find.** A side that has said everything may still have to read until the other side has finished.
//
// The server reads a text to its end and answers with the number of its bytes. If the text has more than 1,000, it
// answers `too long` and leaves. Every test with a client that sends a long text with one write has passed. Then
// somebody recorded this one:
//
// ```text
// Alice  sends 2,000 bytes
// Alice  sends 2,000 bytes
// Alice  sends 2,000 bytes    broken pipe
// ```
//
// Alice reads when she has sent everything, so she never saw an answer. Find out why her `write` failed, and repair
// `refuse`: the client gets the answer and the end of the server's side at once, and can finish. If it sends nothing for
// half a second and doesn't end its side, the server leaves anyway.

// %%
void handle(Socket conn) throws IOException {
    int count = conn.getInputStream().readNBytes(1001).length;
    if (count > 1000) refuse(conn);
    else conn.getOutputStream().write((count + "\n").getBytes());
}

/** Refuses a text. The connection is closed when this returns or throws. */
void refuse(Socket conn) throws IOException {
    // >>> start
    // conn.getOutputStream().write("too long\n".getBytes());
    // >>> solution
    conn.getOutputStream().write("too long\n".getBytes());
    conn.shutdownOutput();
    conn.setSoTimeout(500);
    conn.getInputStream().transferTo(OutputStream.nullOutputStream());
    // >>> it ends its side and doesn't wait
    // conn.getOutputStream().write("too long\n".getBytes());
    // conn.shutdownOutput();
    // >>> it waits and doesn't end its side
    // conn.getOutputStream().write("too long\n".getBytes());
    // conn.setSoTimeout(60_000);
    // conn.getInputStream().transferTo(OutputStream.nullOutputStream());
    // >>> it waits forever
    // conn.getOutputStream().write("too long\n".getBytes());
    // conn.shutdownOutput();
    // conn.getInputStream().transferTo(OutputStream.nullOutputStream());
    // <<<
}

// %%
Server start(String host, int port) throws IOException {
    return OneByOne.start(host, port, conn -> handle(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            http_client_2 [host] [port]

            Counts the bytes of a text, at most 1,000 (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        try (var bob = Client.connect("Bob", server.port())) {
            bob.send("hello").end().gets("5\n", "the number of bytes");
        }
        try (var alice = Client.connect("Alice", server.port())) {
            for (int i = 0; i < 4; i++) {
                alice.send("x".repeat(2000));
                Thread.sleep(30);
            }
            alice.end().gets("too long\n", "the answer to a long text").isClosed("the server ends its side");
        }
        try (var mallory = Client.connect("Mallory", server.port());
                var carol = Client.connect("Carol", server.port())) {
            mallory.send("x".repeat(2000)).gets("too long\n", "the answer to a long text");
            mallory.isClosed("the server ends its side at once");
            carol.send("hi").end().gets("2\n", "half a second after Mallory was refused");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. The server closes while Alice is still sending. What does the server's kernel send back when bytes arrive for a
//    connection that nobody has any more?
// 2. The chapter's client leaves in good order. Let the server do the same, with the roles exchanged.
// 3. End the server's side, then read and discard until -1. What if the client never ends?
//
// ## Solution
//
// When the server closes, bytes that are unread or still on their way have no reader, and the server's kernel answers
// them with a reset. Alice's next `write` fails, and a program that gives up there never reads the answer. A client that
// sends everything with one write can be lucky: it finds the answer before it notices the reset. So the server writes
// its answer, ends its side, and reads on, only to throw away what it reads. It closes when the client has finished.
//
// `setSoTimeout` limits each read, so a client that goes on sending keeps the server for as long as it likes. A real
// server limits the whole wait, or the number of bytes.
//
// ## Wrong attempts
//
// - start: Alice sent [...], but the server had closed the connection. Expected: the server keeps the connection until
//   Alice ends it.
// - it ends its side and doesn't wait: Alice sent [...], but the server had closed the connection. Expected: the server
//   keeps the connection until Alice ends it.
// - it waits and doesn't end its side: Mallory waited, and the connection is still open. Expected: the server ends its
//   side at once.
// - it waits forever: Carol sent "hi", then ended the sending side and got nothing. Expected: "2\n", half a second
//   after Mallory was refused.
