// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptPause.java ../lib/lesson/Conversation.java ../lib/lesson/FixedAnswer.java
//SOURCES ../lib/linux/BufferRing.java ../lib/linux/EventFd.java ../lib/linux/IoUring.java
//SOURCES ../lib/script/LinuxPair.java ../lib/script/LinuxRings.java ../lib/script/LinuxSockets.java
//SOURCES ../lib/script/Script.java
import module java.base;
import aio.AcceptPause;
import lesson.Conversation;
import lesson.FixedAnswer;
import lesson.Protocol;
import linux.BufferRing;
import linux.CompletionQueue;
import linux.Errno;
import linux.EventFd;
import linux.IoUring;
import linux.LinuxException;
import linux.SocketCalls;
import linux.SubmissionEntry;
import script.LinuxPair;
import script.LinuxRings;
import script.LinuxSockets;
import script.Script;
import script.Server;

// %% [markdown]
// # io_uring: the kernel does the I/O
//
// In [nio2_server](nio2_server.java) you hand over a buffer, and a callback runs when it's full. On Linux, though, a
// thread of the JDK fills it: it waits in epoll and then calls `read`. Can you hand the buffer to the kernel instead?
//
// You can, with **io_uring** ([man page](https://man7.org/linux/man-pages/man7/io_uring.7.html)): two queues in memory
// that the program and the kernel share. The program adds requests to one, and the kernel adds results to the other.
// One system call, `io_uring_enter`, submits any number of requests and waits for results.
//
// ```diagram
//   our thread                                                        kernel
//     tail, writes      +----------------------------------+      head, reads
//   ------------------> | accept | recv on 12 | send on 9  | ------------------>
//                       +----------------------------------+
//                         submission queue: what to do
//
//     head, reads       +----------------------------------+      tail, writes
//   <------------------ | accept: 12 | recv on 9: 5 bytes  | <------------------
//                       +----------------------------------+
//                         completion queue: what came of it
// ```
//
// Each queue is a **ring**: an array whose length is a power of two, and two counters that only grow. The lowest bits
// of a counter are an index into the array. One side writes entries and moves the tail, and the other reads them and
// moves the head. Each counter has a single writer, so the queue needs no lock.
//
// A submission has 64 bytes: an operation, a descriptor, a buffer's address and length, flags, and 64 bits of *user
// data*, which the kernel just copies ([SubmissionEntry](../lib/linux/SubmissionEntry.java)). A completion has 16: the
// user data of its request, a result (what the system call would return, or a negative `errno`), and flags.
// [IoUring](../lib/linux/IoUring.java) creates the rings with `io_uring_setup` and maps their memory into our process
// with `mmap`; its `add` fills the next submission. Here each ring has four entries, and we add ten requests that do
// nothing. In how many batches do they complete?

// %%
void tenRequests() throws IOException {
    try (var ring = new IoUring(4, 4)) {
        for (int number = 1; number <= 10; number++) ring.add(SubmissionEntry.NOP, -1, number);
        CompletionQueue done = ring.completions();
        for (int left = 10; left > 0; ) {
            ring.submitAndWait(1);
            String more = done.hasOverflowed() ? ", and more wait in the kernel" : "", numbers = "";
            for (; done.next(); left--) numbers += " " + done.userData();
            IO.println("completed:" + numbers + more);
        }
    }
}

// %% [markdown]
// ```console server
// $ ./jbang io_uring_server --steps
// completed: 1 2 3 4, and more wait in the kernel
// completed: 5 6 7 8, and more wait in the kernel
// completed: 9 10
// ```
//
// When the submission queue is full, `add` calls `io_uring_enter`. When the completion queue is full, the kernel keeps
// the rest in a list and sets the flag `IORING_SQ_CQ_OVERFLOW`. The next call moves them over, so nothing is lost.
//
// ## Acquire and release
//
// The kernel writes an entry and then moves the tail; we read the tail and then the entry. But compilers and processors
// can reorder loads and stores unless the program forbids it, in Java with the methods of a
// [VarHandle](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/lang/invoke/VarHandle.html).
// [CompletionQueue.next](../lib/linux/CompletionQueue.java#next) loads the tail with `getAcquire`, so we see all entries
// before it, and stores the head with `setRelease`: we have read the entries before it, and the kernel can overwrite
// them. For submissions it's the other way around: [publish](../lib/linux/SubmissionQueue.java#publish) stores the tail
// with `setRelease`, and [pending](../lib/linux/SubmissionQueue.java#pending) loads the head with `getAcquire`.
//
// ## One thread
//
// Our rings have two flags. With `IORING_SETUP_SINGLE_ISSUER`, only the thread that made the ring may submit requests.
// With `IORING_SETUP_DEFER_TASKRUN`, the kernel finishes requests only while that thread is in `io_uring_enter`. And
// when a thread ends, the kernel cancels its requests. So a ring needs a platform thread that lives as long as the
// server. The mapped memory belongs to that thread, too, by a confined `Arena`: access from another thread, or after
// `close`, is an exception and not a crash of the JVM.
//
// ## Buffers that the kernel chooses
//
// A `recv` in the ring needs a buffer for as long as it waits, so 10,000 silent clients would need 10,000 buffers.
// Instead, we put free buffers into a third ring, a [BufferRing](../lib/linux/BufferRing.java). When data arrives, the
// kernel takes one, and the completion says which. We use the data and give the buffer back.
//
// Such a `recv` can be **multishot**: it completes each time data arrives. (A multishot `accept` completes for each
// connection.) All its completions but the last have the flag `IORING_CQE_F_MORE`, which is what `hasMore` returns. Here
// a client has sent twelve bytes, and there are two buffers of four. What happens when both are full?

// %%
void twelveBytes(IoUring ring, LinuxPair pair) throws IOException {
    var buffers = new BufferRing(ring, 0, 2, 4); // group 0: two buffers of four bytes
    pair.send("hello, world");
    for (int turn = 1; turn <= 2; turn++) {
        ring.add(SubmissionEntry.RECV, pair.fd(), 0).ioprio(SubmissionEntry.RECV_MULTISHOT).bufferGroup(0);
        ring.submitAndWait(1);
        for (CompletionQueue done = ring.completions(); done.next(); ) {
            String what = Errno.name(-done.result());
            if (done.bufferId() >= 0) {
                byte[] data = buffers.received(done.bufferId(), done.result()).toArray(ValueLayout.JAVA_BYTE);
                what = "'" + new String(data) + "' in buffer " + done.bufferId();
                buffers.giveBack(done.bufferId());
            }
            IO.println("turn " + turn + ": " + what + (done.hasMore() ? "" : ", the last completion"));
        }
        buffers.publish(); // only now does the kernel see the buffers that we gave back
    }
}

// %% [markdown]
// ```console server
// turn 1: 'hell' in buffer 0
// turn 1: 'o, w' in buffer 1
// turn 1: ENOBUFS, the last completion
// turn 2: 'orld' in buffer 0
// ```
//
// Without a free buffer, the `recv` ends with `ENOBUFS`, and the other bytes stay in the socket until a new `recv`.
//
// ## Two mistakes
//
// The server sends two words from one buffer, then closes the descriptor while a `recv` waits. What does the client read?

// %%
void mistakes(IoUring ring, LinuxPair pair) throws IOException {
    MemorySegment word = ring.arena().allocate(3);
    for (String each : List.of("one", "two")) {
        word.copyFrom(MemorySegment.ofArray(each.getBytes()));
        ring.add(SubmissionEntry.SEND, pair.fd(), 0).buffer(word);
    }
    ring.submitAndWait(2);
    IO.println("the client reads " + pair.read(6));
    pair.closeFd();
    IO.println("closed, and the client reads " + pair.read(1));
    ring.add(SubmissionEntry.ASYNC_CANCEL, -1, 0).opFlags(SubmissionEntry.CANCEL_ANY);
    ring.submitAndWait(4); // the completions of both sends, of the cancel request, and of the recv
    IO.println("canceled, and the client reads " + pair.read(1));
}

void steps() throws IOException {
    LinuxRings.require();
    tenRequests();
    try (var pair = new LinuxPair(); var ring = new IoUring(4, 8)) {
        twelveBytes(ring, pair);
        mistakes(ring, pair);
    }
}

// %% [markdown]
// ```console server
// the client reads twotwo
// closed, and the client reads nothing in 300 ms
// canceled, and the client reads the end of the stream
// ```
//
// A submission has only the address of the bytes, and the kernel reads them when it sends. So a buffer must not change
// until its request has completed. And a request keeps its socket open, so the kernel sends no FIN (which ends the
// stream) until the `recv` is canceled. If the next client gets the same descriptor, a late completion reaches the
// wrong connection. So close a descriptor only when none of its requests is left.
//
// ## The loop
//
// This loop is a proactor: it waits for completions. Each connection has a [Protocol](../lib/lesson/Protocol.java), for
// example the [Conversation](../lib/lesson/Conversation.java) of [aio_callback_server](aio_callback_server.java). It
// takes what has arrived, says what to send next (in memory that doesn't change), and says when it's over. The loop
// makes the requests. It keeps the kind of request in the upper half of the user data, and the descriptor in the lower.

// %%
enum Op { ACCEPT, RECEIVE, SEND, CLOSE, RESUME, STOP, CANCEL }

class Connection {
    final int fd;
    final Protocol protocol;
    MemorySegment output; // what the kernel is sending, or null
    boolean receiving, inputEnded, outputEnded;
    Connection(int fd, Protocol protocol) { this.fd = fd; this.protocol = protocol; }
}

class Loop {
    final Op[] ops = Op.values();
    final int listener;
    final Supplier<Protocol> protocols;
    final EventFd stop = new EventFd();
    final AcceptPause pause = new AcceptPause(System.err::println);
    final MemorySegment time = Arena.ofAuto().allocate(16, 8); // seconds and nanoseconds
    final Map<Integer, Connection> connections = new HashMap<>();
    IoUring ring;
    BufferRing buffers;
    boolean stopping;
    long clients, calls, atWork; // the requests that will complete, or complete again

    Loop(int listener, Supplier<Protocol> protocols) throws IOException {
        this.listener = listener;
        this.protocols = protocols;
    }

    void run() throws IOException {
        try (stop; var ring = this.ring = new IoUring(256, 4096)) {
            buffers = new BufferRing(ring, 0, 256, 4096);
            request(Op.STOP, SubmissionEntry.POLL_ADD, stop.fd()).opFlags(1); // POLLIN
            accept();
            while (atWork > 0) {
                buffers.publish();
                calls++;
                ring.submitAndWait(1);
                for (CompletionQueue done = ring.completions(); done.next(); ) completed(done);
            }
        } finally {
            for (int fd : connections.keySet()) SocketCalls.close(fd);
            SocketCalls.close(listener);
        }
    }

    SubmissionEntry request(Op op, byte opcode, int fd) throws IOException {
        atWork++;
        return ring.add(opcode, fd, (long) op.ordinal() << 32 | Integer.toUnsignedLong(fd));
    }

    void completed(CompletionQueue done) throws IOException {
        if (!done.hasMore()) atWork--;
        Op op = ops[(int) (done.userData() >>> 32)];
        Connection conn = connections.get((int) done.userData());
        if (stopping && op != Op.ACCEPT) return;
        switch (op) {
            case ACCEPT -> accepted(done);
            case RECEIVE -> received(conn, done);
            case SEND -> sent(conn, done.result());
            case RESUME -> accept();
            case STOP -> {
                stopping = true;
                request(Op.CANCEL, SubmissionEntry.ASYNC_CANCEL, -1).opFlags(SubmissionEntry.CANCEL_ANY);
            }
            case CLOSE, CANCEL -> {}
        }
    }

    void accept() throws IOException {
        request(Op.ACCEPT, SubmissionEntry.ACCEPT, listener)
                .ioprio(SubmissionEntry.ACCEPT_MULTISHOT).opFlags(SocketCalls.SOCK_CLOEXEC);
    }

    void accepted(CompletionQueue done) throws IOException {
        if (done.result() >= 0) {
            var conn = new Connection(done.result(), protocols.get());
            connections.put(conn.fd, conn);
            clients++;
            if (stopping) return;
            makeRequests(conn);
            if (!done.hasMore()) accept();
        } else if (!stopping) { // out of descriptors
            pause.begin(new LinuxException(-done.result(), "accept", listener));
            time.setAtIndex(ValueLayout.JAVA_LONG, 1, pause.millis() * 1_000_000);
            request(Op.RESUME, SubmissionEntry.TIMEOUT, -1).address(time, 1);
        }
    }

    void received(Connection conn, CompletionQueue done) throws IOException {
        conn.receiving = done.hasMore();
        if (done.bufferId() >= 0) {
            conn.protocol.received(buffers.received(done.bufferId(), done.result()));
            buffers.giveBack(done.bufferId());
        } else if (done.result() != -Errno.ENOBUFS) {
            conn.inputEnded = true; // 0 is the end of the stream, the others are errors
            conn.protocol.ended();
        }
        makeRequests(conn);
    }

    void sent(Connection conn, int result) throws IOException {
        if (result == conn.output.byteSize()) conn.protocol.sent();
        else conn.outputEnded = true; // the client has gone
        conn.output = null;
        makeRequests(conn);
    }

    void makeRequests(Connection conn) throws IOException {
        if (conn.output == null && !conn.outputEnded) {
            conn.output = conn.protocol.next();
            if (conn.output != null)
                request(Op.SEND, SubmissionEntry.SEND, conn.fd).buffer(conn.output).opFlags(SocketCalls.MSG_WAITALL);
        }
        if (!conn.receiving && !conn.inputEnded) {
            conn.receiving = true;
            request(Op.RECEIVE, SubmissionEntry.RECV, conn.fd).ioprio(SubmissionEntry.RECV_MULTISHOT).bufferGroup(0);
        }
        if (conn.protocol.isOver() && !conn.outputEnded) {
            conn.outputEnded = true;
            LinuxSockets.shutdownOutput(conn.fd);
        }
        if (conn.inputEnded && !conn.receiving && conn.output == null) {
            connections.remove(conn.fd);
            request(Op.CLOSE, SubmissionEntry.CLOSE, conn.fd);
        }
    }
}

// %% [markdown]
// Each turn of `run` handles all completions, gives the used buffers back with one store, and submits the new requests
// with the call that waits. The loop repeats a `recv` that ran out of buffers and, after a pause (a timeout request), an
// `accept` that ran out of descriptors. With `MSG_WAITALL`, a `send` doesn't complete before all its bytes are sent.
//
// To stop the loop, another thread makes an eventfd readable, for which the loop has a `poll` request. The loop then
// cancels all requests and goes on until none is left. By then it has seen every connection that was accepted, so it
// can close them all, and the kernel no longer uses our memory.

// %%
Server start(String host, int port, Supplier<Protocol> protocols) throws IOException {
    LinuxRings.require();
    int listener = LinuxSockets.listen(host, port);
    SocketCalls.noDelay(listener);
    var loop = new Loop(listener, protocols);
    return Server.start(host, LinuxSockets.port(listener), loop::run, loop.stop::signal,
            () -> "%,d clients, %,d calls of io_uring_enter".formatted(loop.clients, loop.calls));
}

void main(String... args) throws Exception {
    String usage = """
            io_uring_server [host] [port] [--http] [--steps]

            A server whose reads and writes are done by the kernel, through the rings of io_uring (Linux only).

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8888)
              --http   give every HTTP request the same answer, instead of the conversation
              --steps  show what the rings do, and stop
            """;
    if (List.of(args).contains("--steps")) Script.run(usage, args, _ -> steps());
    else Script.serve(usage, args,
            a -> start(a.host(), a.port(8888), a.has("--http") ? FixedAnswer::new : Conversation::new));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang io_uring_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// ```console server
// Accept ...
// Connect ...
// Write ...
// Success ...
// ^Cserver stopped: 1 clients, [...] calls of io_uring_enter
// ```
//
// This needs Linux 6.1. Where io_uring is switched off, the server says so in one line and ends. Docker's default
// profile [forbids it](https://github.com/moby/moby/pull/46762), for example, because of its security record.
//
// ## What it brings
//
// It brings fewer system calls. With one connection, an epoll loop makes three for an answer: `epoll_wait`, `recv`, and
// `send`. This loop makes two: the call that submits the `send` returns once it's sent, and the next one waits for data.
// With more connections, one call serves several. These are the calls per answer that `strace -f -c -p PID` counted
// during `wrk -t1 -c32 -d4 http://localhost:8888/`. (Without strace, which slows each call down, it's 0.30, not 0.12.)
//
// | server | epoll_wait | recv | send | io_uring_enter | all |
// | --- | --: | --: | --: | --: | --: |
// | `io_multiplexing --http` | 0.03 | 1.00 | 1.00 | | 2.03 |
// | `io_uring_server --http` | | | | 0.12 | 0.12 |
//
// With many connections it also takes less CPU, but not by as much, because the kernel still receives and sends. These
// are microseconds of CPU per answer by the number of connections, medians of at least five rounds in which the servers
// took turns, on one of an AMD EPYC virtual machine's two processors, with wrk on the other (Linux 6.18, JDK 25.0.3):
//
// | server | 1 | 32 | 64 | 128 |
// | --- | --: | --: | --: | --: |
// | `io_multiplexing --http` | 27.6 | 6.2 | 6.3 | 6.3 |
// | `io_uring_server --http` | 28.4 | 5.7 | 5.7 | 5.9 |
//
// With 64 connections, a C loop on epoll takes 6.1, Netty 4.2 with epoll 7.2, and Netty with io_uring 7.0.

// %% tags=["active-ipynb"]
// steps();
// try (var server = start("localhost", 0, FixedAnswer::new)) {
//     var url = URI.create("http://localhost:" + server.port()).toURL();
//     IO.println(new String(url.openStream().readAllBytes()));
// }

// %% [markdown]
// ## What it still can't do
//
// A protocol is a set of callbacks and flags again, and harder to follow than the four lines of
// [aio_coroutine_server](aio_coroutine_server.java). A coroutine could wait for a completion in the same way as for
// readiness, but each wait would take a switch to the loop and back. [coroutine_cost](coroutine_cost.java) measures what
// that costs.
//
// ## Exercises
//
// - Six requests: `./jbang exercise start io_uring_server_1`
// - Whose buffer is it?: `./jbang exercise start io_uring_server_2`
