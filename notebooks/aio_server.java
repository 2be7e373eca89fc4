// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Let the system say who is ready
//
// Polling asks everybody all the time, and almost every answer is 'no'. The operating system knows the
// better answer: it is the one who receives the packets. So turn the question round. Hand it the list
// of sockets once, and sleep until it says: these here have something for you.
//
// ```diagram
//   selector.select()   sleeps, 0 % CPU
//          |
//          |  ready: the listener, Bob
//          v
//   listener's key --> its callback: accept       --> registers a new key for the new connection
//   Bob's key      --> its callback: handleConn   --> reads what Bob sent
//          |
//          +--> select() again
// ```
//
// In Java this is a `Selector` (on Linux it stands on `epoll`). Registering a channel gives a
// `SelectionKey`, and a key has room for one object of ours, the *attachment*. We put the function
// there that shall be called when the channel is ready: a **callback**.
//
// This pattern is called a *reactor*. Strictly speaking it is not asynchronous I/O: the system tells
// us that a read *would not wait* (readiness), and then we read ourselves. True asynchronous I/O reads
// for us and tells us that it *has been done* (completion). The `aio` in the chapter's name is the
// article's.

// %%
interface Callback {
    void call(SelectionKey key) throws IOException;
}

// %% [markdown]
// ## Two callbacks
//
// `accept` runs when the listener is ready. It takes one connection and registers it, with
// `handleConn` as its callback. What belongs to one client, here the decoder of its text, is captured
// by that function: `handleConn` makes a new one for each connection.

// %%
Callback accept(Selector selector, Acceptor acceptor, LongAdder clients) {
    return key -> {
        SocketChannel conn = acceptor.accept();
        if (conn == null) return;
        try {
            conn.configureBlocking(false);
            conn.register(selector, SelectionKey.OP_READ, handleConn(conn));
            clients.increment();
        } catch (IOException e) {
            close(conn); // it has left already
        }
    };
}

// %% [markdown]
// A key is ready for reading when bytes are there, when the client has ended its side (`read` says -1),
// or when the connection is broken (`read` throws). Closing the channel also removes its key.

// %%
Callback handleConn(SocketChannel conn) {
    var text = new NetworkText();
    var buffer = ByteBuffer.allocate(1024);
    return key -> {
        int n = conn.read(buffer.clear());
        String received = n < 0 ? text.end() : text.decode(buffer.flip());
        if (!received.isEmpty()) IO.println(received);
        if (n < 0) conn.close();
    };
}

// %% [markdown]
// ## The loop
//
// `select` sleeps until at least one key is ready, and then passes each ready key to our function.
// The loop calls the attachment and knows nothing else about it. Selectors do not 'support callbacks';
// these three lines are all there is to it.
//
// One exception must not end the loop, because the loop serves everybody. So it is caught around each
// single call, and only the channel that caused it is closed. An `IOException` is a broken connection,
// which happens every day; anything else is a mistake of ours, and we print it.
//
// The argument of `select` is a limit in milliseconds, 0 for none. It is only needed while `accept`
// pauses because the process is out of file descriptors (chapter 1). The listener stays ready all that
// time, so for as long as the pause lasts we tell the selector that we aren't interested in it.

// %%
void loop(Selector selector, Acceptor acceptor, SelectionKey listening) throws IOException {
    while (!Thread.currentThread().isInterrupted()) {
        long pause = acceptor.pauseMillis();
        listening.interestOps(pause > 0 ? 0 : SelectionKey.OP_ACCEPT);
        selector.select(key -> call(key), pause);
    }
}

// %%
void call(SelectionKey key) {
    try {
        if (key.isValid()) ((Callback) key.attachment()).call(key);
    } catch (IOException e) {
        close(key.channel());
    } catch (RuntimeException | Error e) {
        System.err.println("a callback failed: " + e);
        close(key.channel());
    }
}

// %%
void close(Channel channel) {
    try {
        channel.close();
    } catch (IOException e) {
        // It is broken already, and nothing more can be done about it.
    }
}

// %% [markdown]
// An interrupt ends `select` at once. The `finally` closes whatever is still registered.

// %%
void serve(ServerSocketChannel listener, LongAdder clients) throws IOException {
    var acceptor = new Acceptor(listener, System.err::println);
    try (var selector = Selector.open()) {
        SelectionKey listening = listener.register(selector, SelectionKey.OP_ACCEPT, accept(selector, acceptor, clients));
        try {
            loop(selector, acceptor, listening);
        } finally {
            selector.keys().forEach(key -> close(key.channel()));
        }
    }
}

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            aio_server [host] [port]

            A server on one thread that sleeps until a socket is ready, and calls its callback.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8888)
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_server
// server started on localhost:8888
// ```
//
// A client in another terminal:
//
// ```console
// $ ./jbang http_client
// client sent its data
// ```
//
// The server shows its message:
//
// ```console server
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ```
//
// Then leave a few silent clients connected (`./jbang talk localhost 8888`) and look at the server's process in `top`: it
// uses no CPU at all, however many there are. That is the difference to chapter 1.

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
// | | the original | here |
// | --- | --- | --- |
// | A1 | An exception in one callback ends the loop, and with it every client. | caught around each call |
// | A2 | One `recv(1024)` is taken for the message: the rest is lost, and the sender gets a reset. | reads until the client ends its side |
// | A3 | The accepted sockets block. It works only because `recv` follows readiness; a *spurious* readiness would stop the server. | non-blocking |
// | A4 | Closes the socket before it removes it from the selector, and is saved by a search through all keys. | closing removes the key |
// | A6 | 'All I/O becomes asynchronous', and two lines later: `recv` is synchronous. | readiness, not completion |
//
// N6 to N8 (backlog, restart, stop, escaping) are mended as in chapter 1.
//
// ## What is still wrong
//
// Each callback does one small step and returns. What if a conversation has more steps than one: read,
// then write, then read again? Then each callback must install the next. The next chapters show what
// becomes of the code.
//
// ## Exercises
//
// 1. Let `handleConn` compute for two seconds. Who notices?
// 2. Take the `try` out of `call`. Which of these ends the server now: a client that connects and
//    closes, one that resets (`SO_LINGER` with 0 seconds), one that sends the byte `0xff`?
// 3. Register the connections with `OP_READ | OP_WRITE`. Why does the CPU use go to 100 %?
