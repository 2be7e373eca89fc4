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

// %% [markdown]
// # The states of a chunked content
//
// **Write.** One field, the state, remembers what the next byte means.
//
// This server takes contents in chunks, without heads, and sends each back with a line end. `feed` is done: in the state
// `DATA` a byte is content, and otherwise it belongs to a line. Write `parse`, which gets each line without its CR LF. It
// decides on the next state and sets `missing`, and returns the content once that is complete, otherwise null. Unlike
// the parser of [http_parser](../http_parser.java), it accepts neither extensions nor trailers. A size has one to four
// hexadecimal digits. Throw a `ProtocolException` at everything else, and the client gets `error`.

// %%
class Chunks {
    enum State { SIZE, DATA, DATA_END, END }

    State state = State.SIZE;
    int missing; // bytes of this chunk
    final StringBuilder line = new StringBuilder();
    final StringBuilder content = new StringBuilder();

    /** Takes one byte; returns the content if that was its last, else null. */
    String feed(byte b) throws ProtocolException {
        if (state == State.DATA) {
            content.append((char) b);
            if (--missing == 0) state = State.DATA_END;
            return null;
        }
        line.append((char) b);
        if (line.length() > 100) throw new ProtocolException("a long line");
        if (!line.toString().endsWith("\r\n")) return null;
        String text = line.substring(0, line.length() - 2);
        line.setLength(0);
        return parse(text);
    }

    String parse(String text) throws ProtocolException {
        // >>> start
        // return null; // your code
        // >>> solution
        switch (state) {
            case SIZE -> {
                if (!text.matches("[0-9A-Fa-f]{1,4}")) throw new ProtocolException("not a size");
                missing = Integer.parseInt(text, 16);
                state = missing > 0 ? State.DATA : State.END;
            }
            case DATA_END -> {
                if (!text.isEmpty()) throw new ProtocolException("a chunk longer than its size");
                state = State.SIZE;
            }
            default -> {
                if (!text.isEmpty()) throw new ProtocolException("a trailer");
                return finish();
            }
        }
        return null;
        // >>> parseInt takes more than digits
        // if (state == State.SIZE) {
        //     try {
        //         missing = Integer.parseInt(text, 16);
        //     } catch (NumberFormatException e) {
        //         throw new ProtocolException("not a size");
        //     }
        //     state = missing > 0 ? State.DATA : State.END;
        //     return null;
        // }
        // if (!text.isEmpty()) throw new ProtocolException("not an empty line");
        // if (state == State.END) return finish();
        // state = State.SIZE;
        // return null;
        // >>> the line after the chunk is skipped
        // if (state == State.END) return finish();
        // if (state == State.SIZE) {
        //     if (!text.matches("[0-9A-Fa-f]{1,4}")) throw new ProtocolException("not a size");
        //     missing = Integer.parseInt(text, 16);
        //     state = missing > 0 ? State.DATA : State.END;
        // } else state = State.SIZE;
        // return null;
        // >>> it ends at the 0
        // if (state == State.SIZE) {
        //     if (!text.matches("[0-9A-Fa-f]{1,4}")) throw new ProtocolException("not a size");
        //     missing = Integer.parseInt(text, 16);
        //     if (missing == 0) return finish();
        //     state = State.DATA;
        // } else if (!text.isEmpty()) throw new ProtocolException("a chunk longer than its size");
        // else state = State.SIZE;
        // return null;
        // <<<
    }

    String finish() {
        String all = content.toString();
        content.setLength(0);
        state = State.SIZE;
        return all;
    }
}

// %%
void converse(SocketChannel conn) throws IOException, TimeoutException {
    var chunks = new Chunks();
    var read = new ReadEvent(conn);
    try {
        for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
            for (byte b : piece) {
                String content = chunks.feed(b);
                if (content != null) await(new WriteEvent(conn, ByteBuffer.wrap((content + "\n").getBytes())));
            }
        }
    } catch (ProtocolException e) {
        await(new WriteEvent(conn, ByteBuffer.wrap("error\n".getBytes())));
        LoopServer.leave(conn);
    }
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            http_parser_3 [host] [port]

            Sends back what it receives in chunks (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void refuses(Server server, String text, String why) {
    try (var mallory = Client.connect("Mallory", server.port())) {
        mallory.send(text).gets("error\n", why);
        mallory.isClosed("the server closes after an error");
    }
}

void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        try (var bob = Client.connect("Bob", server.port())) {
            bob.send("5\r\nhello\r\n0\r\n\r\n").gets("hello\n", "the content of one chunk");
            bob.send("5\r\nhello\r").send("\n6\r\n wor").send("ld\r\n0").send("\r\n\r\n").gets("hello world\n",
                    "the content of two chunks");
            bob.send("10\r\n0123456789abcdef\r\n0\r\n\r\n").gets("0123456789abcdef\n",
                    "because 10 is 16 in hexadecimal");
            bob.send("4\r\na\r\nb\r\n0\r\n\r\n0\r\n\r\n").gets("a\r\nb\n\n", "a content with a CR LF, and an empty one");
        }
        refuses(server, "+5\r\nhello\r\n0\r\n\r\n", "because a sign is not a digit");
        refuses(server, "0x5\r\nhello\r\n0\r\n\r\n", "because x is not a digit");
        refuses(server, "\r\n", "because a size has a digit");
        refuses(server, "5\r\nhello, world\r\n0\r\n\r\n", "because the chunk is longer than its size");
        refuses(server, "0\r\nX: y\r\n\r\n", "because this server has no trailers");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Look at the diagram of the states in the chapter. Which line may come in `SIZE`, which in `DATA_END`, and which in
//    `END`?
// 2. A `switch (state)` with three cases. Each checks its line first. Only one of them returns a content: it calls
//    `finish`.
// 3. What does `Integer.parseInt("+5", 16)` return? `matches` says exactly what you allow.
//
// ## Solution
//
// Each state allows one kind of line, and each line leads to one state: a size to `DATA`, or to `END` if it is 0; the
// empty line after a chunk to `SIZE`; the empty line at the end to the next content. `feed` never looks ahead, so it
// makes no difference how the bytes are cut. The content may hold a CR LF, because in `DATA` nobody looks for one. Each
// laxness is a way to disagree with somebody else's parser: `+5`, or a chunk that is longer than its size. And a parser
// that stops at the `0` leaves a CR LF in the stream, which it then takes for the next size.
//
// ## Wrong attempts
//
// - start: Bob sent "5\r\nhello\r\n0\r\n\r\n" and got nothing. Expected: "hello\n", the content of one chunk.
// - parseInt takes more than digits: Mallory sent "+5\r\nhello\r\n0\r\n\r\n" and got "hello\n". Expected: "error\n",
//   because a sign is not a digit.
// - the line after the chunk is skipped: Mallory sent "5\r\nhello, world\r\n0\r\n\r\n" and got "hello\n". Expected:
//   "error\n", because the chunk is longer than its size.
// - it ends at the 0: Bob sent [...] and got "error\n"[...]. Expected: "hello world\n", the content of two chunks.
