// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
import module java.base;
import aio.Acceptor;
import script.NetworkText;
import script.Script;
import script.ScriptException;
import script.Server;

// %% [markdown]
// # A server that never waits
//
// A plain socket waits. `accept()` stops the thread until somebody connects, `read()` until somebody
// speaks. One thread that waits for Alice cannot hear Bob. How can one thread serve both?
//
// The first answer: never wait. Make every socket *non-blocking*, and ask each of them, over and over:
//
// ```diagram
//        +--> anybody new? ---- accept() --> a connection, or null: not now
//        |          |
//        |          v
//   one thread    Alice: anything? - read() -> bytes, or 0: not now, or -1: she has finished
//        |          |
//        |          v
//        +------- Bob: anything? --- read() -> ...
// ```
//
// Asking like this is called *polling*. It works, and at the end of the chapter the server tells you
// what it cost.

// %% [markdown]
// ## The listening socket
//
// Three settings deserve a word.
//
// - **Non-blocking**: `accept()` now returns `null` when nobody is there, instead of waiting.
// - **SO_REUSEADDR**: after a server has closed a connection, the system keeps its address busy for a
//   minute. Without this option a restart in that minute fails with 'address already in use'.
// - **The backlog**: how many finished handshakes the system keeps until we accept them. When the
//   queue is full, the next client's handshake is dropped, and its system tries again after a whole
//   second. A backlog of 5, often copied from old examples, makes a burst of clients crawl.
//
// Later chapters call `script.Sockets.listen`, which is this and a few more error messages.

// %%
ServerSocketChannel listen(String host, int port) throws IOException {
    int backlog = 4096;
    var listener = ServerSocketChannel.open();
    try {
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        listener.configureBlocking(false);
        return listener.bind(new InetSocketAddress(InetAddress.getByName(host), port), backlog);
    } catch (UnknownHostException e) {
        listener.close();
        throw new ScriptException("unknown host '" + host + "': check its spelling, or use localhost");
    } catch (BindException e) {
        listener.close();
        throw new ScriptException("cannot listen on " + host + ":" + port + " (" + e.getMessage()
                + "): stop what listens there, or choose another port (0 = any free one)");
    }
}

// %% [markdown]
// ## What polling costs
//
// Every `accept()` and every `read()` is a call into the operating system, whether or not it brings
// anything. The server counts them, so that you need not believe us.

// %%
class Polls {
    final long started = System.nanoTime();
    long polls;
    long reads;
    int clients;

    String summary() {
        var cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return "%,d clients, %,d reads with data, %,d polls, %.1f s of CPU in %.1f s".formatted(
                clients, reads, polls, cpu.toMillis() / 1000.0, (System.nanoTime() - started) / 1e9);
    }
}

// %% [markdown]
// ## One client
//
// `read()` has three answers. More than 0: that many bytes are in the buffer. 0: nothing yet. -1: the
// client has ended its side, and nothing more will come. There is a fourth: an exception, when the
// client's system broke the connection off (a *reset*). That is the end of this client and of nobody
// else, so it is caught here and not in the loop.
//
// **Bytes are not messages.** TCP carries a stream. What a client sends in one call may arrive in
// three reads, and three sends in one. A read may even end in the middle of a character: a Chinese one is
// three bytes in UTF-8. `NetworkText` keeps an unfinished character until the rest of it comes. It also
// escapes control characters, because a line feed or a colour code from a stranger should not rule
// your terminal.

// %%
class Client {
    final SocketChannel conn;
    final NetworkText text = new NetworkText();

    Client(SocketChannel conn) {
        this.conn = conn;
    }

    /** Asks once. Returns whether the client is still there. */
    boolean poll(ByteBuffer buffer, Polls count) {
        try {
            count.polls++;
            int n = conn.read(buffer.clear());
            if (n > 0) {
                count.reads++;
                show(text.decode(buffer.flip()));
            }
            if (n >= 0) return true;
            show(text.end());
        } catch (IOException e) {
            // A reset: this client is gone.
        }
        close();
        return false;
    }

    void show(String received) {
        if (!received.isEmpty()) IO.println(received);
    }

    void close() {
        try {
            conn.close();
        } catch (IOException e) {
            // Nothing is left to be lost.
        }
    }
}

// %% [markdown]
// ## The loop
//
// One round: ask for a new connection, then ask every client. A connection that comes from
// `accept()` is a *blocking* one on Linux, even if the listening socket is not: it must be switched,
// or the first silent client stops everybody.
//
// A process may hold only so many open files (`ulimit -n`). When none is left, `accept()` fails, and
// the connection stays in the queue. `Acceptor` then makes a short pause before it asks again, so that
// the loop does not ask in vain thousands of times a second; those who are in are served meanwhile.

// %%
void serve(ServerSocketChannel listener, Polls count) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    var clients = new ArrayList<Client>();
    var buffer = ByteBuffer.allocate(1024);
    try {
        while (!Thread.currentThread().isInterrupted()) {
            count.polls++;
            SocketChannel conn = acceptor.accept();
            if (conn != null) {
                conn.configureBlocking(false);
                count.clients++;
                clients.add(new Client(conn));
            }
            clients.removeIf(client -> !client.poll(buffer, count));
        }
    } finally {
        clients.forEach(client -> client.close());
    }
}

// %% [markdown]
// ## Start and stop
//
// `start` runs the loop on a thread of its own and returns a handle. `main` waits for that thread;
// Ctrl-C interrupts it, the loop sees that at its next round, and the sockets are closed.

// %%
Server start(String host, int port) throws IOException {
    var count = new Polls();
    return Server.start(host, listen(host, port), listener -> serve(listener, count), () -> count.summary());
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            nio_server [host] [port]

            A server on one thread that polls every socket and prints what arrives.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8888)
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// In one terminal start the server, in another a client:
//
// ```console server
// $ ./jbang nio_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang nio_client
// client sent its data
// ```
//
// The server shows what it read:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "NIO test..."}
// ```
//
// Press Ctrl-C (`^C`) after ten seconds:
//
// ```console server
// ^Cserver stopped: 1 clients, 1 reads with data, [...] polls, [...] s of CPU in [...] s
// ```
//
// Wherever you see `[...]`, the text differs each time. On the machine where this was written it was 6,705,283 polls and
// 10.1 seconds of CPU in 10.3. Six million questions, and two useful answers: a client, and its message. Nothing else happened, and one
// processor core was busy all the time.
//
// In JShell (`./jbang jshell`): paste this file, type `main()`, stop it with Ctrl-C. In a notebook, run
// the cells below.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the Python original got wrong
//
// The letters name the defects, so that later chapters can point back to them.
//
// | | the original | here |
// | --- | --- | --- |
// | N1 | Only the listening socket is non-blocking; the accepted ones block. One silent client stops the server: nobody else is served until it speaks or leaves. | every socket is switched |
// | N2 | Burns a whole core and does not say so. | burns it as well, and counts |
// | N3 | A reset, a byte that is no UTF-8, half a character, or too many open files ends the server. | each costs one client at the most |
// | N4 | Takes one `recv(1024)` for a message, drops the rest, and closes: the sender of 5,000 bytes gets a reset. | reads until the client ends its side |
// | N5 | Reads only when nobody connects: a stream of connects starves the clients. | accepts at most one, then asks every client |
// | N6 | A backlog of 5: 200 clients in a row took 12 s. | 4096 |
// | N7 | No SO_REUSEADDR, no way to stop: the last two lines are never reached. | both |
// | N8 | Prints what the network sends as it is, colour codes and line feeds included. | escaped |
//
// ## What is still wrong
//
// The price grows with the wrong thing: not with the messages, but with the clients and with time.
// Ten silent clients are ten questions a round, for ever. Two ways lead out. Give every client a
// thread that may wait (the next chapter), or let the operating system tell us who is ready (chapter 4).
//
// ## Exercises
//
// 1. Connect ten silent clients (`sleep 600 | ./jbang talk localhost 8888 &`, ten times). How does the number
//    of polls a second change, and why hardly at all?
// 2. Add a `Thread.sleep(1)` to each round. What happens to the CPU, and what to the time that a
//    client waits? Which number would you choose for a chat, which for a file server?
// 3. Remove `conn.configureBlocking(false)`. Connect one silent client, then a second that speaks.
