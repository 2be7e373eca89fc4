// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/linux/EventFd.java
//SOURCES ../../lib/linux/IoUring.java
//SOURCES ../../lib/script/LinuxRings.java
//SOURCES ../../lib/script/LinuxSockets.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Client;
import linux.CompletionQueue;
import linux.EventFd;
import linux.IoUring;
import linux.SocketCalls;
import linux.SubmissionEntry;
import script.LinuxRings;
import script.LinuxSockets;
import script.Script;
import script.Server;

// %% [markdown]
// # Whose buffer is it?
//
// **Repair.** From its submission to its completion, a request's buffer belongs to the kernel.
//
// This echo server makes its requests in a ring, as [io_uring_server](../io_uring_server.java) does. Each connection has
// one buffer, for `recv` and for `send`. With short messages all goes well. A client that sends a lot and reads late gets
// other bytes than it has sent. Repair `received` and `sent`, with that one buffer, so that nothing gets lost. (This
// exercise needs Linux 6.1, and a kernel that allows io_uring.)

// %%
enum Op { ACCEPT, RECEIVE, SEND, STOP }

class Connection {
    final int fd;
    final MemorySegment buffer;
    MemorySegment output; // the part of the buffer that is being sent

    Connection(int fd, MemorySegment buffer) {
        this.fd = fd;
        this.buffer = buffer;
    }
}

class Loop {
    final int listener;
    final EventFd stop = new EventFd();
    final Map<Integer, Connection> connections = new HashMap<>();
    IoUring ring;

    Loop(int listener) throws IOException { this.listener = listener; }

    /** Called when n bytes are in the buffer; 0 is the end of the stream, and the others are errors. */
    void received(Connection conn, int n) throws IOException {
        if (n <= 0) {
            close(conn);
            return;
        }
        send(conn, conn.buffer.asSlice(0, n));
        // >>> start
        // receive(conn); // what comes next
        // >>> solution
        // >>> it never receives again
        // <<<
    }

    /** Called when the kernel has taken n bytes of conn.output; a negative n is an error. */
    void sent(Connection conn, int n) throws IOException {
        // >>> start
        // if (n < 0) close(conn);
        // >>> solution
        if (n < 0) close(conn);
        else if (n < conn.output.byteSize()) send(conn, conn.output.asSlice(n));
        else receive(conn);
        // >>> one send is taken for all
        // if (n < 0) close(conn);
        // else receive(conn);
        // >>> it never receives again
        // if (n < 0) close(conn);
        // else if (n < conn.output.byteSize()) send(conn, conn.output.asSlice(n));
        // <<<
    }

    void receive(Connection conn) throws IOException {
        request(Op.RECEIVE, SubmissionEntry.RECV, conn.fd).buffer(conn.buffer);
    }

    void send(Connection conn, MemorySegment output) throws IOException {
        conn.output = output;
        request(Op.SEND, SubmissionEntry.SEND, conn.fd).buffer(output);
    }

    SubmissionEntry request(Op op, byte opcode, int fd) throws IOException {
        return ring.add(opcode, fd, (long) op.ordinal() << 32 | Integer.toUnsignedLong(fd));
    }

    void accepted(int fd) throws IOException {
        request(Op.ACCEPT, SubmissionEntry.ACCEPT, listener); // the next one
        if (fd < 0) return;
        var conn = new Connection(fd, ring.arena().allocate(250_000)); // memory that ends with the ring
        connections.put(fd, conn);
        receive(conn);
    }

    void close(Connection conn) throws IOException {
        connections.remove(conn.fd);
        SocketCalls.close(conn.fd);
    }

    void run() throws IOException {
        try (stop; var ring = this.ring = new IoUring(64, 256)) {
            request(Op.STOP, SubmissionEntry.POLL_ADD, stop.fd()).opFlags(1); // POLLIN
            request(Op.ACCEPT, SubmissionEntry.ACCEPT, listener);
            for (boolean stopping = false; !stopping; ) {
                ring.submitAndWait(1);
                for (CompletionQueue done = ring.completions(); done.next(); ) {
                    Connection conn = connections.get((int) done.userData());
                    switch (Op.values()[(int) (done.userData() >> 32)]) {
                        case ACCEPT -> accepted(done.result());
                        case RECEIVE -> { if (conn != null) received(conn, done.result()); }
                        case SEND -> { if (conn != null) sent(conn, done.result()); }
                        case STOP -> stopping = true;
                    }
                }
            }
        } finally { // the ring has canceled its requests
            for (int fd : connections.keySet()) SocketCalls.close(fd);
            SocketCalls.close(listener);
        }
    }
}

// %%
Server start(String host, int port) throws IOException {
    LinuxRings.require();
    int listener = LinuxSockets.listen(host, port);
    var loop = new Loop(listener);
    return Server.start(host, LinuxSockets.port(listener), loop::run, loop.stop::signal, () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            io_uring_server_2 [host] [port]

            An echo server whose reads and writes are done by the kernel, Linux only (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    byte[] much = new byte[12_000_000];
    new Random(1).nextBytes(much);
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        bob.send("hello").gets("hello", "because the server sends back what it receives");
        bob.send("hi").gets("hi", "because the server receives again");
        alice.sendUntilStuck(much);
        bob.send("hello").gets("hello", "although Alice has not read any of her twelve million bytes");
        alice.gets(much, "because the buffer doesn't change until all of it is sent");
        bob.end().isClosed("the server closes a connection when its client has ended");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Alice doesn't read, so a `send` has to wait. What is in its buffer when it can go on?
// 2. When is it certain that the kernel no longer reads the buffer? Which method is called then?
// 3. A `send` may complete with fewer bytes than it was given. What has to happen with the others, before anything else?
//
// ## Solution
//
// A submission has only the address of the bytes. A `send` that has to wait reads them later, and if a `recv` has put
// others there by then, it sends those. So the next `recv` is requested in `sent`, when all bytes are on their way, and
// each connection has one request at a time. While Alice doesn't read, her `send` stays with the kernel, and nobody
// receives from her. (The start also closes a descriptor while a `send` waits.) The loop of the chapter receives and
// sends at the same time, so it needs buffers of its own for either, and it asks for `MSG_WAITALL`, with which a `send`
// completes when all of its bytes are sent.
//
// ## Wrong attempts
//
// - start: Alice sent [...] and got [...] of the bytes, and then [...]. Expected: [...], because the buffer doesn't
//   change until all of it is sent.
// - it never receives again: Bob sent "hi" and got nothing. Expected: "hi", because the server receives again.
// - one send is taken for all: Alice sent [...] and got [...] of the bytes, and then [...]. Expected: [...], because the
//   buffer doesn't change until all of it is sent.
