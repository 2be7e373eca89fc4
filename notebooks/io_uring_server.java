// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptPause.java
//SOURCES ../lib/lesson/Conversation.java ../lib/lesson/FixedAnswer.java ../lib/lesson/Protocol.java
//SOURCES ../lib/linux/BufferRing.java ../lib/linux/CompletionQueue.java ../lib/linux/Errno.java
//SOURCES ../lib/linux/EventFd.java ../lib/linux/IoUring.java ../lib/linux/LinuxException.java
//SOURCES ../lib/linux/SocketCalls.java ../lib/linux/SubmissionEntry.java
//SOURCES ../lib/script/LinuxPair.java ../lib/script/LinuxRings.java ../lib/script/LinuxSockets.java
//SOURCES ../lib/script/Script.java ../lib/script/Server.java
import module java.base;
import aio.AcceptPause;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
//
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
// of a counter are an index into the array. The side that writes entries moves the tail, and the side that reads them
// moves the head. Each counter has one writer, so the queue needs no lock.
//
// ## What the entries are
//
// A submission has 64 bytes: the operation, a descriptor, the address and length of a buffer, flags, and 64 bits of
// *user data*, which mean nothing to the kernel ([SubmissionEntry](../lib/linux/SubmissionEntry.java) sets these
// fields). A completion has 16 bytes: the user data of its request, a result, and flags. The result is what the system
// call would return, or a negative `errno`. The user data is how we know which request has completed.
//
// [IoUring](../lib/linux/IoUring.java) creates the two rings and maps their memory; `add` fills the next submission.
// Here each ring has four entries, and we add ten requests that do nothing. In how many batches do they complete?

// %%
void tenRequests() throws IOException {
    try (var ring = new IoUring(4, 4)) {
        CompletionQueue done = ring.completions();
        for (int number = 1; number <= 10; number++) ring.add(SubmissionEntry.NOP, -1, number);
        for (int left = 10; left > 0; ) {
            ring.submitAndWait(1);
            String more = done.hasOverflowed() ? ", and more wait in the kernel" : "";
            var numbers = new StringJoiner(" ");
            for (; done.next(); left--) numbers.add(Long.toString(done.userData()));
            IO.println("completed: " + numbers + more);
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
// the other completions in a list and sets a flag (`IORING_SQ_CQ_OVERFLOW`). The next call moves them into the queue,
// so nothing is lost.
//
// ## Acquire and release
//
// What keeps us from reading an entry before the kernel has written it? The kernel writes the entry first and then moves
// the tail, and we read the tail first and then the entry. But compilers and processors can reorder loads and stores,
// so the accesses to the counters have to forbid it:
//
// | counter | access | what it promises |
// | --- | --- | --- |
// | [completion tail](../lib/linux/CompletionQueue.java#next) | load with *acquire* | we see every entry before that tail |
// | [completion head](../lib/linux/CompletionQueue.java#next) | store with *release* | we've read the entries before that head; the kernel can overwrite them |
// | [submission tail](../lib/linux/SubmissionQueue.java#publish) | store with *release* | the kernel sees every entry before that tail |
// | [submission head](../lib/linux/SubmissionQueue.java#pending) | load with *acquire* | the kernel has read the entries before that head; we can overwrite them |
//
// In Java, these are the methods `getAcquire` and `setRelease` of a
// [VarHandle](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/lang/invoke/VarHandle.html). Our rings
// have the flag `IORING_SETUP_DEFER_TASKRUN`: the kernel works on them only while our thread is in `io_uring_enter`, so
// they only keep the JIT compiler from reordering. Without the flag, another processor can write at the same time.
//
// If a thread reads memory that has been unmapped, the JVM crashes. So the mapping belongs to an
// [Arena](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/lang/foreign/Arena.html) that only the
// ring's thread can use, and [close](../lib/linux/IoUring.java#close) unmaps it. A later access throws an
// `IllegalStateException`.
//
// ## Buffers that the kernel chooses
//
// A `recv` in the ring needs a buffer while it waits, so 10,000 silent clients would need 10,000 buffers. Instead, we
// put free buffers into a third ring, a [BufferRing](../lib/linux/BufferRing.java). When data arrives, the kernel takes
// one, and the completion says which. We use the data and give the buffer back.
//
// Such a `recv` can be **multishot**, which means that it completes again and again, each time data arrives. (A
// multishot `accept` completes for each connection.) Its last completion is the one without the flag
// `IORING_CQE_F_MORE`.
//
// Here a client has sent twelve bytes, and there are two buffers of four. What happens when both are full?

// %%
void receive(IoUring ring, int fd) throws IOException {
    ring.add(SubmissionEntry.RECV, fd, 0).ioprio(SubmissionEntry.RECV_MULTISHOT).bufferGroup(0);
}

void twelveBytes() throws IOException {
    try (var pair = new LinuxPair(); var ring = new IoUring(4, 8)) {
        pair.send("hello, world");
        var buffers = new BufferRing(ring, 0, 2, 4);
        List<Integer> used = new ArrayList<>();
        receive(ring, pair.fd());
        for (int turn = 1; turn <= 2; turn++) {
            ring.submitAndWait(1);
            for (CompletionQueue done = ring.completions(); done.next(); ) {
                if (done.bufferId() >= 0) {
                    byte[] data = buffers.received(done.bufferId(), done.result()).toArray(ValueLayout.JAVA_BYTE);
                    IO.println("turn " + turn + ": '" + new String(data) + "' in buffer " + done.bufferId());
                    used.add(done.bufferId());
                } else IO.println("turn " + turn + ": " + Errno.name(-done.result()));
                if (!done.hasMore()) receive(ring, pair.fd());
            }
            used.forEach(buffers::giveBack);
            used.clear();
            buffers.publish();
        }
    }
}

void steps() throws IOException {
    LinuxRings.require();
    tenRequests();
    twelveBytes();
}

// %% [markdown]
// ```console server
// turn 1: 'hell' in buffer 0
// turn 1: 'o, w' in buffer 1
// turn 1: ENOBUFS
// turn 2: 'orld' in buffer 0
// ```
//
// Without a free buffer, the `recv` ends with `ENOBUFS`. The last four bytes stay in the socket until there are free
// buffers and a new `recv`.
//
// ## The loop
//
// This loop is a proactor: it waits for completions. Each of our connections has a
// [Protocol](../lib/lesson/Protocol.java), which gets the data, says what to send next, and says when it's over. The
// loop makes the requests. It keeps the kind of request in the upper half of the user data, and the descriptor in the
// lower half.

// %%
enum Op {
    ACCEPT, RECEIVE, SEND, CLOSE, RESUME, STOP, CANCEL;
    static final Op[] ALL = values();
}

class Connection {
    final int fd;
    final Protocol protocol;
    boolean receiving, sending, ended, broken, left;
    MemorySegment output; // what is left to send; null if nothing is

    Connection(int fd, Protocol protocol) { this.fd = fd; this.protocol = protocol; }
}

class Counts { long clients, calls; }

class Loop {
    final IoUring ring;
    final int listener;
    final Supplier<Protocol> protocols;
    final Counts counts;
    final BufferRing buffers;
    final MemorySegment time;
    final AcceptPause pause = new AcceptPause(System.err::println);
    final Map<Integer, Connection> connections = new HashMap<>();
    int atWork; // requests that will complete, or complete again
    boolean stopping;

    Loop(IoUring ring, int listener, Supplier<Protocol> protocols, Counts counts) throws IOException {
        this.ring = ring;
        this.listener = listener;
        this.protocols = protocols;
        this.counts = counts;
        buffers = new BufferRing(ring, 0, 256, 4096);
        time = ring.arena().allocate(16, 8); // seconds and nanoseconds
    }

    void run(EventFd stop) throws IOException {
        request(Op.STOP, SubmissionEntry.POLL_ADD, stop.fd()).opFlags(1); // POLLIN
        accept();
        while (atWork > 0) {
            buffers.publish();
            counts.calls++;
            ring.submitAndWait(1);
            for (CompletionQueue done = ring.completions(); done.next(); ) completed(done);
        }
        for (int fd : connections.keySet()) SocketCalls.close(fd);
    }

    SubmissionEntry request(Op op, byte opcode, int fd) throws IOException {
        atWork++;
        return ring.add(opcode, fd, (long) op.ordinal() << 32 | fd & 0xffffffffL);
    }

    void completed(CompletionQueue done) throws IOException {
        if (!done.hasMore()) atWork--;
        Connection conn = connections.get((int) done.userData());
        switch (Op.ALL[(int) (done.userData() >>> 32)]) {
            case ACCEPT -> accepted(done);
            case RECEIVE -> received(conn, done);
            case SEND -> sent(conn, done.result());
            case RESUME -> accept();
            case STOP -> stop();
            case CLOSE, CANCEL -> {}
        }
    }

    void accept() throws IOException {
        if (stopping) return;
        request(Op.ACCEPT, SubmissionEntry.ACCEPT, listener)
                .ioprio(SubmissionEntry.ACCEPT_MULTISHOT).opFlags(SocketCalls.SOCK_CLOEXEC);
    }

    void accepted(CompletionQueue done) throws IOException {
        if (done.result() >= 0) {
            var conn = new Connection(done.result(), protocols.get());
            counts.clients++;
            connections.put(conn.fd, conn);
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
        }
        if (!stopping && done.result() <= 0 && done.result() != -Errno.ENOBUFS) {
            conn.ended = true; // 0 is the end of the stream, the others are errors
            conn.protocol.ended();
        }
        makeRequests(conn);
    }

    void sent(Connection conn, int result) throws IOException {
        conn.sending = false;
        boolean isShort = 0 <= result && result < conn.output.byteSize();
        conn.output = isShort ? conn.output.asSlice(result) : null;
        conn.broken |= result < 0;
        if (result >= 0 && !isShort) conn.protocol.sent();
        makeRequests(conn);
    }

    void makeRequests(Connection conn) throws IOException {
        if (stopping) return;
        if (conn.output == null && !conn.broken) conn.output = conn.protocol.next();
        if (conn.output != null && !conn.sending) {
            conn.sending = true;
            request(Op.SEND, SubmissionEntry.SEND, conn.fd).buffer(conn.output).opFlags(SocketCalls.MSG_NOSIGNAL);
        }
        if (!conn.receiving && !conn.ended) {
            conn.receiving = true;
            request(Op.RECEIVE, SubmissionEntry.RECV, conn.fd)
                    .ioprio(SubmissionEntry.RECV_MULTISHOT).bufferGroup(0);
        }
        if (conn.protocol.isOver() && !conn.left && !conn.ended) {
            conn.left = true;
            try {
                SocketCalls.shutdown(conn.fd, SocketCalls.SHUT_WR);
            } catch (LinuxException e) {
                // The client has reset the connection, and the recv will complete with an error.
            }
        }
        if (conn.ended && !conn.receiving && !conn.sending) {
            connections.remove(conn.fd);
            request(Op.CLOSE, SubmissionEntry.CLOSE, conn.fd);
        }
    }

    void stop() throws IOException {
        stopping = true;
        request(Op.CANCEL, SubmissionEntry.ASYNC_CANCEL, -1)
                .opFlags(SubmissionEntry.CANCEL_ANY | SubmissionEntry.CANCEL_ALL);
    }
}

// %% [markdown]
// Each turn of `run` handles all completions, gives the used buffers back with one store, and calls `io_uring_enter`
// once, which submits the new requests and waits. (`shutdown` never waits, so it's an ordinary system call.)
//
// Three requests may need to be made again. A `recv` ends when there are no buffers. An `accept` ends when the process
// is out of descriptors; then the loop pauses, with a timeout request. And a `send` can be short: the kernel took only
// some of the bytes.
//
// To stop the loop, another thread makes an eventfd readable, for which the loop has a `poll` request. The loop then
// cancels all other requests and goes on until none is left. By then it has seen every connection that was accepted,
// so it can close them all, and the kernel no longer uses our memory. All of this happens on one thread, because the
// kernel cancels the requests of a thread that ends.
//
// ## Two mistakes
//
// What do the clients read if the server sends to Ann and to Bob from one buffer? What if it closes a descriptor while a
// `recv` on it is waiting?

// %%
void oneBufferForTwo() throws IOException {
    try (var ring = new IoUring(4, 8); var ann = new LinuxPair(); var bob = new LinuxPair()) {
        MemorySegment name = ring.arena().allocate(3);
        name.copyFrom(MemorySegment.ofArray("Ann".getBytes()));
        ring.add(SubmissionEntry.SEND, ann.fd(), 0).buffer(name);
        name.copyFrom(MemorySegment.ofArray("Bob".getBytes()));
        ring.add(SubmissionEntry.SEND, bob.fd(), 0).buffer(name);
        ring.submitAndWait(2);
        IO.println("Ann reads " + ann.read(3) + ", and Bob reads " + bob.read(3));
    }
}

void closedAtWork() throws IOException {
    try (var ring = new IoUring(4, 8); var pair = new LinuxPair()) {
        new BufferRing(ring, 0, 2, 4);
        receive(ring, pair.fd());
        ring.submitAndWait(0);
        pair.closeFd();
        IO.println("closed, and the client reads " + pair.read(1));
        ring.add(SubmissionEntry.ASYNC_CANCEL, -1, 1).opFlags(SubmissionEntry.CANCEL_ANY);
        ring.submitAndWait(2);
        IO.println("canceled, and the client reads " + pair.read(1));
    }
}

void mistakes() throws IOException {
    LinuxRings.require();
    oneBufferForTwo();
    closedAtWork();
}

// %% [markdown]
// ```console
// $ ./jbang io_uring_server --mistakes
// Ann reads Bob, and Bob reads Bob
// closed, and the client reads nothing in 300 ms
// canceled, and the client reads the end of the stream
// ```
//
// 1. A submission holds the address of the bytes, and the kernel reads them only when it sends. So a buffer must not
//    change until its request has completed. The fix is a second buffer. (What our protocols send never changes.)
// 2. A request keeps its socket open, so no FIN (which ends a stream) is sent until the `recv` is canceled. And if
//    the next client gets the same descriptor, a late completion reaches the wrong connection. The fix is the last `if`
//    in `makeRequests`: it closes a connection only when none of its requests is left.

// %%
Server start(String host, int port, Supplier<Protocol> protocols) throws IOException {
    LinuxRings.require();
    int listener = LinuxSockets.listen(host, port);
    SocketCalls.noDelay(listener);
    var stop = new EventFd();
    var counts = new Counts();
    return Server.start(host, LinuxSockets.port(listener), () -> {
        try (stop; var ring = new IoUring(256, 4096)) {
            new Loop(ring, listener, protocols, counts).run(stop);
        } finally {
            SocketCalls.close(listener);
        }
    }, stop::signal, () -> "%,d clients, %,d calls of io_uring_enter".formatted(counts.clients, counts.calls));
}

void main(String... args) throws Exception {
    String usage = """
            io_uring_server [host] [port] [--http] [--steps] [--mistakes]

            A server whose reads and writes are done by the kernel, through the rings of io_uring.

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8888)
              --http      give every HTTP request the same answer, instead of the conversation
              --steps     do not serve: run the two experiments before the loop
              --mistakes  do not serve: show two mistakes
            """;
    if (List.of(args).contains("--steps")) Script.run(usage, args, _ -> steps());
    else if (List.of(args).contains("--mistakes")) Script.run(usage, args, _ -> mistakes());
    else Script.serve(usage, args,
            a -> start(a.host(), a.port(8888), a.has("--http") ? FixedAnswer::new : Conversation::new));
}

// %% [markdown]
// ## Run it
//
// [Conversation](../lib/lesson/Conversation.java) is the one of [aio_callback_server](aio_callback_server.java):
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
// This needs Linux 6.1. Where io_uring is switched off, the server says so in one line and ends.
// [Docker's default profile](https://github.com/moby/moby/pull/46762), for example, forbids it, because of its security
// record.
//
// ## What it brings
//
// To answer a single client, an epoll loop makes three system calls: `epoll_wait`, `recv`, and `send`. How many does
// this one make? With `--http` it gives the same answer to every HTTP request, so we can load it with
// [wrk](https://github.com/wg/wrk): `wrk -t1 -c1 -d4 http://localhost:8888/`, then `-c32` and `-c128`. Press Ctrl-C
// after each, and read the server's last line:
//
// | connections | answers | calls of io_uring_enter | calls an answer |
// | --: | --: | --: | --: |
// | 1 | 355,756 | 711,504 | 2.00 |
// | 32 | 600,005 | 178,399 | 0.30 |
// | 128 | 569,394 | 126,246 | 0.22 |
//
// With one connection there are two: the call that submits the `send` returns at once, because the `send` has completed,
// and the next call waits for data. With more connections, one call serves several of them. `strace -f -c -p PID` shows
// that the loop makes no other calls. These are the first lines for four seconds with 32 connections; `futex` and
// `restart_syscall` belong to other threads of the JVM:
//
// ```text
// % time     seconds  usecs/call     calls    errors syscall
// ------ ----------- ----------- --------- --------- ----------------
//  54.11    9.337994      155633        60        27 futex
//  28.69    4.950588      825098         6         6 restart_syscall
//  17.19    2.967108          31     94238           io_uring_enter
// ```
//
// Fewer calls don't mean as much less CPU, because the kernel does the same work as in `recv` and `send`. Compared with
// an epoll loop in Java, an answer costs more CPU time with 1 connection, about the same with 32, and 6 to 19 % less
// with 128.

// %% tags=["active-ipynb"]
// steps();
// mistakes();
// try (var server = start("localhost", 0, Conversation::new); var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     client.shutdownOutput();
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% [markdown]
// ## What it still can't do
//
// A protocol is a set of callbacks and flags again, and harder to follow than the four lines of
// [aio_coroutine_server](aio_coroutine_server.java). A coroutine could wait for a completion in the same way as for
// readiness, but each wait would cost two switches. How much is that? [coroutine_cost](coroutine_cost.java) measures it.
//
// ## Exercises
//
// 1. Give the flag `IOSQE_CQE_SKIP_SUCCESS` to each `send`, so that it completes only if it fails. How many calls does
//    an answer take with one connection now?
// 2. Close a connection that has been silent for ten seconds. Which request tells the time, and which must be canceled?
