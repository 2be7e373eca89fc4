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
// One callback a connection was enough for a server that only reads. A conversation has more steps. Ours
// has four:
//
// ```diagram
//   the client connects            accept    prints  Accept ...
//    +- its first data arrives     connect   prints  Connect ...
//        +- the socket is writable write     prints  Write ...     and sends ok
//            +- its next data, or
//               its end, arrives   success   prints  Success ...
// ```
//
// A thread would write that as four lines, one below the other. A callback cannot wait for the next
// step. It can only say which function is to be called then, and return. So each step contains the next.
//
// The loop is the one of chapter 4. The library keeps it as `aio.reactor.Reactor`.

// %% [markdown]
// ## Leaving without a reset
//
// When a socket is closed while bytes from the client are still unread, the system sends a reset, and
// the client may lose even an answer that it has not read yet. So the server ends its own side first
// (`shutdownOutput`), then reads and forgets what still comes, and closes when the client has ended too.
// It is `http_client`, seen from the other end.

// %%
void discard(SocketChannel conn) throws IOException {
    if (conn.read(ByteBuffer.allocate(4096)) < 0) conn.close();
}

// %% [markdown]
// ## The four callbacks
//
// From the outside to the inside is the order in time. From the bottom up is the order in which each
// callback is installed. `register` on a channel that is registered already changes what it waits for
// and who is called.
//
// `connect` asks for writability and does not write. Two bytes could be sent at once on a fresh
// connection; a large answer could not, and a server that writes without asking stops there or loses
// the rest. `write` may find room for only a part of its answer; then it returns and is called again.
//
// `success` takes whatever comes next as a sign that the client is through: more data, the end of the
// stream, or a reset. (A client that closes without reading the `ok` causes that reset itself.)

// %%
void serve(ServerSocketChannel listener, LongAdder clients) throws IOException {
    try (var reactor = new Reactor()) {
        reactor.listen(listener, conn -> {
            IO.println("Accept ...");
            clients.increment();

            Reactor.Callback connect = key -> {
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
                        reactor.register(conn, SelectionKey.OP_READ, _ -> discard(conn));
                        discard(conn);
                        if (conn.isOpen()) conn.shutdownOutput();
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
// ## The skeleton
//
// Leave out everything but the nesting, and the shape of the thing is plain:
//
// ```java
// reactor.listen(listener, conn -> {
//     IO.println("Accept ...");
//     Callback connect = _ -> {
//         IO.println("Connect ...");
//         Callback write = _ -> {
//             IO.println("Write ...");
//             Callback success = _ -> {
//                 IO.println("Success ...");
//             };
//             reactor.register(conn, OP_READ, success);
//         };
//         reactor.register(conn, OP_WRITE, write);
//     };
//     reactor.register(conn, OP_READ, connect);
// });
// ```
//
// Four steps, four levels, and every step ends with a line about the one after it, at the far end of
// its braces. A loop (*read until the client has finished*), a `try` around two steps, or a local
// variable that lives from the first to the last: none of these can be written down as what it is.
// Real programs have database queries between the steps. This is **callback hell**.

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            aio_callback_server [host] [port]

            A server whose conversation has four steps, each a callback inside the one before it.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8888)
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
// Then, in another terminal, the client of the next chapter. It sends, waits five seconds and sends
// again:
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
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | B1 | As A1 of chapter 4; a reset while it sends ends it too. | caught around each call |
// | B2 | Sends `ok` in `connect`, before it asks whether the socket is writable; its `write` writes nothing. | `write` writes, and can write in parts |
// | B3 | `success` reads nothing and closes: a client with data under way gets a reset. | ends its side, reads the rest, closes |
// | B4 | Takes the end of the stream for a message: connect and close prints all four lines. | prints `Accept ...` alone |
// | B5 | A 'message' is whatever one readiness brings: a message split in two counts as two. | the same, and that is a flaw, see below |
// | B6 | No time limit: a client that stops after the `ok` is held for ever. | the same, until we have timers |
// | B7 | Decodes the text, which may fail, and throws it away. | does not decode what it does not use |
//
// ## What is still wrong
//
// The nesting, of course. And a thing that it hides: B5 and B6 are hard to mend *in this style*. 'Read
// until the message is whole' is a loop across callbacks, and 'or until ten seconds are over' is a
// second way into the same state. We would like to write the four steps as four lines, and have them
// wait without a thread that waits. Functions that can stop in the middle and go on later are called
// coroutines, and they are next.
//
// ## Exercises
//
// 1. Before `Success ...`, answer every further message with `ok`, until the client ends its side. Draw
//    which callback installs which.
// 2. Close a connection when ten seconds pass without data. Where does the code go, and how many of
//    the callbacks must know about it?
// 3. Write the same server with one virtual thread a connection, blocking. Count the lines.
