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
// # Longer than 125 bytes
//
// **Repair.** A frame's second byte is the length, unless it's 126: then the length is in the next two bytes.
//
// This server speaks the frames of [tornado_chat](../tornado_chat.java), without the handshake: it takes the mask off
// each text that a client sends, and sends the text back, without a mask. It knows lengths up to 125 bytes. Its authors
// tested it with `Hello`. Teach `next` the lengths from 126 to 65,535, and `frame` as well:
//
// ```text
// 81 85 mask (4 bytes) text (5 bytes)            85 is the mask bit, 80, and the length 5
// 81 fe 00 c8 mask (4 bytes) text (200 bytes)    fe is the mask bit, 80, and 7e, which is 126; 00 c8 is 200
// ```

// %%
class Frames {
    ByteBuffer held = ByteBuffer.allocate(0); // bytes that have arrived and belong to no message yet

    void feed(byte[] piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.length).put(held).put(piece).flip();
    }

    /** Returns the payload of the next frame without its mask, or null if the frame isn't complete. */
    byte[] next() {
        ByteBuffer frame = held.slice();
        if (frame.remaining() < 2) return null;
        frame.get(); // FIN, and the opcode of a text
        int length = frame.get() & 0x7f;
        // >>> start
        // >>> solution
        if (length == 126) {
            if (frame.remaining() < 2) return null;
            length = frame.getShort() & 0xffff;
        }
        // >>> the length has a sign
        // if (length == 126) {
        //     if (frame.remaining() < 2) return null;
        //     length = frame.getShort();
        // }
        // >>> the length is assumed to be there
        // if (length == 126) length = frame.getShort() & 0xffff;
        // <<<
        if (frame.remaining() < 4 + length) return null;
        byte[] mask = new byte[4];
        byte[] payload = new byte[length];
        frame.get(mask).get(payload);
        for (int i = 0; i < length; i++) payload[i] ^= mask[i % 4];
        held.position(held.position() + frame.position());
        return payload;
    }

    static ByteBuffer frame(byte[] payload) {
        var frame = ByteBuffer.allocate(payload.length + 4).put((byte) 0x81);
        // >>> start
        // frame.put((byte) payload.length);
        // >>> solution
        if (payload.length < 126) frame.put((byte) payload.length);
        else frame.put((byte) 126).putShort((short) payload.length);
        // >>> the length has a sign
        // if (payload.length < 126) frame.put((byte) payload.length);
        // else frame.put((byte) 126).putShort((short) payload.length);
        // >>> the length is assumed to be there
        // if (payload.length < 126) frame.put((byte) payload.length);
        // else frame.put((byte) 126).putShort((short) payload.length);
        // <<<
        return frame.put(payload).flip();
    }
}

// %%
void converse(SocketChannel conn) throws IOException {
    var frames = new Frames();
    var read = new ReadEvent(conn);
    for (byte[] piece = await(read); piece.length > 0; piece = await(read)) {
        frames.feed(piece);
        for (byte[] text = frames.next(); text != null; text = frames.next())
            await(new WriteEvent(conn, Frames.frame(text)));
    }
}

Server start(String host, int port) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn));
}

void main(String... args) throws Exception {
    Script.serve("""
            tornado_chat_1 [host] [port]

            Sends the texts of WebSocket frames back (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
byte[] sent(String text) {
    byte[] bytes = text.getBytes();
    var frame = ByteBuffer.allocate(bytes.length + 8).put((byte) 0x81);
    if (bytes.length < 126) frame.put((byte) (0x80 | bytes.length));
    else frame.put((byte) 0xfe).putShort((short) bytes.length);
    frame.putInt(0x20202020); // changes the case of a letter
    for (byte b : bytes) frame.put((byte) (b ^ 0x20));
    return Arrays.copyOf(frame.array(), frame.position());
}

byte[] received(String text) {
    byte[] bytes = text.getBytes();
    var frame = ByteBuffer.allocate(bytes.length + 4).put((byte) 0x81);
    if (bytes.length < 126) frame.put((byte) bytes.length);
    else frame.put((byte) 126).putShort((short) bytes.length);
    return Arrays.copyOf(frame.put(bytes).array(), frame.position());
}

void verify() throws Exception {
    try (var server = start("localhost", 0)) {
        for (int length : new int[] {5, 125, 126, 200, 40_000, 65_535}) {
            String text = "x".repeat(length);
            try (var client = Client.connect("A client with %,d letters".formatted(length), server.port())) {
                client.send(sent(text)).gets(received(text), "the text in a frame without a mask");
            }
        }
        byte[] frame = sent("y".repeat(300));
        try (var client = Client.connect("A client", server.port())) {
            for (int i = 0; i < 4; i++) client.send(frame[i]).getsNothing("because the frame isn't complete");
            client.send(Arrays.copyOfRange(frame, 4, frame.length));
            client.gets(received("y".repeat(300)), "when the rest of the frame has come");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. What is `length` in `next` after the two bytes `81 fe`? Where does the mask start then?
// 2. `getShort` reads two bytes. Java's `short` has a sign, and a frame's length hasn't.
// 3. A frame may arrive byte by byte. What does `getShort` do if only one byte has come?
//
// ## Solution
//
// The seven bits of a length can't say more than 127, so 126 means that a longer length follows (and 127 that one of eight
// bytes does). `next` took 126 for the length itself, and the real length for a part of the mask. `& 0xffff` makes an
// `int` from 0 to 65,535 of the `short`. Since `next` reads from a slice, it can stop anywhere and return null: `held`
// moves on only when a frame is complete.
//
// ## Wrong attempts
//
// - start: A client with 126 letters sent [...] and got [...]. Expected: [...], the text in a frame without a mask.
// - the length has a sign: A client with 40,000 letters sent [...] and got [...]. Expected: [...], the text in a frame
//   without a mask.
// - the length is assumed to be there: A client sent [...] and got nothing, and then the server closed the connection.
//   Expected: nothing yet, because the frame isn't complete.
