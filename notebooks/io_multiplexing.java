// %%
//JAVA 25+
//SOURCES ../lib/lesson/EchoLoad.java ../lib/lesson/FixedAnswer.java ../lib/lesson/IdleDescriptors.java
//SOURCES ../lib/lesson/LinuxAcceptor.java ../lib/lesson/LinuxAnswers.java ../lib/lesson/Printing.java
//SOURCES ../lib/lesson/Protocol.java ../lib/lesson/Waiting.java ../lib/linux/Epoll.java ../lib/linux/EventFd.java
//SOURCES ../lib/linux/Fcntl.java ../lib/linux/FdSet.java ../lib/linux/PollSet.java ../lib/linux/SocketCalls.java
//SOURCES ../lib/measure/WaitCosts.java ../lib/script/LinuxPair.java ../lib/script/LinuxSockets.java
//SOURCES ../lib/script/Script.java
import module java.base;
import lesson.EchoLoad;
import lesson.FixedAnswer;
import lesson.IdleDescriptors;
import lesson.LinuxAcceptor;
import lesson.LinuxAnswers;
import lesson.Printing;
import lesson.Protocol;
import lesson.Waiting;
import linux.Epoll;
import linux.EventFd;
import linux.Fcntl;
import linux.FdSet;
import linux.PollSet;
import linux.SocketCalls;
import measure.WaitCosts;
import script.LinuxPair;
import script.LinuxSockets;
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
// small classes in [lib/linux](../lib/linux/Epoll.java) do that, so this chapter runs only on Linux. A socket here is
// what it is in C: a descriptor, an `int`. We give the three one interface, [Waiting](../lib/lesson/Waiting.java): you
// `add` and `remove` descriptors, and `await` returns those that are readable.
//
// ## select, poll, epoll
//
// `select` ([man page](https://man7.org/linux/man-pages/man2/select.2.html)) takes a set of bits, in which bit 7
// stands for descriptor 7. The kernel overwrites it with the result, so we keep our own copy and fill the set again
// for each call. Afterwards we look through all of them for those that are ready.

// %%
class WithSelect implements Waiting {
    final BitSet watched = new BitSet();
    final FdSet set;
    WithSelect(int bits) { set = new FdSet(bits); }

    public void add(int fd) throws IOException {
        if (fd >= set.size()) throw new IOException("descriptor " + fd + " doesn't fit into a set of " + set.size());
        watched.set(fd);
    }

    public void remove(int fd) { watched.clear(fd); }
    public int[] await(int millis) throws IOException {
        set.zero();
        for (int fd = watched.nextSetBit(0); fd >= 0; fd = watched.nextSetBit(fd + 1)) set.set(fd);
        set.awaitReadable(watched.length(), millis);
        return watched.stream().filter(set::isSet).toArray();
    }
}

// %% [markdown]
// `poll` ([man page](https://man7.org/linux/man-pages/man2/poll.2.html)) takes an array, with one entry for each
// descriptor: its number, what to wait for, and room for the kernel's answer. The array stays as it is, but the
// kernel still has to look at all of it, and so do we.

// %%
class WithPoll implements Waiting {
    final PollSet set = new PollSet();
    public void add(int fd) { set.add(fd, PollSet.POLLIN); }
    public void remove(int fd) { set.remove(set.indexOf(fd)); }
    public int[] await(int millis) throws IOException {
        int entries = set.await(millis) == 0 ? 0 : set.size();
        return IntStream.range(0, entries).filter(i -> set.readyEvents(i) != 0).map(set::fd).toArray();
    }
}

// %% [markdown]
// With [epoll](https://man7.org/linux/man-pages/man7/epoll.7.html), the set lives in the kernel. We change it when a
// client comes or goes, and a wait hands over nothing. When bytes arrive, the kernel puts the descriptor on a list of
// ready ones, so the wait only has to look at that list.

// %%
class WithEpoll implements Waiting {
    final Epoll epoll = new Epoll(256);
    WithEpoll() throws IOException {}
    public void add(int fd) throws IOException { epoll.add(fd, Epoll.EPOLLIN); }
    public void remove(int fd) throws IOException { epoll.remove(fd); }
    public void close() throws IOException { epoll.close(); }

    public int[] await(int millis) throws IOException {
        return IntStream.range(0, epoll.await(millis)).map(epoll::readyFd).toArray();
    }
}

Waiting waiting(String with, int bits) throws IOException {
    return with.equals("select") ? new WithSelect(bits) : with.equals("poll") ? new WithPoll() : new WithEpoll();
}

// %% [markdown]
// ## The server
//
// The loop is the same for all three. It waits, and does what it can for each ready descriptor: accept a connection,
// or receive. A `Protocol` gets the bytes: `Printing` prints them, and `FixedAnswer` answers HTTP requests, so that we
// can put load on the loop. `LinuxAcceptor` is the `Acceptor` of `nio_server` for descriptors; while it pauses, it
// takes the listener out of the set. A thread in a system call doesn't notice Java's interrupt, so the set also holds
// an [eventfd](https://man7.org/linux/man-pages/man2/eventfd.2.html), a counter in the kernel, which another thread
// makes readable to stop the server.
//
// The man page of `select` has a remark under 'bugs': it may report a socket and the `read` still blocks, for example
// because the kernel drops a packet with a wrong checksum. This is a **spurious readiness**, and it's why each
// descriptor is non-blocking: where `recv` would have to wait, it returns `-EAGAIN`, and we go on.

// %%
class Loop {
    final Map<Integer, Protocol> clients = new HashMap<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(1024);
    long accepted, waits;

    void run(int listener, EventFd stop, Waiting waiting, Supplier<Protocol> protocols) throws IOException {
        var acceptor = new LinuxAcceptor(listener, System.err::println);
        try (stop; waiting) {
            waiting.add(stop.fd());
            waiting.add(listener);
            while (true) {
                waits++;
                for (int fd : waiting.await(acceptor.timeout(waiting))) {
                    if (fd == stop.fd()) return;
                    if (fd == listener) add(waiting, acceptor.accept(), protocols.get());
                    else if (!receive(fd, clients.get(fd))) remove(waiting, fd);
                }
            }
        } finally {
            for (int fd : clients.keySet()) SocketCalls.close(fd);
            SocketCalls.close(listener);
        }
    }

    void add(Waiting waiting, int fd, Protocol client) throws IOException {
        if (fd < 0) return; // the client has left already, or a pause begins
        try {
            waiting.add(fd);
            clients.put(fd, client);
            accepted++;
        } catch (IOException e) {
            System.err.println("refused a client: " + e.getMessage());
            SocketCalls.close(fd);
        }
    }

    /** Returns whether the connection goes on. */
    boolean receive(int fd, Protocol client) {
        try {
            int n = SocketCalls.recv(fd, buffer);
            if (n > 0) client.received(buffer.asSlice(0, n));
            if (n == 0) client.ended();
            return n != 0 && LinuxAnswers.send(fd, client); // n < 0 is -EAGAIN, a spurious readiness
        } catch (IOException e) {
            return false;
        }
    }

    void remove(Waiting waiting, int fd) throws IOException {
        waiting.remove(fd);
        clients.remove(fd);
        SocketCalls.close(fd);
    }
}

Server start(String host, int port, String with, int bits, Supplier<Protocol> protocols) throws IOException {
    if (!with.matches("select|poll|epoll"))
        throw new ScriptException("--with must be select, poll or epoll, not '" + with + "'");
    int listener = LinuxSockets.listen(host, port);
    var stop = new EventFd();
    var loop = new Loop();
    return Server.start(host, LinuxSockets.port(listener),
            () -> loop.run(listener, stop, waiting(with, bits), protocols), stop::signal,
            () -> "%,d clients, %,d waits with %s".formatted(loop.accepted, loop.waits, with));
}

// %% [markdown]
// ## The limit of 1,024
//
// In C, `select`'s set has the type `fd_set`, with 1,024 bits (`FD_SETSIZE`). For a larger descriptor, the macro
// `FD_SET` writes past the end of the set, into whatever is there. Our `add` refuses such a client instead. But whose
// limit is it, the kernel's? Bob connects to two servers that have 1,024 descriptors open already. The second one has
// a set of 65,536 bits.

// %%
void limit() throws IOException {
    for (int bits : List.of(FdSet.FD_SETSIZE, 65_536)) {
        try (var server = start("localhost", 0, "select", bits, Printing::new);
                var _ = new IdleDescriptors(FdSet.FD_SETSIZE);
                var bob = new Socket(server.host(), server.port())) {
            bob.getOutputStream().write("hello from Bob".getBytes());
            bob.shutdownOutput();
            bob.getInputStream().read(); // returns when the server closes
        } catch (SocketException e) {
            // The server refused him.
        }
    }
}

// %% [markdown]
// ```console
// $ ./jbang io_multiplexing --limit
// server started on localhost:[...]
// refused a client: descriptor [...] doesn't fit into a set of 1024
// server stopped: 0 clients, 2 waits with select
// server started on localhost:[...]
// hello from Bob
// server stopped: 1 clients, 4 waits with select
// ```
//
// The kernel takes a set of any size, so the limit belongs to the C library (the man page says so). A C program with
// more descriptors than that uses `poll` or `epoll`.
//
// ## Level and edge
//
// All three calls are **level-triggered**: they report a descriptor for as long as it's ready. `epoll` has a second
// way: with `EPOLLET` it's **edge-triggered** and reports a descriptor only when something new arrives. A client
// sends 26 bytes at once. The server's buffer holds ten. What does the server print with level, and what with edge?

// %%
void trigger(String name, int interest, boolean untilEmpty) throws IOException {
    var buffer = Arena.ofAuto().allocate(10);
    String line = name + ":";
    try (var pair = new LinuxPair(); var epoll = new Epoll(1)) {
        Fcntl.setFlags(pair.fd(), Fcntl.O_NONBLOCK);
        epoll.add(pair.fd(), interest);
        pair.send("abcdefghijklmnopqrstuvwxyz");
        int left = 26;
        while (left > 0 && epoll.await(500) > 0) {
            do {
                int n = SocketCalls.recv(pair.fd(), buffer);
                if (n < 0) break; // -EAGAIN
                left -= n;
                line += " " + StandardCharsets.US_ASCII.decode(buffer.asSlice(0, n).asByteBuffer());
            } while (untilEmpty);
        }
        IO.println(line + (left > 0 ? ", then nothing for 500 ms, but " + left + " bytes are waiting" : ""));
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
// level: abcdefghij klmnopqrst uvwxyz
// edge: abcdefghij, then nothing for 500 ms, but 16 bytes are waiting
// edge, until -EAGAIN: abcdefghij klmnopqrst uvwxyz
// ```
//
// With edge, the bytes that nobody has read aren't news, so the wait would last until the client sends more. If the
// client is waiting for an answer, both wait forever. The cure is to call `recv` until it returns `-EAGAIN`. Java's
// `Selector` is level-triggered, so it has no such trap.
//
// ## What one wait costs
//
// A server has many clients, and one of them has sent something. Which of the three waits takes longer when more of
// the others are silent, and how much longer with 10,000 than with ten? `./jbang io_multiplexing --cost` measures that
// (with eventfds instead of clients):
//
// ```chart lines log
// A wait that finds one descriptor ready, in microseconds
// $ ./jbang io_multiplexing --cost
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// idle descriptors  select     low    high    poll     low      high  epoll   low  high
// 10                  1.55    1.38    3.86    1.26    1.16      2.08   0.69  0.59  0.83
// 100                 7.39    6.66    8.60    7.10    5.43      7.88   0.74  0.74  0.90
// 1,000              57.53   56.83   77.36   63.06   62.70     78.66   0.74  0.57  0.77
// 10,000            796.30  606.37  856.99  652.43  610.17  3,088.65   0.57  0.56  0.68
// ```
//
// `select` takes some 1.5 microseconds with ten idle descriptors and 800 with 10,000, and `poll` 1.3 and 650, because both
// the kernel and the program look at each of them. (Both axes are logarithmic.) `epoll` takes 0.6 or 0.7 with any number:
// its cost grows with the number of *ready* descriptors. With ten clients, any of the three will do.
//
// ## Selector is epoll
//
// Java's `Selector` makes these calls for you. In JDK 25 it is
// [epoll on Linux](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/DefaultSelectorProvider.java)
// and [kqueue on macOS](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/macosx/classes/sun/nio/ch/DefaultSelectorProvider.java),
// which keeps its set in the kernel too. Does it cost more than epoll called directly? And on a virtual thread, which
// shouldn't block its carrier? With `--messages`, a client sends 20,000 messages of one byte and waits for the echo of
// each ([EchoLoad](../lib/lesson/EchoLoad.java)), and `strace -f -c -e trace=epoll_wait,epoll_ctl -o calls`, put in front
// of the command, counts the calls:
//
// | `--messages` | waits with | calls of epoll_wait | calls of epoll_ctl | CPU a message, client included (three runs without strace) |
// | --- | --- | --: | --: | --: |
// | `epoll` | epoll, called directly | 20,001 | 1 | 34 to 36 us |
// | `platform` | `Selector` on a platform thread | 20,001 | 2 | 33 to 40 us |
// | `virtual` | `Selector` on a virtual thread | 43,809 | 11,913 | 55 to 73 us |
//
// On a platform thread, `Selector` adds nothing that we could measure. On a virtual thread, JDK 25 first calls
// `epoll_wait` without waiting
// ([`doSelect`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/linux/classes/sun/nio/ch/EPollSelectorImpl.java)).
// If nothing is ready, it adds the epoll descriptor itself to a second epoll, on which a platform thread of the JDK
// waits, and parks the virtual thread. That platform thread unparks ours, which calls `epoll_wait` once more. In this
// run, 11,900 of the 20,000 waits took that way, with two more calls of `epoll_wait` and one of `epoll_ctl` each. So
// where you can choose, give a selector a platform thread. (`Epoll.await` would be worse: it holds on to the carrier.)

// %%
void main(String... args) throws Exception {
    String usage = """
            io_multiplexing [host] [port] [--with CALL] [--http] [--limit] [--edge] [--cost] [--write] [--messages HOW]

            A server on one thread that waits for all its sockets with select, poll or epoll (Linux only).

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8888)
              --with CALL     how to wait: select, poll or epoll (default epoll)
              --http          give each HTTP request the same small answer, instead of printing
              --limit         show what select does with a descriptor that doesn't fit into its set, and stop
              --edge          show level and edge triggering, and stop
              --cost          measure what a wait costs by the number of idle descriptors, and stop
              --write         with --cost: put the figures into this chapter, in the checkout
              --messages HOW  measure an echo with epoll, or a selector on a platform or virtual thread
            """;
    if (Stream.of(args).anyMatch(arg -> arg.matches("--(limit|edge|cost|messages).*"))) {
        Script.run(usage, args, a -> {
            if (a.has("--limit")) limit();
            if (a.has("--edge")) edge();
            if (a.has("--cost")) WaitCosts.measure(with -> waiting(with, 65_536), a.has("--write"));
            if (a.has("--messages")) EchoLoad.run(a.text("--messages", ""));
        });
    } else Script.serve(usage, args, a -> start(a.host(), a.port(8888), a.text("--with", "epoll"),
            FdSet.FD_SETSIZE, a.has("--http") ? FixedAnswer::new : Printing::new));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang io_multiplexing --with poll
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang http_client
// client sent its data
// ```
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ^Cserver stopped: 1 clients, 4 waits with poll
// ```
//
// The client connects, its message comes, and its end comes: three waits, and Ctrl-C ends the fourth. When many clients
// send at once, one wait reports them together. With `--http`, during `wrk -t1 -c32 -d4 http://localhost:8888/`
// ([wrk](https://github.com/wg/wrk)), `strace -f -c -p PID` counted 0.03 calls of `epoll_wait` per answer, and one each
// of `recv` and `send`.
//
// > **Note.** Without strace, which slows the server down, fewer clients are ready at a time.

// %% tags=["active-ipynb"]
// edge();
// limit();

// %% [markdown]
// ## Five models
//
// W. Richard Stevens lists five models of I/O (*UNIX Network Programming*), and you've now seen three. They differ in
// where the thread waits and in who copies the bytes from the kernel's buffer into ours:
//
// | model | chapter | who waits, and where | who copies the bytes | system calls to receive a message (with 32 clients: strace's count) |
// | --- | --- | --- | --- | --- |
// | blocking | [bio_server](bio_server.java) | the client's own thread, in `read` | our thread, in `read` | 1 |
// | non-blocking | `nio_server` | nobody: the thread polls | our thread, in `read` | 1, and all those that find nothing |
// | multiplexing | this one | one thread for all, in `epoll_wait` | our thread, in `recv` | 2; with 32 busy clients 1.03 |
// | signal-driven | [signal_driven_server](signal_driven_server.java) | one thread for all, in `sigtimedwait` | our thread, in `recv` | 3 |
// | asynchronous | [io_uring_server](io_uring_server.java) | one thread for all, in `io_uring_enter` | the kernel, before it tells us | 1; with 32 busy clients 0.12, and that includes the answer |
//
// In the first four, a thread learns that bytes are there and then fetches them: readiness. Only the last is completion.
//
// ## What it still can't do
//
// The thread that waits can do nothing else, and it learns nothing until it waits again. Could the kernel tell a thread
// by itself that something has happened? [signal_driven_server](signal_driven_server.java) lets it send a signal.
//
// ## Exercises
//
// - Ten bytes, level and edge: `./jbang exercise start io_multiplexing_1`
// - The set that select overwrites: `./jbang exercise start io_multiplexing_2`
