// %%
//JAVA 25+
//SOURCES ../../lib/aio/Coroutine.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.Coroutine;
import exercise.Client;
import exercise.Finding;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # The event that is missing
//
// **Write.** An event tries its operation in `poll`, and says in `register` when another try is worth it.
//
// The loop of [event_loop](../event_loop.java), here without timers, has an event for reading but none for writing.
// `echo` needs one: `await(new WriteEvent(conn, buffer))` has to return when all of the buffer is written, with the
// number of bytes that were in it at first (its position is 0 then). Until then the coroutine waits, and the loop serves
// others.

// %%
interface Callback { void run() throws Exception; }

class EventLoop {
    final Queue<Callback> ready = new ArrayDeque<>();
    final Selector selector = Selector.open();

    EventLoop() throws IOException {}

    /** Calls wake once, when the channel is ready for the operation. */
    void watch(SelectableChannel channel, int operation, Callback wake) throws IOException {
        channel.register(selector, operation, wake);
    }

    void onReady(SelectionKey key) {
        ready.add((Callback) key.attachment());
        key.interestOps(0);
    }

    void run() throws Exception {
        while (!Thread.currentThread().isInterrupted()) {
            if (ready.isEmpty()) selector.select(this::onReady);
            else selector.selectNow(this::onReady);
            for (int n = ready.size(); n > 0; n--) ready.remove().run();
        }
    }
}

interface Event<T> {
    /** Tries the operation; null means not yet. */
    T poll() throws IOException;
    void register(EventLoop loop, Callback wake) throws IOException;
}

static <T> T await(Event<T> event) throws IOException {
    T value;
    while ((value = event.poll()) == null) Coroutine.yield(event);
    return value;
}

void step(EventLoop loop, Coroutine<Void> coroutine) throws Exception {
    Object yielded = coroutine.send(null);
    if (yielded instanceof Event<?> event) event.register(loop, () -> step(loop, coroutine));
}

// %%
record ReadEvent(SocketChannel conn) implements Event<ByteBuffer> {
    public ByteBuffer poll() throws IOException {
        var buffer = ByteBuffer.allocate(4096);
        int n = conn.read(buffer);
        return n == 0 ? null : buffer.flip();
    }
    public void register(EventLoop loop, Callback wake) throws IOException {
        loop.watch(conn, SelectionKey.OP_READ, wake);
    }
}

record WriteEvent(SocketChannel conn, ByteBuffer buffer) implements Event<Integer> {
    public Integer poll() throws IOException {
        // >>> start
        // return null; // your code
        // >>> solution
        conn.write(buffer);
        return buffer.hasRemaining() ? null : buffer.limit();
        // >>> one write is taken for all
        // return conn.write(buffer);
        // >>> it tries until everything is written
        // while (buffer.hasRemaining()) conn.write(buffer);
        // return buffer.limit();
        // >>> it returns how many bytes are left
        // conn.write(buffer);
        // return buffer.hasRemaining() ? null : buffer.remaining();
        // <<<
    }
    public void register(EventLoop loop, Callback wake) throws IOException {
        // >>> start
        // // your code
        // >>> solution
        loop.watch(conn, SelectionKey.OP_WRITE, wake);
        // >>> it is never woken
        // <<<
    }
}

// %%
final LongAdder echoed = new LongAdder(); // bytes

Void echo(SocketChannel conn) {
    try (conn) {
        for (ByteBuffer data = await(new ReadEvent(conn)); data.hasRemaining(); data = await(new ReadEvent(conn)))
            echoed.add(await(new WriteEvent(conn, data)));
    } catch (IOException e) {
        // This client is gone, and with it this coroutine.
    }
    return null;
}

void accept(EventLoop loop, ServerSocketChannel listener) throws Exception {
    SocketChannel conn = listener.accept();
    if (conn != null) {
        conn.configureBlocking(false);
        step(loop, new Coroutine<>(() -> echo(conn)));
    }
    loop.watch(listener, SelectionKey.OP_ACCEPT, () -> accept(loop, listener));
}

Server start(String host, int port) throws IOException {
    return Server.start(host, Sockets.listen(host, port), listener -> {
        var loop = new EventLoop();
        accept(loop, listener);
        loop.run();
    }, () -> "%,d bytes echoed".formatted(echoed.sum()));
}

void main(String... args) throws Exception {
    Script.serve("""
            event_loop_2 [host] [port]

            An echo server of coroutines (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    byte[] much = new byte[12_000_000];
    new Random(1).nextBytes(much);
    echoed.reset();
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("hello").gets("hello", "because it's an echo server");
        alice.sendUntilStuck(much);
        bob.send("hi").gets("hi", "although Alice has not read any of her twelve million bytes");
        alice.gets(much, "because nothing gets lost");
        bob.end().isClosed("the server closes when the client has ended its side");
        alice.end().isClosed("the server closes when the client has ended its side");
        if (echoed.sum() != 12_000_007)
            throw new Finding("The clients got 12,000,007 bytes back, and the awaits returned %,d in all.".formatted(echoed.sum()),
                    "12,000,007, because each returns how many bytes were in its buffer");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `poll` is called again after each wake. `conn.write(buffer)` moves the buffer's position by what it has written,
//    so the next `poll` goes on from there.
// 2. When is the whole operation done? Until then `poll` returns null.
// 3. For reading, `register` watches the channel for `OP_READ`. What is it for writing?
//
// ## Solution
//
// `poll` writes what the socket takes. If something is left it returns null, so `await` yields, and `register` asks the
// loop for a call when the socket has room again; the buffer's position remembers how far the write has come. `echo`
// doesn't notice any of it: for the coroutine, the line returns when everything is written. And while it waits there
// it doesn't read, so a slow client can't fill the server's memory.
//
// ## Wrong attempts
//
// - start: Bob sent "hello" and got nothing. Expected: "hello", because it's an echo server.
// - one write is taken for all: Alice sent [...] and got [...] of the bytes, and then [...]. Expected: [...], because
//   nothing gets lost.
// - it tries until everything is written: Bob sent "hi" and got nothing. Expected: "hi", although Alice has not read any
//   of her twelve million bytes.
// - it returns how many bytes are left: The clients got 12,000,007 bytes back, and the awaits returned 0 in all. Expected:
//   12,000,007, because each returns how many bytes were in its buffer.
// - it is never woken: Alice sent [...] and got [...] of the bytes, and then nothing. Expected: [...], because nothing
//   gets lost.
