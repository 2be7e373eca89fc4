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
// The rule goes into an object between `read` and the rest of the program. You feed it whatever a read gave, and it
// gives you whole messages; an incomplete message waits inside. It does no I/O, so you can test it without a socket.

// %%
abstract class Framing {
    static final int LIMIT = 1024; // bytes of one message
    ByteBuffer held = ByteBuffer.allocate(0); // bytes that have come and that nobody has taken

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

// %%
/** The first rule: a line feed ends the message. */
class Lines extends Framing {
    byte[] next() throws ProtocolException {
        int end = held.position();
        while (end < held.limit() && held.get(end) != '\n') end++;
        int length = end - held.position();
        if (length > LIMIT) throw new ProtocolException("a line longer than " + LIMIT + " bytes");
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
// The naive rule takes what one read gives for a message. Compare the two on a stream of five messages. The second
// `hello` comes in two pieces, and the last three messages come in one. How many messages does each rule find?

// %%
static List<String> messages(Framing framing, byte... piece) throws ProtocolException {
    var messages = new ArrayList<String>();
    framing.feed(piece);
    for (byte[] m = framing.next(); m != null; m = framing.next()) messages.add(new String(m));
    return messages;
}

void byHand() throws ProtocolException {
    var pieces = List.of("hello\n", "hel", "lo\n", "one\ntwo\nthree\n");
    var lines = new Lines();
    for (String piece : pieces) {
        String naive = piece.replace("\n", "\\n");
        IO.println("naive: [%-19s lines: %s".formatted(naive + "]", messages(lines, piece.getBytes())));
    }
    var oneByOne = new ArrayList<String>();
    for (byte b : String.join("", pieces).getBytes()) oneByOne.addAll(messages(lines, b));
    IO.println("one byte at a time " + oneByOne);
}

// %% [markdown]
// ```console
// $ ./jbang line_server --by-hand
// naive: [hello\n]            lines: [hello]
// naive: [hel]                lines: []
// naive: [lo\n]               lines: [hello]
// naive: [one\ntwo\nthree\n]  lines: [one, two, three]
// one byte at a time [hello, hello, one, two, three]
// ```
//
// The naive rule finds four, and only the first is right. `Lines` finds all five, however the stream is cut. On your own
// machine a naive server can pass every test, because a small message nearly always arrives in one read.
//
// `Lines` looks at bytes, which is safe: no longer UTF-8 character contains the byte `0a`
// ([RFC 3629, section 3](https://www.rfc-editor.org/rfc/rfc3629#section-3)). We decode only whole messages, so a read
// that ends inside a character does no harm either.

// %% [markdown]
// ## A length up front
//
// A line is easy to type and to read, but a message that contains a line feed becomes two. For arbitrary bytes there is
// the second rule: four bytes, the highest first, say how long the message is. `hello` is `00 00 00 05` and five bytes.

// %%
class Lengths extends Framing {
    byte[] next() throws ProtocolException {
        if (held.remaining() < 4) return null; // the length can come in pieces, too
        int length = held.getInt(held.position());
        if (length < 0 || length > LIMIT) throw new ProtocolException("a message longer than " + LIMIT + " bytes");
        if (held.remaining() - 4 < length) return null;
        held.getInt();
        return take(length);
    }

    byte[] frame(byte[] message) {
        return ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
    }
}

// %% [markdown]
// Both rules need the limit, because a decoder holds what isn't complete yet: a client that never sends a line feed could
// fill the memory. `Lines` gives up once a line is longer than the limit. `Lengths` refuses the length itself.

// %% [markdown]
// ## The server
//
// It numbers the messages of a connection and sends each one back: it feeds one piece to the decoder, answers every
// complete message, and reads on. While an answer waits for a client that doesn't read, the server reads nothing more
// from that client, so nothing piles up. A stream that ends inside a message is an error.

// %%
void send(SocketChannel conn, Framing framing, String latin1) throws IOException { // one byte per character
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
// After an error nobody knows where the next message begins, so the server says what is wrong and closes. As in
// [aio_callback_server](aio_callback_server.java), a socket closed with unread input sends a reset, and the client may
// never see the error. So the server first ends its own side, then drops what still comes, for two seconds at most.

// %%
void leave(SocketChannel conn) throws IOException, TimeoutException {
    conn.shutdownOutput();
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos(), left;
    while ((left = end - System.nanoTime()) > 0
            && waitFor(new ReadEvent(conn), Duration.ofNanos(left)).length > 0) { }
}

void converse(SocketChannel conn, Framing framing) throws IOException {
    try (conn) {
        try {
            answerAll(conn, framing);
        } catch (ProtocolException e) {
            send(conn, framing, "error: " + e.getMessage());
            leave(conn);
        }
    } catch (IOException | TimeoutException e) {
        // This client is gone, or it doesn't close its side.
    }
}

Server start(String host, int port, Supplier<Framing> framing) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> {
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
    }, () -> clients.sum() + " clients");
}

void main(String... args) throws Exception {
    if (List.of(args).contains("--by-hand")) byHand();
    else Script.serve("""
            line_server [host] [port] [--length] [--by-hand]

            Numbers the messages of each connection, and sends them back.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --length   a message is its length in four bytes, then its bytes (default: a line)
              --by-hand  do not serve: feed a decoder by hand and show what comes out
            """, args, a -> start(a.host(), a.port(8888),
            () -> a.has("--length") ? new Lengths() : new Lines()));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang line_server
// server started on localhost:8888
// ```
//
// What comes back for two messages in one write, for half a message, and for one that is too long?
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
// A message with two line feeds in it, framed by its length (`od` shows the bytes of the answer):
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
// try (var server = start("localhost", 0, () -> new Lines()); var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello\nworld\n".getBytes());
//     client.shutdownOutput();
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% [markdown]
// ## What it still can't do
//
// Both rules have limits. A line can't carry arbitrary bytes, and a sender that uses lengths must know the length before
// it sends the first byte. And a message is only a string of bytes: it doesn't say what it is about, where it should
// go, or whether the request succeeded. HTTP uses both rules in one message: lines for the head, which says all that,
// and a length for the content, or chunks with a length each where the whole length isn't known yet.
// [http_parser](http_parser.java) builds a decoder for HTTP.
//
// ## Exercises
//
// 1. Send `printf 'hello\r\n' | ./jbang talk localhost 8888 | od -An -c`. Whose is the carriage return? Let `Lines` drop one
//    before the line feed. Which message can no longer be sent?
// 2. `Lines` looks for the line feed from the start of what it holds, after each piece. A client sends a line of 1,024
//    bytes one byte at a time: how many bytes does the decoder look at? Let it remember where the last search ended.
// 3. Write a third `Framing`: the length in decimal digits, a blank, the message (`5 hello`). How many digits do you
//    allow, and what do you do with `+5` and `05`?
