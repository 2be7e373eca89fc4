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
// # A length in digits
//
// **Write.** A decoder waits for what is incomplete, and refuses what can never become right.
//
// [line_server](../line_server.java) has two framings. Here is a third: the length in decimal digits, a blank, the
// message. `5 hello` is the message `hello`. Write `next`. It returns the next message, or null as long as that isn't
// complete: the digits, too, can arrive in pieces. It throws a `ProtocolException` as soon as it sees that no message
// can come of it: a character that is neither a digit nor the blank after the digits, a zero in front (`05`, but `0 ` is
// an empty message), or a length of more than 1,024. The server numbers the messages, and answers `5 error` before it
// closes the connection.

// %%
class Counted {
    static final int LIMIT = 1024;
    ByteBuffer held = ByteBuffer.allocate(0); // bytes that have arrived and belong to no message yet

    void feed(byte[] piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.length).put(held).put(piece).flip();
    }

    String next() throws ProtocolException {
        // >>> start
        // return null; // your code
        // >>> solution
        int length = 0;
        for (int i = held.position(); i < held.limit(); i++) {
            byte b = held.get(i);
            int digits = i - held.position();
            if (b == ' ' && digits > 0) return take(i + 1, length);
            if (b < '0' || b > '9') throw new ProtocolException("not a digit");
            if (digits > 0 && length == 0) throw new ProtocolException("a zero in front");
            length = 10 * length + b - '0';
            if (length > LIMIT) throw new ProtocolException("too long");
        }
        return null;
        // >>> parseInt takes more than digits
        // String text = new String(held.array(), held.position(), held.remaining(), StandardCharsets.ISO_8859_1);
        // int blank = text.indexOf(' ');
        // if (blank < 0) return null;
        // try {
        //     return take(held.position() + blank + 1, Integer.parseInt(text.substring(0, blank)));
        // } catch (NumberFormatException e) {
        //     throw new ProtocolException("not a number");
        // }
        // >>> it waits for a blank that may never come
        // String text = new String(held.array(), held.position(), held.remaining(), StandardCharsets.ISO_8859_1);
        // int blank = text.indexOf(' ');
        // if (blank < 0) return null;
        // if (!text.substring(0, blank).matches("0|[1-9][0-9]{0,3}")) throw new ProtocolException("not a length");
        // int length = Integer.parseInt(text.substring(0, blank));
        // if (length > LIMIT) throw new ProtocolException("too long");
        // return take(held.position() + blank + 1, length);
        // <<<
    }

    /** Returns the message of this length at this index; null, and takes nothing, if it isn't complete. */
    String take(int index, int length) {
        if (held.limit() - index < length) return null;
        byte[] message = new byte[length];
        held.position(index).get(message);
        return new String(message, StandardCharsets.ISO_8859_1);
    }
}

// %%
void send(SocketChannel conn, String message) throws IOException {
    String framed = message.length() + " " + message;
    await(new WriteEvent(conn, ByteBuffer.wrap(framed.getBytes(StandardCharsets.ISO_8859_1))));
}

void converse(SocketChannel conn) throws IOException, TimeoutException {
    var counted = new Counted();
    var read = new ReadEvent(conn);
    int count = 0;
    try {
        for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
            counted.feed(piece);
            for (String message = counted.next(); message != null; message = counted.next())
                send(conn, ++count + " " + message);
        }
    } catch (ProtocolException e) {
        send(conn, "error");
        LoopServer.leave(conn);
    }
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            line_server_2 [host] [port]

            Numbers the messages that it receives, and sends them back (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void refuses(Server server, String text, String why) {
    try (var mallory = Client.connect("Mallory", server.port())) {
        mallory.send(text).gets("5 error", why);
        mallory.isClosed("the server closes after an error");
    }
}

void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        try (var bob = Client.connect("Bob", server.port())) {
            bob.send("5 hello").gets("7 1 hello", "the first message with its number");
            bob.send("1").getsNothing("because the length isn't complete").send("1 hello").getsNothing(
                    "because the message isn't complete");
            bob.send(" world").gets("13 2 hello world", "the second message with its number");
            bob.send("1 a2 bc").gets("3 3 a4 4 bc", "an answer for each message");
            bob.send("0 ").gets("2 5 ", "an answer for the empty message");
            String longest = "x".repeat(1024);
            bob.send("1024 " + longest).gets("1026 6 " + longest, "because 1,024 is allowed");
        }
        refuses(server, "+5 hello", "because a sign is not a digit");
        refuses(server, "05 hello", "because of the zero in front");
        refuses(server, "1025 ", "because 1,025 is more than 1,024");
        refuses(server, "99999", "because no blank can make this a length of 1,024 or less");
        refuses(server, " hello", "because there is no digit before the blank");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Go through the held bytes one by one. At each, there are three cases: a digit, the blank after at least one digit,
//    anything else.
// 2. Compute the length as you go: `length = 10 * length + b - '0'`. Then you know at once that it's too long.
// 3. `take` does the rest, once you have the blank.
//
// ## Solution
//
// The loop looks at each byte and decides at once: go on, done, or refuse. `Integer.parseInt` seems to do that, but it
// accepts more than the protocol does: `+5`, `05`, digits of other scripts. If a proxy in front of the server reads
// such a length differently, the two disagree on where the message ends, and that is how requests are smuggled into
// somebody else's connection. And a decoder that first waits for the blank holds whatever comes before it, so the limit
// has to be applied to the digits as they arrive.
//
// ## Wrong attempts
//
// - start: Bob sent "5 hello" and got nothing. Expected: "7 1 hello", the first message with its number.
// - parseInt takes more than digits: Mallory sent "+5 hello" and got "7 1 hel". Expected: "5 error", because a sign is
//   not a digit.
// - it waits for a blank that may never come: Mallory sent "99999" and got nothing. Expected: "5 error", because no
//   blank can make this a length of 1,024 or less.
