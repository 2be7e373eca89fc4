// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptPause.java
//SOURCES ../lib/lesson/EchoLoad.java ../lib/lesson/IdleDescriptors.java
//SOURCES ../lib/linux/Epoll.java ../lib/linux/EventFd.java ../lib/linux/FdSet.java
//SOURCES ../lib/linux/LinuxException.java ../lib/linux/PollSet.java ../lib/linux/SocketCalls.java
//SOURCES ../lib/script/LinuxSockets.java ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
import module java.base;
import aio.AcceptPause;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lesson.EchoLoad;
import lesson.IdleDescriptors;
import linux.Epoll;
import linux.EventFd;
import linux.FdSet;
import linux.LinuxException;
import linux.PollSet;
import linux.SocketCalls;
import script.LinuxSockets;
import script.NetworkText;
import script.Script;
import script.ScriptException;
import script.Server;

// %% [markdown]
// # Three ways to wait for many sockets
//
// [nio_server](nio_server.java) polls every socket and keeps a core busy, and
// [bio_threaded_server](bio_threaded_server.java) spends a thread on each client, because a thread can sleep in only
// one `read`. How can one thread sleep until *any* of its sockets has something to read?
//
// It needs a call that takes all the sockets at once. Waiting for many in one call is **I/O multiplexing**, and Linux
// has three calls for it: `select`, `poll` and `epoll_wait`. What does the program hand over each time?
//
// ```diagram
//   program                                      kernel
//     |                                            |
//     |--- select(a bit for each descriptor) ----->|  looks at every descriptor in the set
//     |<-- the same bits, overwritten -------------|
//     |                                            |
//     |--- poll(an array of descriptors) --------->|  looks at every descriptor in the array
//     |<-- the same array, the ready ones marked --|
//     |                                            |
//     |--- epoll_ctl(add, 7) --------------------->|  keeps 7 in a set of its own
//     |--- epoll_wait() -------------------------->|  looks at its list of ready ones
//     |<-- only the ready ones --------------------|
// ```
//
// Java code can make these calls itself, by the foreign function API ([JEP 454](https://openjdk.org/jeps/454)). The
// small classes in [lib/linux](../lib/linux/Epoll.java) do that, one method for a call, so this chapter runs only on
// Linux. A socket here is what it is in C: a descriptor, an `int`.

// %%
interface Waiting extends AutoCloseable {
    void add(int fd) throws IOException;

    void remove(int fd) throws IOException;

    /** Returns the descriptors that are readable; none after the time in milliseconds (-1: no limit). */
    int[] await(int millis) throws IOException;

    default void close() throws IOException {}
}

// %% [markdown]
// ## select
//
// `select` ([man page](https://man7.org/linux/man-pages/man2/select.2.html)) takes a set of bits, in which bit 7
// stands for descriptor 7. The kernel overwrites it with the result, so we keep our own copy and fill the set again
// for each call. Afterwards we look through all of them for those that are ready.

// %%
class WithSelect implements Waiting {
    final BitSet watched = new BitSet();
    final FdSet set;
    final int bits;

    WithSelect(int bits) {
        this.bits = bits;
        this.set = new FdSet(bits);
    }

    public void add(int fd) throws IOException {
        if (fd >= bits) throw new IOException("descriptor " + fd + " doesn't fit into a set of " + bits);
        watched.set(fd);
    }

    public void remove(int fd) {
        watched.clear(fd);
    }

    public int[] await(int millis) throws IOException {
        set.zero();
        for (int fd = watched.nextSetBit(0); fd >= 0; fd = watched.nextSetBit(fd + 1)) set.set(fd);
        int ready = set.awaitReadable(watched.length(), millis);
        return ready == 0 ? new int[0] : watched.stream().filter(set::isSet).toArray();
    }
}

// %% [markdown]
// ## poll
//
// `poll` ([man page](https://man7.org/linux/man-pages/man2/poll.2.html)) takes an array, with one entry for each
// descriptor: its number, what to wait for, and room for the kernel's answer. The array stays as it is, but the
// kernel still has to look at all of it, and so do we.

// %%
class WithPoll implements Waiting {
    final PollSet set = new PollSet();

    public void add(int fd) {
        set.add(fd, PollSet.POLLIN);
    }

    public void remove(int fd) {
        set.remove(IntStream.range(0, set.size()).filter(i -> set.fd(i) == fd).findFirst().orElseThrow());
    }

    public int[] await(int millis) throws IOException {
        int ready = set.await(millis);
        if (ready == 0) return new int[0];
        return IntStream.range(0, set.size()).filter(i -> set.readyEvents(i) != 0).map(set::fd).toArray();
    }
}

// %% [markdown]
// ## epoll
//
// With [epoll](https://man7.org/linux/man-pages/man7/epoll.7.html), the set lives in the kernel. We change it when a
// client comes or goes, and a wait hands over nothing. When bytes arrive, the kernel puts the descriptor on a list of
// ready ones, so the wait only has to look at that list.

// %%
class WithEpoll implements Waiting {
    final Epoll epoll = new Epoll(256);

    WithEpoll() throws IOException {}

    public void add(int fd) throws IOException {
        epoll.add(fd, Epoll.EPOLLIN);
    }

    public void remove(int fd) throws IOException {
        epoll.remove(fd);
    }

    public int[] await(int millis) throws IOException {
        return IntStream.range(0, epoll.await(millis)).map(epoll::readyFd).toArray();
    }

    public void close() throws IOException {
        epoll.close();
    }
}

Waiting waiting(String with, int bits) throws IOException {
    return switch (with) {
        case "select" -> new WithSelect(bits);
        case "poll" -> new WithPoll();
        default -> new WithEpoll();
    };
}

// %% [markdown]
// ## The server
//
// The loop is the same for all three. It waits, and does what it can for each ready descriptor: accept a connection,
// or receive and print. A thread in a system call doesn't notice Java's interrupt, so the set also holds an
// [eventfd](https://man7.org/linux/man-pages/man2/eventfd.2.html), a counter in the kernel. To stop the server,
// another thread adds 1 to it, which makes it readable. `AcceptPause` is the pause of `nio_server` when the process
// is out of descriptors; meanwhile the listener leaves the set, or each wait would return at once because of it.
//
// `select` has a remark under 'bugs' in its man page: it may report a socket and the `read` still blocks, for example
// because the kernel drops a packet with a wrong checksum. This is a **spurious readiness**, and it's why each
// descriptor is non-blocking: where `recv` would have to wait, it returns `-EAGAIN`, and we go on.
//
// The second kind of client, for `--http`, gets the same answer to each HTTP request (which ends with an empty line).
// It's there to put load on the loop.

// %%
interface Client {
    void received(MemorySegment bytes) throws IOException;

    default void ended() {}
}

class PrintingClient implements Client {
    final NetworkText text = new NetworkText();

    public void received(MemorySegment bytes) {
        print(text.decode(bytes.asByteBuffer()));
    }

    public void ended() {
        print(text.end());
    }

    void print(String received) {
        if (!received.isEmpty()) IO.println(received);
    }
}

class FixedAnswer implements Client {
    static final MemorySegment ANSWER = Arena.global().allocateFrom(ValueLayout.JAVA_BYTE,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok".getBytes());
    final int fd;
    boolean lineIsEmpty;

    FixedAnswer(int fd) {
        this.fd = fd;
    }

    public void received(MemorySegment bytes) throws IOException {
        for (long i = 0; i < bytes.byteSize(); i++) {
            byte b = bytes.get(ValueLayout.JAVA_BYTE, i);
            if (b == '\n' && lineIsEmpty && SocketCalls.send(fd, ANSWER) < ANSWER.byteSize())
                throw new IOException("the client doesn't read its answers");
            if (b != '\r') lineIsEmpty = b == '\n';
        }
    }
}

class Loop {
    final int listener;
    final EventFd stop = new EventFd();
    final IntFunction<Client> handler;
    final Map<Integer, Client> clients = new HashMap<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(1024);
    final AcceptPause pause = new AcceptPause(System.err::println);
    long accepted, waits;

    Loop(int listener, IntFunction<Client> handler) throws IOException {
        this.listener = listener;
        this.handler = handler;
    }

    void run(Waiting waiting) throws IOException {
        try (stop; waiting) {
            waiting.add(stop.fd());
            waiting.add(listener);
            boolean listening = true;
            while (true) {
                int left = (int) pause.millis();
                if (listening && left > 0) waiting.remove(listener);
                if (!listening && left == 0) waiting.add(listener);
                listening = left == 0;
                waits++;
                for (int fd : waiting.await(listening ? -1 : left)) {
                    if (fd == stop.fd()) return;
                    if (fd == listener) accept(waiting);
                    else if (!receive(fd)) leave(waiting, fd);
                }
            }
        } finally {
            for (int fd : clients.keySet()) SocketCalls.close(fd);
            SocketCalls.close(listener);
        }
    }

    void accept(Waiting waiting) throws IOException {
        int fd;
        try {
            fd = SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
        } catch (LinuxException e) {
            pause.begin(e);
            return;
        }
        if (fd < 0) return; // -EAGAIN: the client has left already
        try {
            waiting.add(fd);
            clients.put(fd, handler.apply(fd));
            accepted++;
        } catch (IOException e) {
            System.err.println("refused a client: " + e.getMessage());
            SocketCalls.close(fd);
        }
    }

    /** Returns whether the connection goes on. */
    boolean receive(int fd) {
        try {
            int n = SocketCalls.recv(fd, buffer);
            if (n > 0) clients.get(fd).received(buffer.asSlice(0, n));
            if (n == 0) clients.get(fd).ended();
            return n != 0; // -EAGAIN is a spurious readiness
        } catch (IOException e) {
            return false;
        }
    }

    void leave(Waiting waiting, int fd) throws IOException {
        waiting.remove(fd);
        clients.remove(fd);
        SocketCalls.close(fd);
    }
}

Server start(String host, int port, String with, int bits, boolean http) throws IOException {
    if (!List.of("select", "poll", "epoll").contains(with))
        throw new ScriptException("--with must be select, poll or epoll, not '" + with + "'");
    int listener = LinuxSockets.listen(host, port);
    var loop = new Loop(listener, fd -> http ? new FixedAnswer(fd) : new PrintingClient());
    String call = with.equals("epoll") ? "epoll_wait" : with;
    return Server.start(host, LinuxSockets.port(listener), () -> loop.run(waiting(with, bits)),
            loop.stop::signal,
            () -> "%,d clients, %,d calls of %s".formatted(loop.accepted, loop.waits, call));
}

// %% [markdown]
// ## The limit of 1,024
//
// In C, `select`'s set has the type `fd_set`, and that has `FD_SETSIZE` bits: 1,024. A larger descriptor makes C's
// macro `FD_SET` write past the end of the set, into whatever is there. `WithSelect.add` refuses such a client
// instead. But whose limit is it, the kernel's? Both servers here get Bob when 1,024 descriptors are open already,
// the second one with a set of 65,536 bits:

// %%
void hello(Server server, String text) {
    try (var socket = new Socket(server.host(), server.port())) {
        socket.getOutputStream().write(text.getBytes());
        socket.shutdownOutput();
        socket.getInputStream().read(); // returns when the server closes
    } catch (IOException e) {
        // The server refused us.
    }
}

void limit() throws IOException {
    for (int bits : List.of(FdSet.FD_SETSIZE, 65_536)) {
        try (var server = start("localhost", 0, "select", bits, false)) {
            try (var _ = new IdleDescriptors(FdSet.FD_SETSIZE)) {
                hello(server, "hello from Bob");
            }
        }
    }
}

// %% [markdown]
// ```console
// $ ./jbang io_multiplexing --limit
// server started on localhost:[...]
// refused a client: descriptor [...] doesn't fit into a set of 1024
// server stopped: 0 clients, 2 calls of select
// server started on localhost:[...]
// hello from Bob
// server stopped: 1 clients, 4 calls of select
// ```
//
// The kernel takes a set of any size, so the limit belongs to the C library (the man page says so). A C
// program with more descriptors than that uses `poll` or `epoll`.
//
// ## Level and edge
//
// All three calls are **level-triggered**: they report a descriptor for as long as it's ready. `epoll` has a second
// way: with `EPOLLET` it's **edge-triggered** and reports a descriptor only when something new arrives. A client
// sends 26 bytes at once. The server's buffer holds ten. What does the server print with level, and what with edge?

// %%
void trigger(String name, int interest, boolean untilEmpty) throws IOException {
    var buffer = Arena.ofAuto().allocate(10);
    int listener = LinuxSockets.listen("localhost", 0);
    try (var client = new Socket("localhost", LinuxSockets.port(listener)); var epoll = new Epoll(1)) {
        int conn = SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
        epoll.add(conn, interest);
        client.getOutputStream().write("abcdefghijklmnopqrstuvwxyz".getBytes());
        int left = 26;
        while (left > 0 && epoll.await(500) > 0) {
            do {
                int n = SocketCalls.recv(conn, buffer);
                if (n < 0) break; // -EAGAIN
                left -= n;
                var bytes = buffer.asSlice(0, n).asByteBuffer();
                IO.println(name + ": " + StandardCharsets.US_ASCII.decode(bytes));
            } while (untilEmpty);
        }
        if (left > 0) IO.println(name + ": nothing for 500 ms, but " + left + " bytes are waiting");
        SocketCalls.close(conn);
    } finally {
        SocketCalls.close(listener);
    }
}

void edge() throws IOException {
    trigger("level", Epoll.EPOLLIN, false);
    trigger("edge", Epoll.EPOLLIN | Epoll.EPOLLET, false);
    trigger("edge, until -EAGAIN", Epoll.EPOLLIN | Epoll.EPOLLET, true);
}

// %% [markdown]
// ```console
// $ ./jbang io_multiplexing --edge
// level: abcdefghij
// level: klmnopqrst
// level: uvwxyz
// edge: abcdefghij
// edge: nothing for 500 ms, but 16 bytes are waiting
// edge, until -EAGAIN: abcdefghij
// edge, until -EAGAIN: klmnopqrst
// edge, until -EAGAIN: uvwxyz
// ```
//
// Under edge, the bytes that nobody read are no news, so the wait would last until the client sends more. If the
// client waits for an answer, both wait forever. The cure is to call `recv` until it returns `-EAGAIN`. Java's
// `Selector` is level-triggered, so it has no such trap.
//
// ## What one wait costs
//
// Suppose a server has many clients, and one of them has sent something. Which of the three waits depends on the
// number of the silent ones? `--cost` answers with eventfds as silent clients:

// %%
double microseconds(Waiting waiting) throws IOException {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
        long start = System.nanoTime(), waits = 0;
        for (; System.nanoTime() - start < 50_000_000; waits++) waiting.await(0);
        best = Math.min(best, (System.nanoTime() - start) / 1e3 / waits);
    }
    return best;
}

void cost() throws IOException {
    IO.println("microseconds a wait, the fastest of ten rounds");
    IO.println("  idle    select      poll     epoll");
    for (int count : List.of(10, 100, 1_000, 10_000)) {
        String line = "%,6d".formatted(count);
        try (var idle = new IdleDescriptors(count); var ready = new EventFd()) {
            ready.signal();
            for (String with : List.of("select", "poll", "epoll")) {
                try (Waiting waiting = waiting(with, 65_536)) {
                    for (int fd : idle.fds()) waiting.add(fd);
                    waiting.add(ready.fd());
                    line += "%,10.1f".formatted(microseconds(waiting));
                }
            }
        }
        IO.println(line);
    }
}

// %% [markdown]
// ```console
// $ ./jbang io_multiplexing --cost
// microseconds a wait, the fastest of ten rounds
//   idle    select      poll     epoll
//     10 [...]
//    100 [...]
//  1,000 [...]
// 10,000 [...]
// ```
//
// On our machine, `select` and `poll` take about 800 microseconds with 10,000 idle descriptors and 2 with ten. Both
// the kernel and the program look at each of them, although a single one is ready. `epoll` takes half a microsecond
// with 10,000, because its cost grows with the number of *ready* descriptors. With ten clients, any of the three will
// do.
//
// ## Selector is epoll
//
// Java's `Selector` makes these calls for you: in JDK 25,
// [on Linux](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/DefaultSelectorProvider.java)
// it's epoll, and
// [on macOS](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/macosx/classes/sun/nio/ch/DefaultSelectorProvider.java)
// kqueue, which keeps its set in the kernel too. Does it cost more than epoll called directly? And on a virtual
// thread, which shouldn't block its carrier? One client sends 20,000 messages of one byte and waits for the echo of
// each.

// %%
void echoByEpoll(int conn) throws IOException {
    var buffer = Arena.ofAuto().allocate(1);
    try (var epoll = new Epoll(1)) {
        epoll.add(conn, Epoll.EPOLLIN);
        while (true) {
            epoll.await(-1);
            if (SocketCalls.recv(conn, buffer) == 0) return;
            SocketCalls.send(conn, buffer);
        }
    }
}

void echoBySelector(SocketChannel conn) throws IOException {
    var buffer = ByteBuffer.allocateDirect(1);
    try (var selector = Selector.open()) {
        conn.register(selector, SelectionKey.OP_READ);
        while (true) {
            selector.select(_ -> {});
            if (conn.read(buffer.clear()) < 0) return;
            conn.write(buffer.flip());
        }
    }
}

// %% [markdown]
// [EchoLoad](../lib/lesson/EchoLoad.java) runs the client, a plain blocking socket, the same for all. Its CPU time is
// part of what is printed.

// %%
void messages(String how) throws Exception {
    switch (how) {
        case "epoll" -> EchoLoad.onDescriptor(how, conn -> echoByEpoll(conn));
        case "platform" -> EchoLoad.onChannel(how, Thread.ofPlatform(), conn -> echoBySelector(conn));
        case "virtual" -> EchoLoad.onChannel(how, Thread.ofVirtual(), conn -> echoBySelector(conn));
        default -> throw new ScriptException(
                "--messages must be epoll, platform or virtual, not '" + how + "'");
    }
}

// %% [markdown]
// With `-c`, `strace` counts the calls of each way:
//
// ```text
// $ strace -f -c -e trace=epoll_wait,epoll_ctl -o calls ./jbang io_multiplexing --messages virtual
// ```
//
// | `--messages` | waits with | calls of epoll_wait | calls of epoll_ctl | CPU a message, client included |
// | --- | --- | --: | --: | --: |
// | `epoll` | epoll, called directly | 20,001 | 1 | 14 us |
// | `platform` | `Selector` on a platform thread | 20,001 | 2 | 14 us |
// | `virtual` | `Selector` on a virtual thread | 48,327 | 14,172 | 27 us |
//
// On a platform thread, `Selector` adds nothing that we could measure. On a virtual thread, JDK 25 first calls
// `epoll_wait` without waiting
// ([`doSelect`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/EPollSelectorImpl.java)).
// If nothing is ready, it hands the epoll descriptor itself to a second epoll, on which a platform thread of the JDK
// waits, and parks the virtual thread. Then that thread unparks ours, which calls `epoll_wait` once more. In this
// run, 14,172 of the 20,000 waits took that way, with two more calls of `epoll_wait` and one of `epoll_ctl` each. So
// where you can choose, give a selector a platform thread. A call of ours, `Epoll.await`, would hold on to its
// carrier all the time, which is worse: no other virtual thread could use it.

// %%
void main(String... args) throws Exception {
    String usage = """
            io_multiplexing [host] [port] [--with CALL] [--bits N] [--http] [--limit] [--edge] [--cost] [--messages HOW]

            A server on one thread that waits for all its sockets with select, poll or epoll (Linux only).

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8888)
              --with CALL     how to wait: select, poll or epoll (default epoll)
              --bits N        the size of select's set, from 64 to 1000000 (default 1024)
              --http          give each HTTP request the same small answer, instead of printing
              --limit         show what select does with a descriptor that doesn't fit into its set, and stop
              --edge          show level and edge triggering, and stop
              --cost          print what a wait costs by the number of idle descriptors, and stop
              --messages HOW  measure an echo with epoll, or a selector on a platform or virtual thread
            """;
    if (Stream.of(args).noneMatch(arg -> arg.matches("--(limit|edge|cost|messages.*)"))) {
        Script.serve(usage, args, a -> start(a.host(), a.port(8888), a.text("--with", "epoll"),
                a.number("--bits", FdSet.FD_SETSIZE, 64, 1_000_000), a.has("--http")));
        return;
    }
    Script.run(usage, args, a -> {
        if (a.has("--limit")) limit();
        if (a.has("--edge")) edge();
        if (a.has("--cost")) cost();
        if (a.has("--messages")) messages(a.text("--messages", ""));
    });
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang io_multiplexing --with epoll
// server started on localhost:8888
// ```
//
// In another terminal, one client that sends a message, and one that stays silent for a second and leaves:
//
// ```console
// $ ./jbang http_client
// client sent its data
// $ sleep 1 | ./jbang talk localhost 8888
// ```
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ^Cserver stopped: 2 clients, 6 calls of epoll_wait
// ```
//
// Five events, five waits, and the sixth ends with Ctrl-C. With `--with select` and `--with poll` it's the same
// number of waits. When many clients send at once, one wait reports them together: with `--http`, `wrk -t1 -c32 -d4
// http://localhost:8888/` got 80,710 answers, and `strace -f -c -p PID` counted 80,774 calls of `recv`, 80,741 of
// `send` and 2,568 of `epoll_wait`.

// %% tags=["active-ipynb"]
// edge();
// limit();

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, "poll", FdSet.FD_SETSIZE, false)) {
//     hello(server, "hello from a cell");
// }

// %% [markdown]
// ## Five models
//
// The usual list of I/O models (W. Richard Stevens, *UNIX Network Programming*) has five, and with this chapter
// you've seen three. They differ in where the thread waits and in who copies the bytes from the kernel's buffer into
// ours:
//
// | model | chapter | who waits, and where | who copies the bytes | system calls to receive a message |
// | --- | --- | --- | --- | --- |
// | blocking | [bio_server](bio_server.java) | the client's own thread, in `read` | our thread, in `read` | 1 |
// | non-blocking | `nio_server` | nobody: the thread polls | our thread, in `read` | 1, and all those that find nothing |
// | multiplexing | this one | one thread for all, in `epoll_wait` | our thread, in `recv` | 2; with 32 busy clients 1.03 |
// | signal-driven | [signal_driven_server](signal_driven_server.java) | one thread for all, in `sigtimedwait` | our thread, in `recv` | 3 |
// | asynchronous | [io_uring_server](io_uring_server.java) | one thread for all, in `io_uring_enter` | the kernel, before it tells us | 1; with 32 busy clients 0.3, and that includes the answer |
//
// In the first four, somebody learns that bytes are there, and then our thread fetches them: readiness. Only the last
// one is completion.
//
// ## What it still can't do
//
// The thread that waits can do nothing else, and it has to come back to the wait to learn anything at all. Could the
// kernel tell a thread by itself that something has happened? [signal_driven_server](signal_driven_server.java) lets
// it send a signal.
//
// ## Exercises
//
// 1. Let `accept` in `Loop` accept until it gets `-EAGAIN`. How many waits does the server need for 100 clients that
//    connect while it's stopped with Ctrl-Z?
// 2. Leave `waiting.remove(fd)` out. What happens with `select`, with `poll` and with `epoll` when a client leaves?
// 3. Watch the clients with `EPOLLET` and `recv` until `-EAGAIN`. How many calls does a message take now, and which
//    of the two ways takes fewer?
