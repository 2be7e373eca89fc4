// %%
//JAVA 25+
//SOURCES ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.ReadEvent;
import aio.WriteEvent;
import exercise.Visitor;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # The second answer is broken
//
// **Find.** On a connection that stays open, the client has to know where each answer ends.
//
// This server greets by number and keeps its connections open. Everybody who tried it was content, because they asked
// once and left. Then somebody recorded two browsers:
//
// ```text
// Bob   connects
//       asks for /1    gets 200 and: hello Ann
//       asks for /2    gets 200 and: hello Zo, and half a character
//       asks for /1    gets an answer that doesn't begin with HTTP/1.1
// Eve   connects
//       asks for /9    gets 404, and still waits for the end of the answer
// ```
//
// Find the two defects in `answer`, and repair them. The connections have to stay open.

// %%
static final Map<String, String> GREETINGS = Map.of("/1", "hello Ann", "/2", "hello Zo\u00eb", "/3", "hello Li");

byte[] answer(String path) {
    String greeting = GREETINGS.get(path);
    // >>> start
    // if (greeting == null) return "HTTP/1.1 404 Not Found\r\n\r\n".getBytes();
    // int length = greeting.length();
    // >>> solution
    if (greeting == null) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes();
    int length = greeting.getBytes(StandardCharsets.UTF_8).length;
    // >>> the 404 has no end
    // if (greeting == null) return "HTTP/1.1 404 Not Found\r\n\r\n".getBytes();
    // int length = greeting.getBytes(StandardCharsets.UTF_8).length;
    // >>> the 404 has an end that never comes
    // if (greeting == null) return "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n".getBytes();
    // int length = greeting.getBytes(StandardCharsets.UTF_8).length;
    // >>> there is room for every character
    // if (greeting == null) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes();
    // int length = 2 * greeting.length();
    // <<<
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    return (head + greeting).getBytes(StandardCharsets.UTF_8);
}

// %%
void converse(SocketChannel conn) throws IOException {
    var read = new ReadEvent(conn);
    var held = new StringBuilder();
    for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
        held.append(new String(piece, StandardCharsets.ISO_8859_1));
        for (int end; (end = held.indexOf("\r\n\r\n")) >= 0; held.delete(0, end + 4)) {
            String path = held.substring(0, end).split(" ", 3)[1]; // GET /1 HTTP/1.1
            await(new WriteEvent(conn, ByteBuffer.wrap(answer(path))));
        }
    }
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            http_server_3 [host] [port]

            Greets by number: GET /1, /2 or /3 (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        try (var bob = Visitor.connect("Bob", server.port())) {
            bob.asks("/1").gets(200, "hello Ann", "the first greeting");
            bob.asks("/2").gets(200, "hello Zo\u00eb", "the second greeting, on the same connection");
            bob.asks("/1").gets(200, "hello Ann", "the first greeting, after the second");
        }
        try (var eve = Visitor.connect("Eve", server.port())) {
            eve.asks("/9").gets(404, "", "an answer without content, whose end she can see");
            eve.asks("/3").gets(200, "hello Li", "the next answer on the same connection");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. What does `Content-Length` count? How many characters has the second greeting, and how many bytes are sent?
// 2. How does a client know where an answer ends that has no length at all? The chapter on the parser lists the rules
//    for responses, too.
//
// ## Solution
//
// `Content-Length` counts bytes. The second greeting has nine characters, but the last of them takes two bytes in UTF-8,
// so ten bytes are sent. The client stops after nine of them, and takes the tenth for the beginning of the next answer.
// The 404 has no length at all, and an answer to a `GET` without a length ends with the connection. Because the
// connection stays open, the answer doesn't end, and the browser waits. An answer without content has to say so:
// `Content-Length: 0`. Both defects stay hidden as long as the client closes the connection after one answer. `aio.http`
// counts the bytes itself.
//
// ## Wrong attempts
//
// - start: Bob asked for /2 and got 200 "hello Zo[...]", and then "[...]". Expected: 200 "hello Zo[...]", the second greeting, on the same
//   connection.
// - the 404 has no end: Eve asked for /9 and got "HTTP/1.1 404 Not Found\r\n\r\n", which is no whole
//   answer. Expected: 404 "", an answer without content, whose end she can see.
// - the 404 has an end that never comes: Eve asked for /9 and got "HTTP/1.1 404 Not Found\r\nContent-Length:
//   9\r\n\r\n", which is no whole answer. Expected: 404 "", an answer without content, whose end she can see.
// - there is room for every character: Bob asked for /1 and got "HTTP/1.1 200 OK\r\nContent-Length: [...],
//   which is no whole answer. Expected: 200 "hello Ann", the first greeting.
