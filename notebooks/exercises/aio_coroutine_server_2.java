// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.ChannelEvent;
import aio.EventLoop;
import aio.WriteEvent;
import exercise.Client;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # An event that gives lines
//
// **Write.** `poll` returns a value, or null for 'not yet', and may keep something for the next await.
//
// A `ChannelEvent` already knows how to wait until its channel is ready; you write `poll`. Complete `LineEvent`: each
// `await` of it returns the next line, without its line feed, however the bytes arrive. At the end of the stream it
// returns the empty string. (Nobody sends empty lines here, and what comes after the last line feed is dropped.) `held`
// keeps the text that has arrived and hasn't been returned. The server numbers the lines and sends them back.

// %%
class LineEvent extends ChannelEvent<String> {
    final SocketChannel conn;
    String held = ""; // ASCII only

    LineEvent(SocketChannel conn) {
        super(conn, SelectionKey.OP_READ);
        this.conn = conn;
    }

    protected String poll() throws IOException {
        // >>> start
        // var buffer = ByteBuffer.allocate(1024);
        // int count = conn.read(buffer);
        // if (count < 0) return "";
        // if (count == 0) return null;
        // return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().strip(); // one read is not one line
        // >>> solution
        while (true) {
            int end = held.indexOf('\n');
            if (end >= 0) {
                String line = held.substring(0, end);
                held = held.substring(end + 1);
                return line;
            }
            var buffer = ByteBuffer.allocate(1024);
            int count = conn.read(buffer);
            if (count < 0) return "";
            if (count == 0) return null;
            held += StandardCharsets.US_ASCII.decode(buffer.flip());
        }
        // >>> the lines after the first are lost
        // var buffer = ByteBuffer.allocate(1024);
        // int count = conn.read(buffer);
        // if (count < 0) return "";
        // held += StandardCharsets.US_ASCII.decode(buffer.flip());
        // int end = held.indexOf('\n');
        // if (end < 0) return null;
        // String line = held.substring(0, end);
        // held = "";
        // return line;
        // >>> it reads before it looks
        // var buffer = ByteBuffer.allocate(1024);
        // int count = conn.read(buffer);
        // if (count < 0) return "";
        // if (count == 0) return null;
        // held += StandardCharsets.US_ASCII.decode(buffer.flip());
        // int end = held.indexOf('\n');
        // if (end < 0) return null;
        // String line = held.substring(0, end);
        // held = held.substring(end + 1);
        // return line;
        // >>> it waits for the rest of the line inside poll
        // while (held.indexOf('\n') < 0) {
        //     var buffer = ByteBuffer.allocate(1024);
        //     if (conn.read(buffer) < 0) return "";
        //     held += StandardCharsets.US_ASCII.decode(buffer.flip());
        // }
        // int end = held.indexOf('\n');
        // String line = held.substring(0, end);
        // held = held.substring(end + 1);
        // return line;
        // <<<
    }
}

// %%
void converse(SocketChannel conn) throws IOException {
    var lines = new LineEvent(conn);
    int count = 0;
    for (String line = await(lines); !line.isEmpty(); line = await(lines))
        await(new WriteEvent(conn, ByteBuffer.wrap((++count + " " + line + "\n").getBytes())));
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_coroutine_server_2 [host] [port]

            Numbers the lines that it receives, and sends them back (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("hello\n").gets("1 hello\n", "although Alice has sent nothing yet");
        alice.send("how are");
        bob.send("hi\n").gets("2 hi\n", "although Alice's line is not complete");
        bob.send("ho\n").gets("3 ho\n", "although Alice's line is not complete"); // hers is read by now
        alice.send(" you?\n").gets("1 how are you?\n", "one line, in two pieces");
        bob.send("a\nb\nc").gets("4 a\n5 b\n", "an answer for each line that is complete");
        bob.send("d\n").gets("6 cd\n", "because nothing gets lost");
        bob.end();
        bob.isClosed("the server closes at the end of the stream");
    }
}

// %% [markdown]
// ## Hints
//
// 1. The next line may be in `held` already. Look there before you read.
// 2. After a read, look again: a line may be complete now, or still not.
// 3. There are three ways out of `poll`: a line, the empty string at the end of the stream, and null when
//    `conn.read` has returned 0. The loop then waits until the channel is readable.
//
// ## Solution
//
// `poll` returns a line if it holds one, and reads only if it doesn't. It goes on until it has a line or there's nothing
// more to read *now*, and then null says 'not yet'. If it read first, a line that is held already would have to wait
// for more input, which a client that expects an answer doesn't send. And if it stayed in `poll` until the line is
// complete, no other coroutine would run: `poll` is called on the loop. What the event keeps between two awaits is in
// its fields, which is why the server uses one `LineEvent` for the whole conversation.
//
// ## Wrong attempts
//
// - start: Alice sent "how are", then sent " you?\n" and got "1 how are\n[...]. Expected: "1 how are you?\n", one line, in
//   two pieces.
// - the lines after the first are lost: Bob sent "a\nb\nc" and got "4 a\n". Expected: "4 a\n5 b\n", an answer for each
//   line that is complete.
// - it reads before it looks: Bob sent "a\nb\nc" and got "4 a\n". Expected: "4 a\n5 b\n", an answer for each line that is
//   complete.
// - it waits for the rest of the line inside poll: Bob sent "hello\n" and got nothing. Expected: "1 hello\n", although
//   Alice has sent nothing yet.
