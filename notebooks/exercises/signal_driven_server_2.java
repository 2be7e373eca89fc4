// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/linux/Fcntl.java
//SOURCES ../../lib/linux/Signals.java
//SOURCES ../../lib/script/LinuxSockets.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import exercise.Client;
import linux.Fcntl;
import linux.Signals;
import linux.SocketCalls;
import script.LinuxSockets;
import script.Script;
import script.Server;

// %% [markdown]
// # A signal is only a reason to look
//
// **Repair.** A server that gets signals looks until nothing is left, and looks once where no signal can have come.
//
// This echo server is driven by signals, as [signal_driven_server](../signal_driven_server.java) is, and its buffer
// holds ten bytes. `lookAt` trusts the signals: it does one `accept` or one `recv` for each. So it misses clients and
// bytes. Repair `lookAt`, so that every client gets back every byte that it has sent, also before the server asked for
// signals, or in one long message. (This exercise needs Linux.)

// %%
void signalThisThread(int fd) throws IOException {
    Fcntl.setOwner(fd, Signals.gettid());
    Fcntl.setSignal(fd, Signals.sigrtmin());
    Fcntl.setFlags(fd, Fcntl.O_NONBLOCK | Fcntl.O_ASYNC);
}

class Loop {
    final int listener;
    final Set<Integer> clients = new HashSet<>();
    final MemorySegment buffer = Arena.ofAuto().allocate(10);
    volatile boolean stopping;

    Loop(int listener) { this.listener = listener; }

    void lookAt(int fd) throws IOException {
        if (fd == listener) {
            // >>> start
            // int client = accept();
            // if (client < 0) return;
            // clients.add(client);
            // signalThisThread(client);
            // >>> solution
            for (int client = accept(); client >= 0; client = accept()) {
                clients.add(client);
                signalThisThread(client);
                lookAt(client);
            }
            // >>> it accepts one client
            // int client = accept();
            // if (client < 0) return;
            // clients.add(client);
            // signalThisThread(client);
            // lookAt(client);
            // >>> it waits for the new client's signal
            // for (int client = accept(); client >= 0; client = accept()) {
            //     clients.add(client);
            //     signalThisThread(client);
            // }
            // <<<
        } else if (clients.contains(fd)) { // a late signal finds no client
            // >>> start
            // if (echo(fd) == 0) leave(fd);
            // >>> solution
            int n;
            do n = echo(fd); while (n > 0);
            if (n == 0) leave(fd);
            // >>> it receives once
            // if (echo(fd) == 0) leave(fd);
            // <<<
        }
    }

    /** Returns a new client, or -EAGAIN if nobody waits. */
    int accept() throws IOException {
        return SocketCalls.accept4(listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
    }

    /** Sends back what one recv returns, and returns its length; 0 at the end, -EAGAIN if nothing is there. */
    int echo(int fd) {
        try {
            int n = SocketCalls.recv(fd, buffer);
            if (n > 0) SocketCalls.send(fd, buffer.asSlice(0, n));
            return n;
        } catch (IOException e) {
            return 0; // the connection is broken
        }
    }

    void leave(int fd) throws IOException {
        clients.remove(fd);
        SocketCalls.close(fd);
    }

    void run() throws IOException {
        Closeable sockets = this::closeAll;
        try (var signals = new Signals(Signals.sigrtmin()); sockets) {
            signalThisThread(listener);
            lookAt(listener); // somebody may have connected before
            while (!stopping) {
                if (signals.await(100) != 0) lookAt(signals.readyFd());
            }
        }
    }

    void closeAll() throws IOException {
        for (int fd : clients) SocketCalls.close(fd);
        SocketCalls.close(listener);
    }
}

// %%
Server start(String host, int listener) throws IOException {
    var loop = new Loop(listener);
    return Server.start(host, LinuxSockets.port(listener), loop::run, () -> loop.stopping = true, () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            signal_driven_server_2 [host] [port]

            An echo server that is driven by signals, Linux only (default localhost 8888).
            """, args, a -> start(a.host(), LinuxSockets.listen(a.host(), a.port(8888))));
}

// %% tags=["check"]
void verify() throws Exception {
    int listener = LinuxSockets.listen("localhost", 0);
    int port = LinuxSockets.port(listener);
    try (var alice = Client.connect("Alice", port); var bob = Client.connect("Bob", port)) {
        alice.send("hello");
        bob.send("hi");
        try (var _ = start("localhost", listener)) {
            alice.gets("hello", "although she sent it before the server asked for signals");
            bob.gets("hi", "although he connected before the server asked for signals");
            alice.send("abcdefghijklmnopqrstuvwxyz").gets("abcdefghijklmnopqrstuvwxyz",
                    "all of it, in as many pieces as it takes");
            bob.send("bye").gets("bye", "because the server goes on");
            bob.end().isClosed("the server closes a connection when its client has ended");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. The kernel signals arrivals. Which of them has no signal, because nobody had asked for one yet?
// 2. The buffer holds ten bytes, and a message of 26 is one arrival. What becomes of the other sixteen?
// 3. `accept` and `echo` say when nothing is left: `-EAGAIN`. And who looks at a client that has just been accepted?
//
// ## Solution
//
// A signal tells neither how many clients have connected nor how many bytes are there, only that looking is worth it. So
// both branches go on until `-EAGAIN`, as after an edge of epoll. And what arrived before `signalThisThread` causes no
// signal at all: `run` looks at the listener once, and `lookAt` at each new client. The order matters. If you look
// first and ask for signals afterwards, bytes that arrive in between are seen by neither.
//
// ## Wrong attempts
//
// - start: Alice sent "hello" and got nothing. Expected: "hello", although she sent it before the server asked for
//   signals.
// - it accepts one client: Bob sent "hi" and got nothing. Expected: "hi", although he connected before the server asked
//   for signals.
// - it waits for the new client's signal: Alice sent "hello" and got nothing. Expected: "hello", although she sent it
//   before the server asked for signals.
// - it receives once: Alice sent "abcdefghijklmnopqrstuvwxyz" and got "abcdefghij". Expected:
//   "abcdefghijklmnopqrstuvwxyz", all of it, in as many pieces as it takes.
