// %%
//JAVA 25+
//SOURCES ../lib/aio/reactor/Reactor.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.reactor.Reactor;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Callback hell
//
// In [aio_server](aio_server.java) one callback per connection was enough, because that server only reads. What if a
// conversation has several steps, and each of them must wait for the one before it? Ours has four:
//
// ```diagram
//   client                                     server
//   connect          ------------------------>  Accept ...
//   first message    ------------------------>  Connect ...
//                                               (the socket is writable)
//   'ok'             <------------------------  Write ...
//   second message   ------------------------>  Success ...
//   end of stream    <----------------------->  end of stream
// ```
//
// The server prints one line at each step. With a thread for the client, you would write four steps, one below the
// other, and wait between them. A callback can't wait, because that would stop the loop and every client with it. It
// can only register the function to call at the next event, and return. So every step contains the next one.
//
// The loop is the one from `aio_server`. The library keeps it as [aio.reactor.Reactor](../lib/aio/reactor/Reactor.java),
// which adds a `register` method that callbacks can call, hands each new connection to a function of ours, and prints a
// stack trace when a callback has a bug.

// %% [markdown]
// ## The four callbacks
//
// `register` tells the selector what a channel waits for and which callback to call then; if the channel is already
// registered, it replaces both.
//
// `connect` has an answer ready but doesn't write it yet. Two bytes would fit into the send buffer of a fresh
// connection, but a long answer may not, so the server first waits until the socket is writable. And `write` may find
// room for only part of it. Then it returns, and the loop calls it again when there is more room, because the
// selector is level-triggered.
//
// `success` takes whatever comes next as a sign that the client is done: more data, the end of the stream, or a reset.
//
// > **Note.** A client that closes with the `ok` unread causes such a reset.
//
// Then the server leaves in good order, as [http_client](http_client.java) does: it ends its own side, reads and
// discards whatever still arrives, and closes when the client has ended its side, too. If it closed with bytes
// unread, its kernel would send an RST, and the client could lose the answer
// ([RFC 9112, section 9.6](https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6) warns HTTP servers of this).

// %%
void leave(Reactor reactor, SocketChannel conn) throws IOException {
    conn.shutdownOutput();
    reactor.register(conn, SelectionKey.OP_READ, _ -> discard(conn));
}

void discard(SocketChannel conn) throws IOException {
    int count = conn.read(ByteBuffer.allocate(16 * 1024));
    if (count < 0) conn.close();
}

// %%
void serve(ServerSocketChannel listener, LongAdder clients) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> {
            IO.println("Accept ...");
            clients.increment();

            Reactor.Callback connect = _ -> {
                if (conn.read(ByteBuffer.allocate(16 * 1024)) < 0) {
                    conn.close();
                    return;
                }
                IO.println("Connect ...");
                var ok = ByteBuffer.wrap("ok".getBytes(StandardCharsets.US_ASCII));

                Reactor.Callback write = _ -> {
                    conn.write(ok);
                    if (ok.hasRemaining()) return;
                    IO.println("Write ...");

                    Reactor.Callback success = _ -> {
                        IO.println("Success ...");
                        leave(reactor, conn);
                    };

                    reactor.register(conn, SelectionKey.OP_READ, success);
                };

                reactor.register(conn, SelectionKey.OP_WRITE, write);
            };

            reactor.register(conn, SelectionKey.OP_READ, connect);
        });
        reactor.run();
    }
}

// %% [markdown]
// ## In which order?
//
// Here's the same shape without the sockets. A queue takes the place of the selector, and the loop calls one callback
// after another. The numbers follow the lines of the page. In which order are they printed?

// %%
void order() {
    var ready = new ArrayDeque<Runnable>();
    Runnable accept = () -> {
        IO.print("1");
        Runnable connect = () -> {
            IO.print(" 2");
            Runnable write = () -> {
                IO.print(" 3");
                Runnable success = () -> {
                    IO.print(" 4");
                };
                ready.add(success);
                IO.print(" 5");
            };
            ready.add(write);
            IO.print(" 6");
        };
        ready.add(connect);
        IO.print(" 7");
    };
    ready.add(accept);
    while (!ready.isEmpty()) ready.poll().run();
    IO.println();
}

// %% [markdown]
// Write your seven numbers down before you look:
//
// ```console
// $ ./jbang aio_callback_server --order
// 1 7 2 6 3 5 4
// ```
//
// Watch the queue while the lines run. What is in it whenever the loop comes back to its `while`?
//
// ```player
// $ ./jbang watch aio_callback_server -- --order
// ```
//
// A single callback: each of the first three puts the next one into the queue, and then runs to its end.
//
// Down the page, the steps run in order: 1, 2, 3, 4. But after each of the first three, the program runs the line at
// the far end of its braces: 7, 6, 5. To follow it, you jump down the page and back up at every step.
//
// ## What doesn't fit in
//
// **A loop.** Suppose the server should answer every message, until the client ends its side. With a thread you write
// `while (conn.read(buffer.clear()) >= 0) answer(conn);`. With callbacks there is nothing to put a `while` around:
// `read` has to register `write`, and `write` has to register `read` again. Java doesn't even let a lambda name
// itself:
//
// ```java
// Reactor.Callback read = _ -> {
//     // ...
//     Reactor.Callback write = _ -> {
//         // ...
//         reactor.register(conn, SelectionKey.OP_READ, read); // error: variable read might not have been initialized
//     };
// };
// ```
//
// So the callbacks become methods or fields, and nobody who reads the code sees a loop in it.
//
// **A variable that changes.** `conn` and `ok` are local variables that live from one step to a later one. That works
// because nobody assigns to them again: a lambda captures only variables that are
// [final or effectively final](https://docs.oracle.com/javase/specs/jls/se25/html/jls-15.html#jls-15.27.2). If the
// steps count the messages, `count++` doesn't compile. The counter has to become a field, or an array with one element.
//
// **A `try` around two steps.** Suppose `connect` registers `write` inside a `try`, and `write` throws:
//
// ```java
// try {
//     reactor.register(conn, SelectionKey.OP_WRITE, write);
// } catch (IOException e) {
//     // never sees what write throws
// }
// ```
//
// When `write` runs, `connect` has returned and its `try` is over. The exception goes to the loop, which called
// `write` and knows nothing about this conversation. So every callback needs a `try` of its own, with its own `catch`
// and `finally`.
//
// **A time limit.** Suppose a client has ten seconds for the whole conversation. Which of the callbacks watches the
// clock? None of them is running when the time is up. You'd need a timer with a callback of its own, which must know
// how far the conversation has gone, and each of the others must know whether the timer came first.
//
// Four steps aren't many. A login reads a request, asks a database, checks a password, asks the database again, and
// answers, and every one of these can fail or take too long. This is **callback hell**.

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--order")) order();
    else Script.serve("""
            aio_callback_server [host] [port] [--order]

            A server whose conversation has four steps, each a callback inside the one before it.

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8888)
              --order  do not serve: show the order in which nested callbacks run
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_callback_server
// server started on localhost:8888
// ```
//
// Then, in another terminal, [aio_callback_client](aio_callback_client.java). It sends a message, waits five seconds,
// and sends another:
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// The server prints three lines at once, and the fourth five seconds later:
//
// ```console server
// Accept ...
// Connect ...
// Write ...
// Success ...
// ```
//
// Now watch two clients, Alice and Bob, who both pause for four seconds. On which lines do their conversations stand
// then, and on which the thread?
//
// ```player
// $ ./jbang watch aio_callback_server
// $ ./jbang aio_callback_client localhost 8888 --wait 4
// $ ./jbang aio_callback_client localhost 8888 --wait 4
// ```
//
// Both stand on the first line of `success`, a callback that is registered and waits. The thread sleeps in the
// selector, at `reactor.run()`. It has left both conversations, and what it needs to go on with them is in the
// variables that the two lambdas have captured.

// %% tags=["active-ipynb"]
// order();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello".getBytes());
//     IO.println(new String(client.getInputStream().readNBytes(2)));
//     client.getOutputStream().write("and thanks".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// A message is whatever one `read` brings, so a message that arrives in two pieces counts as two
// ([line_server](line_server.java) fixes that). A client that goes silent after its `ok` keeps its connection
// forever, because there is no time limit ([aio_towards_asyncio](aio_towards_asyncio.java)). And then there is the
// nesting. We'd like to write the four steps as four lines. The obvious way to do that in today's Java is to block,
// on a virtual thread, and [virtual_thread_server](virtual_thread_server.java) tries that.
//
// ## Exercises
//
// - A loop without a loop: `./jbang exercise start aio_callback_server_1`
// - The places that nobody gives back: `./jbang exercise start aio_callback_server_2`
