// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/lesson/Waiting.java
//SOURCES ../../lib/linux/FdSet.java
//SOURCES ../../lib/linux/SocketCalls.java
//SOURCES ../../lib/script/LinuxSockets.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Client;
import lesson.Waiting;
import linux.FdSet;
import linux.SocketCalls;
import script.LinuxSockets;
import script.Script;
import script.Server;

// %% [markdown]
// # The set that select overwrites
//
// **Repair.** `select` gets a set of descriptors with each call and overwrites it, so the program keeps its own.
//
// The loop of this echo server is that of [io_multiplexing](../io_multiplexing.java), and it waits with `select`.
// `WithSelect` has two defects: after a wait in which nobody was ready it finds nobody any more, and it never forgets a
// descriptor. Repair it; the methods of `FdSet` are `zero`, `set`, `isSet` and `awaitReadable`. (This exercise needs Linux.)

// %%
class WithSelect implements Waiting {
    final FdSet set = new FdSet(FdSet.FD_SETSIZE);
    // >>> start
    // int largest;
    // >>> solution
    final BitSet watched = new BitSet();
    // <<<

    public void add(int fd) {
        // >>> start
        // set.set(fd);
        // largest = Math.max(largest, fd);
        // >>> solution
        watched.set(fd);
        // <<<
    }

    public void remove(int fd) {
        // >>> start
        // // the caller closes it, so it will never be ready again
        // >>> solution
        watched.clear(fd);
        // >>> who has left stays in the set
        // <<<
    }

    /** Returns the descriptors that are readable; none if there are none after so many milliseconds. */
    public int[] await(int millis) throws IOException {
        // >>> start
        // set.awaitReadable(largest + 1, millis); // select looks at the descriptors below the first argument
        // return IntStream.rangeClosed(0, largest).filter(set::isSet).toArray();
        // >>> solution
        set.zero();
        watched.stream().forEach(set::set);
        set.awaitReadable(watched.length(), millis); // select looks at the descriptors below the first argument
        return watched.stream().filter(set::isSet).toArray();
        // >>> it counts the descriptors
        // set.zero();
        // watched.stream().forEach(set::set);
        // set.awaitReadable(watched.cardinality(), millis);
        // return watched.stream().filter(set::isSet).toArray();
        // >>> the set is only added to
        // watched.stream().forEach(set::set);
        // set.awaitReadable(watched.length(), millis);
        // return IntStream.range(0, set.size()).filter(set::isSet).toArray();
        // <<<
    }
}

// %%
class Loop {
    final Set<Integer> clients = new HashSet<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(1024);
    volatile boolean stopping;

    void run(int listener, Waiting waiting) throws IOException {
        try {
            waiting.add(listener);
            while (!stopping) {
                for (int fd : waiting.await(20)) {
                    if (fd == listener) accept(listener, waiting);
                    else if (!echo(fd)) {
                        waiting.remove(fd);
                        clients.remove(fd);
                        SocketCalls.close(fd);
                    }
                }
            }
        } finally {
            for (int fd : clients) SocketCalls.close(fd);
            SocketCalls.close(listener);
        }
    }

    void accept(int listener, Waiting waiting) throws IOException {
        int fd = SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
        if (fd < 0) return; // -EAGAIN: the client has left already
        clients.add(fd);
        waiting.add(fd);
    }

    /** Returns whether the connection goes on. */
    boolean echo(int fd) {
        try {
            int n = SocketCalls.recv(fd, buffer);
            if (n > 0) SocketCalls.send(fd, buffer.asSlice(0, n));
            return n != 0; // n < 0 is -EAGAIN
        } catch (IOException e) {
            return false;
        }
    }
}

Server start(String host, int port) throws IOException {
    int listener = LinuxSockets.listen(host, port);
    var loop = new Loop();
    return Server.start(host, LinuxSockets.port(listener), () -> loop.run(listener, new WithSelect()),
            () -> loop.stopping = true, () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            io_multiplexing_2 [host] [port]

            An echo server that waits with select, Linux only (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        alice.getsNothing("because she has sent nothing");
        alice.send("hello").gets("hello", "also after waits in which nobody was ready");
        bob.send("hi").gets("hi", "although Bob was silent while Alice was served");
        alice.end().isClosed("the server closes a connection when its client has ended");
        bob.getsNothing("because Alice has left, and Bob hasn't");
        bob.send("still here").gets("still here", "because Alice has left, and Bob hasn't");
        try (var carol = Client.connect("Carol", server.port())) {
            carol.send("hello").gets("hello", "because the server goes on");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. What is in the set after a call of `select`? And in which set do you want to wait the next time?
// 2. Keep a `BitSet` of what to watch, and fill the `FdSet` from it before each call, starting with `zero`.
// 3. A closed descriptor in the set is an error (`EBADF`), and the exception ends the loop. `BitSet.length()` is the
//    largest bit plus one.
//
// ## Solution
//
// `select` returns its result in the same bits in which it gets its question. After a wait in which nobody was ready the
// set is empty, and it stays so. So the program keeps a copy and fills the set before every call, all of it, which is
// also why `select` gets slower with every client that is silent. The kernel knows nothing about the copy: when a
// descriptor is closed, the program has to take it out, or the next `select` fails with `EBADF` for everybody. (The
// first argument isn't a number of descriptors, but the largest of them plus one.) With epoll, the set is in the kernel,
// and it forgets a descriptor that is closed.
//
// ## Wrong attempts
//
// - start: Alice sent "hello" and got nothing. Expected: "hello", also after waits in which nobody was ready.
// - who has left stays in the set: Bob waited and got nothing, and then the server closed the connection. Expected:
//   nothing yet, because Alice has left, and Bob hasn't.
// - it counts the descriptors: Alice sent "hello" and got nothing. Expected: "hello", also after waits in which nobody
//   was ready.
// - the set is only added to: Bob waited and got nothing, and then the server closed the connection. Expected:
//   nothing yet, because Alice has left, and Bob hasn't.
