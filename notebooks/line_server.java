// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/aio/WriteEvent.java
//SOURCES ../lib/lesson/LoopServer.java
//SOURCES ../lib/script/Script.java
import module java.base;
import aio.ReadEvent;
import aio.WriteEvent;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # Where a message ends: lines and lengths
//
// A client sends `hello`, then `world`. How does the server know that these are two messages? It doesn't. You saw in
// [nio_server](nio_server.java) that bytes aren't messages: where a `read` stops depends on timing, buffers and the
// network, not on what the sender wrote in one call. Yet every server since has taken whatever a read returned for a
// message. [http_client](http_client.java) avoided the question: one message, then the connection ends.
//
// To send two messages over one connection, both sides need a rule that says where each one ends. Such a rule is
// called **framing**, and there are two basic ones: a byte that marks the end, or a number up front that gives the
// length.
//
// ```diagram
//   sent         | h e l l o \n | w o r l d \n |
//
//   read() 1     | h e l |
//   read() 2             | l o \n w o |
//   read() 3                          | r l d \n |
//
//   the decoder    keeps "hel"
//                  returns "hello", keeps "wo"
//                  returns "world"
// ```

// %% [markdown]
// ## A decoder
//
// The rule goes into an object between `read` and the rest of the program. You feed it whatever a read returned, and
// it gives you whole messages; an incomplete message waits inside. It does no I/O, so you can test it without a
// socket.

// %%
abstract class Framing {
    static final int LIMIT = 1024; // bytes of one message
    ByteBuffer held = ByteBuffer.allocate(0); // bytes that have arrived and belong to no message yet

    void feed(byte[] piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.length).put(held).put(piece).flip();
    }

    /** Returns the next whole message, or null if it isn't complete. */
    abstract byte[] next() throws ProtocolException;

    /** Returns a message as it goes over the wire. */
    abstract byte[] frame(byte[] message);

    byte[] take(int count) {
        byte[] message = new byte[count];
        held.get(message);
        return message;
    }
}

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
// The servers so far used another rule: whatever one read returns is a message. `Naive` does that. We feed both
// decoders five messages. The second `hello` arrives in two pieces, and the last three messages arrive in one. How
// many messages does each decoder find?

// %%
class Naive extends Framing {
    byte[] next() { return held.hasRemaining() ? take(held.remaining()) : null; }

    byte[] frame(byte[] message) { return message; }
}

static List<String> messages(Framing framing, byte... piece) throws ProtocolException {
    var messages = new ArrayList<String>();
    framing.feed(piece);
    for (byte[] m = framing.next(); m != null; m = framing.next()) messages.add(new String(m));
    return messages;
}

void byHand() throws ProtocolException {
    var pieces = List.of("hello\n", "hel", "lo\n", "one\ntwo\nthree\n");
    Framing naive = new Naive(), lines = new Lines();
    for (String piece : pieces) {
        byte[] bytes = piece.getBytes();
        String naively = messages(naive, bytes).toString().replace("\n", "\\n");
        IO.println("naive %-20s lines %s".formatted(naively, messages(lines, bytes)));
    }
    var byteByByte = new ArrayList<String>();
    for (byte b : String.join("", pieces).getBytes()) byteByByte.addAll(messages(lines, b));
    IO.println("byte by byte               lines " + byteByByte);
}

// %% [markdown]
// ```console
// $ ./jbang line_server --by-hand
// naive [hello\n]            lines [hello]
// naive [hel]                lines []
// naive [lo\n]               lines [hello]
// naive [one\ntwo\nthree\n]  lines [one, two, three]
// byte by byte               lines [hello, hello, one, two, three]
// ```
//
// `Naive` splits the second `hello` in two and returns the last three messages as one. `Lines` finds all five,
// however the stream is cut. On your own machine a naive server can pass every test, because over loopback a small
// message usually arrives in one read.
//
// `Lines` splits bytes, not text, which is safe: no other UTF-8 character contains the byte `0a`
// ([RFC 3629, section 3](https://www.rfc-editor.org/rfc/rfc3629#section-3)), and a read may end inside a character.

// %% [markdown]
// ## A length up front
//
// A line is easy to type and to read, but a message that contains a line feed becomes two. The second rule carries
// arbitrary bytes: the message follows its length, a number of four bytes with the highest first. `hello` is sent as
// `00 00 00 05` and five bytes.

// %%
class Lengths extends Framing {
    byte[] next() throws ProtocolException {
        if (held.remaining() < 4) return null; // the length, too, can arrive in pieces
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
// Both rules need the limit, because a decoder holds whatever isn't complete yet: a client that never sends a line
// feed could fill the memory. `Lines` gives up once a line is longer than the limit. `Lengths` refuses the length
// itself.
//
// ## The server
//
// The server numbers the messages of a connection and sends each one back: it feeds one piece to the decoder, answers
// every complete message, and reads on. While an answer waits for a client that doesn't read, the server reads
// nothing more from that client, so nothing piles up. A stream that ends inside a message is an error.

// %%
void send(SocketChannel conn, Framing framing, String text) throws IOException {
    byte[] message = text.getBytes(StandardCharsets.ISO_8859_1); // one byte per character
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
// After an error the server can't tell where the next message begins, so it says what is wrong and closes the
// connection. It first ends its own side and discards what still arrives, for two seconds at most: as
// [aio_callback_server](aio_callback_server.java) explains, closing with unread input sends a reset, and the client
// might never see the error. That is `leave` in [LoopServer](../lib/lesson/LoopServer.java), which also accepts
// connections as [aio_coroutine_server](aio_coroutine_server.java) does, and closes each one when its coroutine ends.

// %%
void converse(SocketChannel conn, Framing framing) throws IOException, TimeoutException {
    try {
        answerAll(conn, framing);
    } catch (ProtocolException e) {
        send(conn, framing, "error: " + e.getMessage());
        LoopServer.leave(conn);
    }
}

Server start(String host, int port, Supplier<Framing> framing) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn, framing.get()));
}

void main(String... args) throws Exception {
    if (List.of(args).contains("--by-hand")) byHand();
    else Script.serve("""
            line_server [host] [port] [--length] [--by-hand]

            Numbers the messages of each connection and sends them back.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8888)
              --length   a message is sent as its length in four bytes, then its bytes (default: as a line)
              --by-hand  do not serve: feed two decoders by hand and show what they return
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
// What does the server answer to two messages in one write, to half a message, and to a message that is too long?
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
// A message with its length in front can contain line feeds (`od` shows the bytes of the answer):
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

// %% [markdown]
// ## What it still can't do
//
// A line can't carry arbitrary bytes, and a sender that uses lengths must know the length before it sends the first
// byte. And a message is only a string of bytes: it doesn't say what it is about or whether a request succeeded. HTTP
// uses both rules in one message: lines for the head, which says all that, then a length for the content, or chunks
// that each have a length if the whole isn't known yet. [http_parser](http_parser.java) builds a decoder for that.
//
// ## Exercises
//
// - Three lines and two answers: `./jbang exercise start line_server_1`
// - A length in digits: `./jbang exercise start line_server_2`
