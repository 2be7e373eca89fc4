// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptEvent.java
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/aio/WriteEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.AcceptEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # Where a message ends: lines and lengths
//
// A client sends `hello`, then `world`. How does the server know that these are two messages? It doesn't: TCP carries
// a stream of bytes, and where a `read` stops depends on timing, buffers and the network, not on what the sender wrote
// in one call. [nio_server](nio_server.java) printed whatever a read gave and called it a message, and every server
// since has done the same. [http_client](http_client.java) got around it by ending the stream after one message.
//
// To send two messages over one connection, both sides need a rule that says where each one ends. That is called
// **framing**, and there are two basic ways: a byte that marks the end, or a number up front that says how long.
//
// ```diagram
//   sent         | h e l l o \n | w o r l d \n |
//
//   read() 1     | h e l |
//   read() 2             | l o \n w o |
//   read() 3                          | r l d \n |
//
//   the decoder    keeps "hel"
//                  gives "hello", keeps "wo"
//                  gives "world"
// ```

// %% [markdown]
// ## A decoder
//
// The rule goes into an object between `read` and the rest of the program. You feed it what a read gave, of any length,
// and it gives you whole messages. The beginning of a message that isn't complete waits inside. A decoder does no I/O,
// so you can test it without a socket.

// %%
abstract class Framing {
    final int limit; // bytes of one message
    ByteBuffer held = ByteBuffer.allocate(0); // what has come and has not been taken

    Framing(int limit) {
        this.limit = limit;
    }

    void feed(byte[] piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.length).put(held).put(piece).flip();
    }

    /** Takes the next whole message; null until more has come. */
    abstract byte[] next() throws ProtocolException;

    /** Returns a message as it goes over the wire. */
    abstract byte[] frame(byte[] message);

    byte[] take(int count) {
        byte[] message = new byte[count];
        held.get(message);
        return message;
    }
}

// %% [markdown]
// The first rule: a line feed ends the message.

// %%
class Lines extends Framing {
    Lines(int limit) {
        super(limit);
    }

    byte[] next() throws ProtocolException {
        int end = held.position();
        while (end < held.limit() && held.get(end) != '\n') end++;
        int length = end - held.position();
        if (length > limit) throw new ProtocolException("a line longer than " + limit + " bytes");
        if (end == held.limit()) return null;
        byte[] line = take(length);
        held.get(); // the line feed
        return line;
    }

    byte[] frame(byte[] message) {
        return ByteBuffer.allocate(message.length + 1).put(message).put((byte) '\n').array();
    }
}

// %% [markdown]
// ## The mistake: one read, one message
//
// Here is the naive rule in the same form: whatever has come is the message, without the blanks and line feeds at its
// ends.

// %%
class Reads extends Lines {
    Reads(int limit) {
        super(limit);
    }

    byte[] next() {
        return held.hasRemaining() ? new String(take(held.remaining())).strip().getBytes() : null;
    }
}

// %% [markdown]
// Feed both the same stream. It has six messages: `hello` twice, then `one`, `two`, `three`, then `caf\u00e9`. The
// second `hello` comes in two pieces, the next three messages in one, and the last one is cut in the middle of a
// character: `\u00e9` is two bytes in UTF-8, `c3 a9`. How many messages does each rule find?

// %%
static String shown(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8).replace("\n", "\\n").chars()
            .mapToObj(c -> c >= ' ' && c <= '~' ? Character.toString(c) : "\\u%04x".formatted(c))
            .collect(Collectors.joining());
}

static List<String> messages(Framing framing, byte... piece) throws ProtocolException {
    var messages = new ArrayList<String>();
    framing.feed(piece);
    for (byte[] m = framing.next(); m != null; m = framing.next()) messages.add(shown(m));
    return messages;
}

void byHand() throws ProtocolException {
    byte[] stream = "hello\nhello\none\ntwo\nthree\ncaf\u00e9\n".getBytes(StandardCharsets.UTF_8);
    var reads = new Reads(80);
    var lines = new Lines(80);
    int from = 0;
    for (int to : new int[] {6, 9, 12, 26, 30, 32}) {
        byte[] piece = Arrays.copyOfRange(stream, from, to);
        String naive = "" + messages(reads, piece);
        IO.println("%-18s reads: %-21s lines: %s".formatted(shown(piece), naive, messages(lines, piece)));
        from = to;
    }
    var oneByOne = new ArrayList<String>();
    for (byte b : stream) oneByOne.addAll(messages(lines, b));
    IO.println("one byte at a time " + oneByOne);
    IO.println("all at once        " + messages(lines, stream));
}

// %% [markdown]
// ```console
// $ ./jbang line_server --by-hand | head -8
// hello\n            reads: [hello]               lines: [hello]
// hel                reads: [hel]                 lines: []
// lo\n               reads: [lo]                  lines: [hello]
// one\ntwo\nthree\n  reads: [one\ntwo\nthree]     lines: [one, two, three]
// caf\ufffd          reads: [caf\ufffd]           lines: []
// \ufffd\n           reads: [\ufffd]              lines: [caf\u00e9]
// one byte at a time [hello, hello, one, two, three, caf\u00e9]
// all at once        [hello, hello, one, two, three, caf\u00e9]
// ```
//
// The naive rule finds six as well, and only one of them is right. `Lines` gives the same six messages however the
// stream is cut. On your own machine a naive server can pass every test, because there a small message nearly always
// arrives in one read.
//
// Decoded on their own, the last two pieces have a replacement character (`\ufffd`) where the letter was. `Lines` cuts
// bytes, and only a whole message is turned into text, so no cut can fall inside a character. It works because no byte
// of a longer UTF-8 character is below `80`: the byte `0a` is always a line feed
// ([RFC 3629, section 3](https://www.rfc-editor.org/rfc/rfc3629#section-3)).

// %% [markdown]
// ## What a line can't carry
//
// A line is easy to type and to read, but a message that contains a line feed becomes two. For arbitrary bytes there is
// the second rule: four bytes, the high one first, say how long the message is.
//
// ```diagram
//   Lines      | h e l l o | \n |
//
//   Lengths    | 0 0 0 5 | h e l l o |
// ```

// %%
class Lengths extends Framing {
    Lengths(int limit) {
        super(limit);
    }

    byte[] next() throws ProtocolException {
        if (held.remaining() < 4) return null; // the length can come in pieces, too
        int length = held.getInt(held.position());
        if (length < 0 || length > limit) throw new ProtocolException("a message longer than " + limit + " bytes");
        if (held.remaining() - 4 < length) return null;
        held.getInt();
        return take(length);
    }

    byte[] frame(byte[] message) {
        return ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
    }
}

// %% [markdown]
// ## The second mistake: no limit
//
// A decoder holds what it can't give away yet. What if the line feed never comes? A client sends 4 MiB of `x` to a
// decoder that allows any length, and to one that allows 1,024 bytes:

// %%
void noLimit() throws ProtocolException {
    byte[] piece = "x".repeat(64 * 1024).getBytes();
    var unlimited = new Lines(Integer.MAX_VALUE);
    for (int i = 0; i < 64; i++) messages(unlimited, piece);
    IO.println("any length: holds %,d bytes".formatted(unlimited.held.remaining()));
    try {
        messages(new Lines(1024), piece);
    } catch (ProtocolException e) {
        IO.println("1,024 bytes: " + e.getMessage());
    }
}

// %% [markdown]
// ```console
// $ ./jbang line_server --by-hand | tail -2
// any length: holds 4,194,304 bytes
// 1,024 bytes: a line longer than 1024 bytes
// ```
//
// A thousand such clients would hold 4 GiB. With the limit, `Lines` gives up once it holds more than 1,024 bytes
// without a line feed. `Lengths` doesn't even wait for the message: it refuses the length.

// %% [markdown]
// ## The server
//
// It numbers the messages of a connection and sends each one back. Feed one piece, answer every message that is
// complete, read on. While an answer waits for a client that doesn't read, nothing more is read from that client, so
// nothing piles up here. A stream that ends inside a message is an error: nobody may act on half a message.

// %%
void send(SocketChannel conn, Framing framing, String latin1) throws IOException { // a byte a character
    byte[] message = latin1.getBytes(StandardCharsets.ISO_8859_1);
    await(new WriteEvent(conn, ByteBuffer.wrap(framing.frame(message))));
}

void answerAll(SocketChannel conn, Framing framing) throws IOException {
    var read = new ReadEvent(conn);
    int count = 0;
    for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
        framing.feed(piece);
        for (byte[] message = framing.next(); message != null; message = framing.next()) {
            send(conn, framing, ++count + " " + new String(message, StandardCharsets.ISO_8859_1));
        }
    }
    if (framing.held.hasRemaining()) throw new ProtocolException("the stream ended inside a message");
}

// %% [markdown]
// After an error the decoder can't know where the next message would begin, so the server says what is wrong and
// closes. As in [aio_callback_server](aio_callback_server.java), a socket that is closed with unread input sends a
// reset (RST: 'forget this connection'), and the client may never see the error. So the server ends its own side first,
// then throws away what still comes. If the client never stops, it closes after two seconds all the same.

// %%
void leave(SocketChannel conn) throws IOException {
    conn.shutdownOutput();
    var patience = Duration.ofSeconds(2);
    long end = System.nanoTime() + patience.toNanos();
    try {
        while (System.nanoTime() < end && waitFor(new ReadEvent(conn), patience).length > 0) { }
    } catch (TimeoutException e) {
        // It neither sends nor leaves.
    }
}

void converse(SocketChannel conn, Framing framing) throws IOException {
    try (conn) {
        try {
            answerAll(conn, framing);
        } catch (ProtocolException e) {
            send(conn, framing, "error: " + e.getMessage());
            leave(conn);
        }
    } catch (IOException e) {
        // A reset: this client is gone, and with it this task.
    }
}

// %%
void serve(ServerSocketChannel listener, Supplier<Framing> framing, LongAdder clients) {
    try (var loop = new EventLoop()) {
        loop.createTask("server", () -> {
            var accept = new AcceptEvent(listener);
            while (true) {
                SocketChannel conn = await(accept);
                clients.increment();
                loop.createTask("conversation", () -> converse(conn, framing.get()));
            }
        });
        loop.runForever();
    }
}

// %%
Server start(String host, int port, Supplier<Framing> framing) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, framing, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--by-hand")) {
        byHand();
        noLimit();
        return;
    }
    Script.serve("""
            line_server [host] [port] [--length] [--naive] [--by-hand]

            Numbers the messages of each connection, and sends them back.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --length   a message is its length in four bytes, then its bytes (default: a line)
              --naive    a message is what one read gives: a mistake
              --by-hand  do not serve: feed decoders by hand and show what comes out
            """, args, a -> start(a.host(), a.port(8888),
            () -> a.has("--length") ? new Lengths(1024) : a.has("--naive") ? new Reads(1024) : new Lines(1024)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang line_server
// server started on localhost:8888
// ```
//
// In another terminal: two messages in one write, half a message, and one that is too long.
//
// ```console
// $ printf 'hello\nworld\n' | ./jbang talk localhost 8888
// 1 hello
// 2 world
// $ printf 'half a mess' | ./jbang talk localhost 8888
// error: the stream ended inside a message
// $ head -c 2000 /dev/zero | tr '\0' x | ./jbang talk localhost 8888
// error: a line longer than 1024 bytes
// ```
//
// With the naive rule, the first is one message:
//
// ```console naive
// $ ./jbang line_server localhost 8890 --naive
// server started on localhost:8890
// ```
//
// ```console
// $ printf 'hello\nworld\n' | ./jbang talk localhost 8890
// 1 hello
// world
// ```
//
// A message with two line feeds in it, framed by its length (`od` shows the answer's bytes):
//
// ```console lengths
// $ ./jbang line_server localhost 8889 --length
// server started on localhost:8889
// ```
//
// ```console
// $ printf '\0\0\0\4a\nb\n' | ./jbang talk localhost 8889 | od -An -c
//   \0  \0  \0 006   1       a  \n   b  \n
// ```

// %% tags=["active-ipynb"]
// byHand();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, () -> new Lines(1024));

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello\nworld\n".getBytes());
//     client.shutdownOutput();
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// Each rule has its price. A line can't carry arbitrary bytes. A length has to be known before the first byte of the
// message goes out. And a message is a bare string of bytes: it doesn't say what it is about, where it should go, or
// whether the answer is good news. HTTP uses both rules in one message: lines for the head that says all that, a length
// for the content, and for content whose length isn't known yet, chunks with a length each.
// [http_parser](http_parser.java) builds a decoder for it, on the shape of the two you have seen.
//
// ## Exercises
//
// 1. Send `printf 'hello\r\n' | ./jbang talk localhost 8888 | od -An -c`. Whose is the carriage return? Let `Lines` drop one
//    before the line feed. Which message can no longer be sent?
// 2. `Lines` looks for the line feed from the start of what it holds, after each piece. A client sends a line of 1,024
//    bytes one byte at a time: how many bytes does the decoder look at? Let it remember where the last search ended.
// 3. Write a third `Framing`: the length in decimal digits, a blank, the message (`5 hello`). How many digits do you
//    allow, and what do you do with `+5` and `05`?
