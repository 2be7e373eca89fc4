// %%
//JAVA 25+
//SOURCES ../lib/lesson/LinuxAcceptor.java
//SOURCES ../lib/linux/Errno.java ../lib/linux/Fcntl.java
//SOURCES ../lib/linux/Signals.java ../lib/linux/SocketCalls.java
//SOURCES ../lib/script/LinuxSockets.java ../lib/script/NetworkText.java ../lib/script/Script.java
import module java.base;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lesson.LinuxAcceptor;
import linux.Errno;
import linux.Fcntl;
import linux.Signals;
import linux.SocketCalls;
import script.LinuxSockets;
import script.NetworkText;
import script.Script;
import script.ScriptException;
import script.Server;

// %% [markdown]
// # Let the kernel send a signal
//
// The thread of [io_multiplexing](io_multiplexing.java) learns what is ready when it comes back and waits. Could the
// kernel tell it unasked, by a **signal**, the way it tells a program that you pressed Ctrl-C? And would that be
// enough to serve TCP clients?
//
// It can, and that's **signal-driven I/O**. A signal is a number that the kernel delivers to a process or a thread,
// which then runs a function in the middle of whatever it was doing. In a JVM such a function would interrupt code
// that knows nothing of it, so we don't install any. We block the signal in one thread, which means that it stays in
// that thread's queue, and the thread takes it out when it likes:
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
// ## Three settings
//
// A descriptor needs three settings ([fcntl](https://man7.org/linux/man-pages/man2/fcntl.2.html)); the first two exist
// only on Linux:
//
// - `F_SETOWN_EX` names the thread that gets the signal. If it went to the whole process, any other thread could get
//   it, and what SIGIO does there by default is to end the process.
// - `F_SETSIG` chooses the signal. The usual one is SIGIO, and it comes without a descriptor and only once, however
//   often it's sent. With a *real-time signal*, one of those from SIGRTMIN on, the kernel keeps a queue, and each
//   entry has the descriptor.
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
// A client sends two messages and ends its side. Only then does the server take the signals out of its queue, and
// call `recv` for each one. How many signals are there, and do they tell a message from the end?

// %%
void steps() throws Exception {
    LinuxSockets.requireLinux();
    Callable<Void> server = () -> {
        var signals = new Signals(Signals.sigrtmin(), Signals.SIGIO);
        var buffer = Arena.ofAuto().allocate(1024);
        int listener = LinuxSockets.listen("localhost", 0);
        try (var client = new Socket("localhost", LinuxSockets.port(listener))) {
            int conn = SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
            signalThisThread(conn);
            client.setTcpNoDelay(true); // sends each write at once
            client.getOutputStream().write("hello".getBytes());
            client.getOutputStream().write("world".getBytes());
            client.shutdownOutput();
            while (signals.await(500) != 0) {
                int n = SocketCalls.recv(conn, buffer);
                String events = Integer.toHexString(signals.readyEvents());
                IO.println("a signal with the events 0x" + events + ", and recv returns " + n);
            }
            SocketCalls.close(conn);
        } finally {
            SocketCalls.close(listener);
        }
        return null;
    };
    var task = new FutureTask<>(server);
    Thread.ofPlatform().start(task); // the signals stay blocked in this thread, so it's a thread of its own
    task.get();
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
// There are four signals, two of them for the end, and all of them say the same: 0x41 is POLLIN and POLLRDNORM,
// 'something to read'. The first `recv` returned both messages, so the second signal was out of date when we took it.
// Stevens counts seven events on a TCP socket that cause a SIGIO, from a new connection to room in the send buffer
// (*UNIX Network Programming*, volume 1, 'Signal-Driven I/O for Sockets'). Which one it was, and whether it's still
// true, you learn from `recv`. So a signal is only a reason to look: we call `recv` until it returns `-EAGAIN`, as
// with an edge of epoll.
//
// ## The server
//
// The loop takes one signal after another. An interrupt doesn't end `sigtimedwait`, and no eventfd can wake it, so it
// waits 100 ms at most and then looks whether it should stop. Two more details: a client may have sent something
// before `signalThisThread`, so a new connection is read once without a signal; and when `accept` fails because the
// process is out of descriptors, no further signal tells of the clients that wait already, so the acceptor says when
// to try again.
//
// At the end, the order matters: first the descriptors, then the signals that are still in the queue
// (`Signals.close`). When a thread ends, HotSpot in JDK 25 restores the signal mask that the thread started with
// ([`os::free_thread`](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/hotspot/os/linux/os_linux.cpp)). Our signals
// aren't blocked in it, so one that is left over ends the JVM.

// %%
class Loop {
    final int listener;
    final Consumer<String> print;
    final boolean looksAtAll;
    final Map<Integer, NetworkText> clients = new HashMap<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(1024);
    final LinuxAcceptor acceptor;
    volatile boolean stopping;
    boolean pausing;
    long accepted, taken, overflows;

    Loop(int listener, Consumer<String> print, boolean looksAtAll) {
        this.listener = listener;
        this.acceptor = new LinuxAcceptor(listener, System.err::println);
        this.print = print;
        this.looksAtAll = looksAtAll;
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
                if (signal == Signals.SIGIO) overflow();
                if (pausing && acceptor.pauseMillis() == 0) lookAt(listener);
            }
        }
    }

    void closeAll() throws IOException {
        for (int fd : clients.keySet()) SocketCalls.close(fd);
        SocketCalls.close(listener);
    }

    void overflow() throws IOException {
        overflows++;
        if (!looksAtAll) return;
        lookAt(listener);
        for (int fd : List.copyOf(clients.keySet())) lookAt(fd);
    }

    void lookAt(int fd) throws IOException {
        if (fd == listener) acceptAll();
        else if (clients.containsKey(fd) && !receiveAll(fd)) { // otherwise the signal is older than its close
            clients.remove(fd);
            SocketCalls.close(fd);
        }
    }

    void acceptAll() throws IOException {
        int fd = acceptor.accept();
        for (; fd >= 0; fd = acceptor.accept()) {
            clients.put(fd, new NetworkText());
            accepted++;
            signalThisThread(fd);
            lookAt(fd);
        }
        pausing = fd != -Errno.EAGAIN;
    }

    /** Returns whether the connection goes on. */
    boolean receiveAll(int fd) {
        try {
            while (!stopping) {
                int n = SocketCalls.recv(fd, buffer);
                if (n == -Errno.EAGAIN) return true;
                NetworkText text = clients.get(fd);
                String received = n == 0 ? text.end() : text.decode(buffer.asSlice(0, n).asByteBuffer());
                if (!received.isEmpty()) print.accept(received);
                if (n == 0) return false;
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String summary() {
        String sigio = overflows > 0 ? ", SIGIO among them" : "";
        return "%,d clients, %,d signals".formatted(accepted, taken) + sigio;
    }
}

Server start(String host, int port, Consumer<String> print, boolean looksAtAll) throws IOException {
    int listener = LinuxSockets.listen(host, port);
    var loop = new Loop(listener, print, looksAtAll);
    Runnable stop = () -> loop.stopping = true;
    return Server.start(host, LinuxSockets.port(listener), loop::run, stop, loop::summary);
}

// %% [markdown]
// ## A full queue
//
// The queue of signals has a limit, RLIMIT_SIGPENDING
// ([getrlimit](https://man7.org/linux/man-pages/man2/getrlimit.2.html)), which `ulimit -i` shows. What happens to the
// signals that don't fit? We lower the limit to 100. Alice keeps the server busy, and meanwhile 150 clients connect
// and leave. Then Bob, who connected earlier, sends a line, and only now does the server return to its queue. Will it
// print Bob's line?

// %%
void flood() throws Exception {
    for (boolean looksAtAll : List.of(false, true)) {
        var busy = new CountDownLatch(1);
        var full = new CountDownLatch(1);
        Consumer<String> print = text -> {
            if (text.equals("wait")) {
                busy.countDown();
                awaitForever(full);
            }
            if (text.contains("Bob")) IO.println(text);
        };
        try (var server = start("localhost", 0, print, looksAtAll);
                var bob = new Socket("localhost", server.port());
                var alice = new Socket("localhost", server.port())) {
            alice.getOutputStream().write("wait".getBytes());
            busy.await();
            for (int i = 0; i < 150; i++) new Socket("localhost", server.port()).close();
            bob.getOutputStream().write("hello from Bob".getBytes());
            bob.shutdownOutput();
            full.countDown();
            bob.setSoTimeout(2000);
            bob.getInputStream().read(); // returns when the server has closed Bob's connection
        } catch (SocketTimeoutException e) {
            IO.println("Bob has waited two seconds");
        }
    }
}

void awaitForever(CountDownLatch latch) {
    try {
        latch.await();
    } catch (InterruptedException e) {
        // The server stops.
    }
}

// %% [markdown]
// ```console
// $ prlimit --sigpending=100 ./jbang signal_driven_server --flood
// server started on localhost:[...]
// server stopped: 152 clients, [...] signals, SIGIO among them
// Bob has waited two seconds
// server started on localhost:[...]
// hello from Bob
// server stopped: 152 clients, [...] signals, SIGIO among them
// ```
//
// What doesn't fit is lost, Bob's signal with it. Instead the kernel sends a plain SIGIO, without a descriptor, which
// says only that something has happened somewhere. The cure is to look at everything then, as `nio_server` does in
// each turn. In other words, signals fail when the server has the most to do.

// %%
void main(String... args) throws Exception {
    String usage = """
            signal_driven_server [host] [port] [--steps] [--flood]

            A server on one thread to which the kernel sends a signal for each event (Linux only).

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8888)
              --steps  show the signals of one conversation, and stop
              --flood  show what a full queue of signals does (with prlimit --sigpending=100), and stop
            """;
    if (List.of(args).contains("--steps")) Script.run(usage, args, _ -> steps());
    else if (List.of(args).contains("--flood")) Script.run(usage, args, _ -> flood());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8888), IO::println, true));
}

// %% [markdown]
// ## Where it serves
//
// For a UDP socket the kernel sends a signal when a message or an error has arrived, and one `recv` gets the whole
// message. For a terminal it sends one when somebody types. A program that computes and must notice such a rare event
// can do without a wait. For TCP, `strace -f -c -p PID` counted 100 calls of `sigtimedwait` and 200 of `recv` for 100
// messages of one client, because half of the `recv` calls only returned `-EAGAIN`. epoll reports many descriptors
// with one call.
//
// ## Run it
//
// ```console server
// $ ./jbang signal_driven_server
// server started on localhost:8888
// ```
//
// In another terminal:
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
// steps();

// %% tags=["active-ipynb"]
// try (var server = start("localhost", 0, IO::println, true); var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
//     client.shutdownOutput();
//     client.getInputStream().read();
// }

// %% [markdown]
// ## What it still can't do
//
// It can't rely on its signals: they say too little, they can be out of date, and they get lost when they're needed
// most. With readiness, a program waits when it likes and learns about all its descriptors at once, and that's the
// model that servers use. Java has it in every JDK, without a system call of our own: [aio_server](aio_server.java)
// waits with a `Selector`.
//
// ## Exercises
//
// 1. Leave `Fcntl.setSignal` out. What does the server print for two clients, and why does it still serve them?
// 2. Run the server under `strace -f -c -p PID` while a client sends ten messages. How many calls does one message
//    take?
// 3. Give `FutureTask` in `steps` to `Thread.ofVirtual`. What does `Signals` say, and why must it?
