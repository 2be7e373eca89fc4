// %%
//JAVA 25+
//SOURCES ../../lib/aio/ReadEvent.java
//SOURCES ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.ReadEvent;
import aio.WriteEvent;
import exercise.Client;
import exercise.Finding;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # Three lines and two answers
//
// **Find.** A decoder keeps state between pieces, and each part of it has to be right after every message.
//
// The `Lines` of [line_server](../line_server.java) search the bytes they hold from the start with each piece. This
// version remembers in `searched` how many have been searched, so a line that arrives byte by byte costs one look at
// each byte (`looks` counts them). The server numbers the lines and sends them back. Then somebody recorded a client:
//
// ```text
// sends hello\nhi\n        gets 1 hello\n
// sends how are you?\n     gets 2 hi\nhow are you?\n
// ```
//
// It sent three lines and got two answers. Find the defect and repair it, and keep the decoder as fast as it is.

// %%
class Lines {
    ByteBuffer held = ByteBuffer.allocate(0); // bytes that have arrived and belong to no line yet
    int searched; // how many of them are known not to be a line feed
    long looks;

    void feed(byte[] piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.length).put(held).put(piece).flip();
    }

    /** Returns the next line without its line feed, or null if it isn't complete. */
    String next() {
        // >>> start
        // >>> solution
        // >>> it searches from the start each time
        // searched = 0;
        // <<<
        while (searched < held.remaining()) {
            looks++;
            if (held.get(held.position() + searched) == '\n') {
                byte[] line = new byte[searched];
                held.get(line);
                held.get(); // the line feed
                // >>> start
                // >>> solution
                searched = 0; // nothing is known about the next line yet
                // >>> it looks at the line feed again
                // searched = -1;
                // <<<
                return new String(line, StandardCharsets.ISO_8859_1);
            }
            searched++;
        }
        return null;
    }
}

// %%
void converse(SocketChannel conn) throws IOException {
    var lines = new Lines();
    var read = new ReadEvent(conn);
    int count = 0;
    for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
        lines.feed(piece);
        for (String line = lines.next(); line != null; line = lines.next())
            await(new WriteEvent(conn, ByteBuffer.wrap((++count + " " + line + "\n").getBytes())));
    }
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            line_server_1 [host] [port]

            Numbers the lines that it receives, and sends them back (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var client = Client.connect("The client", server.port())) {
        client.send("hello\nhi\n").gets("1 hello\n2 hi\n", "an answer for each line");
        client.send("how are you?\n").gets("3 how are you?\n", "an answer for each line");
        client.send("bye").getsNothing("because the line isn't complete");
        client.send("\n\n").gets("4 bye\n5 \n", "an answer for each line, and one for the empty line");
    }
    var lines = new Lines();
    for (int i = 0; i < 1000; i++) {
        lines.feed(new byte[] {'x'});
        lines.next();
    }
    if (lines.looks > 2000)
        throw new Finding("For 1,000 bytes of a line, which came one by one, the decoder looked at %,d.".formatted(lines.looks),
                "it looks at each byte once");
}

// %% [markdown]
// ## Hints
//
// 1. Play the recording by hand: what are `held` and `searched` after the first line has been returned?
// 2. `searched` belongs to one line. Which statement ends that line?
//
// ## Solution
//
// After `hello`, `searched` was still 5. The decoder held `hi\n`, three bytes, and took them for searched, so it found
// nothing. When more came, it began to look behind the line feed of `hi`. Whatever a decoder remembers about a message
// has to be reset when that message ends, here with `searched = 0`. To set it to 0 at every call gives the right lines,
// too, but then a client can make a line of a thousand bytes cost half a million looks.
//
// ## Wrong attempts
//
// - start: The client sent "hello\nhi\n" and got "1 hello\n". Expected: "1 hello\n2 hi\n", an answer for each line.
// - it searches from the start each time: For 1,000 bytes of a line, which came one by one, the decoder looked at
//   500,500. Expected: it looks at each byte once.
// - it looks at the line feed again: The client sent "hello\nhi\n" and got [...]. Expected: "1 hello\n2 hi\n", an answer
//   for each line.
