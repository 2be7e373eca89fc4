// %%
//JAVA 25+
//SOURCES ../lib/lesson/LinuxAcceptor.java ../lib/lesson/Printing.java ../lib/lesson/SignalThread.java
//SOURCES ../lib/linux/Fcntl.java ../lib/linux/Signals.java
//SOURCES ../lib/script/LinuxPair.java ../lib/script/LinuxSockets.java ../lib/script/Script.java
import module java.base;
import lesson.LinuxAcceptor;
import lesson.Printing;
import lesson.SignalThread;
import linux.Errno;
import linux.Fcntl;
import linux.Signals;
import linux.SocketCalls;
import script.LinuxPair;
import script.LinuxSockets;
import script.Script;
import script.Server;

// %% [markdown]
// # Let the kernel send a signal
//
// The thread of [io_multiplexing](io_multiplexing.java) learns what is ready only when it comes back and waits. Could
// the kernel tell it unasked, by a **signal**, the way it tells a program that you pressed Ctrl-C? And would that be
// enough to serve TCP clients?
//
// It can, and that's **signal-driven I/O**. A signal is a number that the kernel delivers to a process or a thread,
// which then usually runs a function in the middle of whatever it was doing. In a JVM, that function would interrupt
// code that isn't prepared for it. So we install none. Instead, we *block* the signal in one thread: it stays in that
// thread's queue, and the thread takes it out when it's ready to.
//
// ```diagram
//   the server's thread               kernel                      client
//     |                                  |                           |
//     |--- fcntl: descriptor 7, me ----->|                           |
//     |                                  |<--- "hello" --------------|
//     |                                  |  queues: signal 34, descriptor 7
//     |--- sigtimedwait() -------------->|                           |
//     |<-- signal 34, descriptor 7 ------|                           |
//     |--- recv(7) --------------------->|                           |
//     |<-- "hello" ----------------------|                           |
// ```
//
// A descriptor needs three settings ([fcntl](https://man7.org/linux/man-pages/man2/fcntl.2.html)); the first two exist
// only on Linux:
//
// - `F_SETOWN_EX` names the thread that gets the signal. If the signal went to the whole process, a thread that doesn't
//   block it could get it, and then the signal would end the process.
// - `F_SETSIG` chooses the signal. The default is SIGIO, which doesn't say for which descriptor it is, and several of
//   them count as one. A **real-time signal** (SIGRTMIN, usually 34, or higher) carries the descriptor, and each counts.
// - `O_ASYNC` switches it on.

// %%
void signalThisThread(int fd) throws IOException {
    Fcntl.setOwner(fd, Signals.gettid());
    Fcntl.setSignal(fd, Signals.sigrtmin());
    Fcntl.setFlags(fd, Fcntl.O_NONBLOCK | Fcntl.O_ASYNC);
}

// %% [markdown]
// ## What a signal says
//
// A client sends two messages and ends its side. Only then does the server take the signals out of its queue, and it
// calls `recv` for each one. How many signals are there, and do they tell a message from the end? (This runs on a new
// thread that blocks SIGRTMIN and SIGIO, a [SignalThread](../lib/lesson/SignalThread.java).)

// %%
void steps(Signals signals) throws IOException {
    var buffer = Arena.ofAuto().allocate(1024);
    try (var pair = new LinuxPair()) {
        signalThisThread(pair.fd());
        pair.send("hello");
        pair.send("world");
        pair.shutdownOutput();
        while (signals.await(500) != 0) {
            String events = Integer.toHexString(signals.readyEvents());
            int n = SocketCalls.recv(pair.fd(), buffer);
            IO.println("a signal with the events 0x" + events + ", and recv returns " + n);
        }
    }
}

// %% [markdown]
// ```console
// $ ./jbang signal_driven_server --steps
// a signal with the events 0x41, and recv returns 10
// a signal with the events 0x41, and recv returns 0
// a signal with the events 0x41, and recv returns 0
// a signal with the events 0x41, and recv returns 0
// ```
//
// There are four signals, two of them for the end, and all say the same: 0x41 is POLLIN and POLLRDNORM, 'something to
// read'. The first `recv` returned both messages, so the second signal was out of date when we took it. Seven kinds of
// events on a TCP socket cause a signal (Stevens, *UNIX Network Programming*, volume 1), and only `recv` tells what is
// left to do. So a signal is only a reason to look: we call `recv` until it returns `-EAGAIN`, as under an edge of epoll.
//
// ## A full queue
//
// The queue has a limit, RLIMIT_SIGPENDING ([getrlimit](https://man7.org/linux/man-pages/man2/getrlimit.2.html)), which
// `ulimit -i` shows. We lower it to 100. Then 150 clients connect and leave, and Bob, who connected before them, says
// hello. Which signals does the server take?

// %%
void flood(Signals signals) throws IOException {
    int listener = LinuxSockets.listen("localhost", 0);
    try (var bob = new LinuxPair(); Closeable _ = () -> SocketCalls.close(listener)) {
        signalThisThread(listener);
        signalThisThread(bob.fd());
        for (int i = 0; i < 150; i++) new Socket("localhost", LinuxSockets.port(listener)).close();
        bob.send("hello");
        int forListener = 0, forBob = 0, sigio = 0;
        for (int signal = signals.await(500); signal != 0; signal = signals.await(500)) {
            if (signal == Signals.SIGIO) sigio++;
            else if (signals.readyFd() == bob.fd()) forBob++;
            else forListener++;
        }
        IO.println(forListener + " signals for the listener, " + forBob + " for Bob, and " + sigio + " SIGIO");
    }
}

// %% [markdown]
// ```console
// $ prlimit --sigpending=100 ./jbang signal_driven_server --flood
// [...] signals for the listener, 0 for Bob, and 1 SIGIO
// ```
//
// Signals that don't fit are lost, Bob's among them. In their place the kernel sends a plain SIGIO, which says only that
// something has happened somewhere. Then the server has to look at every descriptor, as [nio_server](nio_server.java)
// does in each turn. So signals fail when the server has the most to do.
//
// ## The server
//
// The loop takes one signal after another. Neither an interrupt nor an eventfd ends its `sigtimedwait`, so it waits for
// 100 ms at most and then checks whether it should stop. A client may have sent something before `signalThisThread`, so
// the loop reads a new connection once without a signal. And if `accept` fails because the process is out of
// descriptors, no signal comes for the clients that already wait, so the loop tries again after the acceptor's pause.
//
// At the end, the loop closes its descriptors first, and then takes the signals that are left in the queue
// (`Signals.close`). When a thread ends, HotSpot in JDK 25 restores the signal mask that it started with
// ([`os::free_thread`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/hotspot/os/linux/os_linux.cpp)), which doesn't
// block our signals. One that was left over would end the JVM.

// %%
class Loop {
    final int listener;
    final Map<Integer, Printing> clients = new HashMap<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(1024);
    final LinuxAcceptor acceptor;
    volatile boolean stopping;
    boolean pausing;
    long accepted, taken;

    Loop(int listener) {
        this.listener = listener;
        this.acceptor = new LinuxAcceptor(listener, System.err::println);
    }

    void run() throws IOException {
        Closeable sockets = this::closeAll;
        try (var signals = new Signals(Signals.sigrtmin(), Signals.SIGIO); sockets) {
            signalThisThread(listener);
            lookAt(listener);
            while (!stopping) {
                int signal = signals.await(100);
                if (signal != 0) taken++;
                if (signal == Signals.sigrtmin()) lookAt(signals.readyFd());
                if (signal == Signals.SIGIO) lookAtAll();
                if (pausing && acceptor.pauseMillis() == 0) lookAt(listener);
            }
        }
    }

    void closeAll() throws IOException {
        for (int fd : clients.keySet()) SocketCalls.close(fd);
        SocketCalls.close(listener);
    }

    void lookAtAll() throws IOException {
        lookAt(listener);
        for (int fd : List.copyOf(clients.keySet())) lookAt(fd);
    }

    void lookAt(int fd) throws IOException {
        if (fd == listener) acceptAll();
        else if (clients.containsKey(fd) && !receiveAll(fd)) { // a late signal finds no client
            clients.remove(fd);
            SocketCalls.close(fd);
        }
    }

    void acceptAll() throws IOException {
        int fd = acceptor.accept();
        for (; fd >= 0; fd = acceptor.accept()) {
            clients.put(fd, new Printing());
            accepted++;
            signalThisThread(fd);
            lookAt(fd);
        }
        pausing = fd != -Errno.EAGAIN;
    }

    /** Returns whether the connection goes on. */
    boolean receiveAll(int fd) {
        Printing client = clients.get(fd);
        try {
            while (!stopping) {
                int n = SocketCalls.recv(fd, buffer);
                if (n == -Errno.EAGAIN) break;
                if (n > 0) client.received(buffer.asSlice(0, n));
                else client.ended();
                if (n == 0) return false;
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

Server start(String host, int port) throws IOException {
    int listener = LinuxSockets.listen(host, port);
    var loop = new Loop(listener);
    return Server.start(host, LinuxSockets.port(listener), loop::run, () -> loop.stopping = true,
            () -> "%,d clients, %,d signals".formatted(loop.accepted, loop.taken));
}

void main(String... args) throws Exception {
    String usage = """
            signal_driven_server [host] [port] [--steps] [--flood]

            A server on one thread to which the kernel sends a signal for each event (Linux only).

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8888)
              --steps  show the signals of one conversation, and stop
              --flood  show what a full queue of signals does (with prlimit --sigpending=100), and stop
            """;
    List<String> options = List.of(args);
    if (options.contains("--steps")) Script.run(usage, args, _ -> SignalThread.run(signals -> steps(signals)));
    else if (options.contains("--flood")) Script.run(usage, args, _ -> SignalThread.run(signals -> flood(signals)));
    else Script.serve(usage, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang signal_driven_server
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
// ^Cserver stopped: 1 clients, [...] signals
// ```

// %% tags=["active-ipynb"]
// SignalThread.run(signals -> steps(signals));
// try (var server = start("localhost", 0); var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
//     client.shutdownOutput();
//     client.getInputStream().read();
// }

// %% [markdown]
// ## Where it's useful
//
// For a UDP socket, the kernel sends a signal when a message or an error has arrived, and one `recv` gets the whole
// message. For a terminal, it sends one when somebody types. So signals suit a program that is busy with something else
// and has to notice such a rare event.
//
// ## What it still can't do
//
// It can't rely on its signals: they say too little, they can be out of date, and they get lost when they're needed
// most. They aren't cheap, either: for 100 messages of one client, `strace -f -c -p PID` counted 100 calls of
// `sigtimedwait` and 200 of `recv`, of which every other one only returned `-EAGAIN`. When a program waits instead, as in
// `io_multiplexing`, it learns about all its descriptors at once, so that's what servers do. Every JDK has it, without a
// system call of our own: [aio_server](aio_server.java) waits with a `Selector`.
//
// ## Exercises
//
// - Three messages, late: `./jbang exercise start signal_driven_server_1`
// - A signal is only a reason to look: `./jbang exercise start signal_driven_server_2`
