// %%
//JAVA 25+
//SOURCES ../lib/lesson/Message.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import lesson.Message;
import script.Script;
import script.ScriptException;
import script.Sockets;

// %% [markdown]
// # Leaving in good order
//
// The first client wrote its message and closed. It never knew whether anybody read it. There is a
// cheap way to know a little more, and it needs no answer from the server, only that the server is
// well-behaved: **end your own side, then wait for the other to end its own**.
//
// ```diagram
//   client                              server
//   write "{...}"          ---------->  read "{...}"
//   shutdownOutput()  FIN  ---------->  read -1: the client has finished
//   read -1           <----------  FIN  close()
//   close()
// ```
//
// A TCP connection is two streams, one in each direction, and each can be ended alone. A connection
// whose one side has ended is *half-closed*. The server sees the end of the stream, handles what it has,
// and closes. When our `read` returns -1, the server has read everything before its own close, if it is
// one that reads to the end.
//
// The name is the article's. There is no HTTP in this client; HTTP comes with the web framework, and
// with it a better answer to the question where a message ends.

// %%
void send(Socket socket, Message message) throws IOException {
    socket.getOutputStream().write(message.toJson().getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
}

// %% [markdown]
// A server that never closes must not hold us for ever, so the wait has a limit. A reset while we wait
// means that the server closed with bytes of ours unread.

// %%
void waitForEnd(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    try {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
        throw new ScriptException("the server did not close within 10 s: whether it read the data is unknown");
    }
}

// %%
void client(String host, int port) throws IOException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket, Message.now("AIO test..."));
        IO.println("client sent its data");
        waitForEnd(socket);
    } catch (SocketException e) {
        throw new ScriptException("the server broke the connection off, perhaps before it read everything");
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            http_client [host] [port]

            Connects, sends one message, and waits until the server has closed its side.

              host  the server's host (default localhost)
              port  the server's port (default 8888)
            """, args, a -> client(a.host(), a.number("port", 8888, 1, 65535)));
}

// %% [markdown]
// ## Run it
//
// In one terminal a server, in another the client:
//
// ```console server
// $ ./jbang aio_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang http_client
// client sent its data
// ```

// %% tags=["active-ipynb"]
// try (var listener = Sockets.listen("localhost", 0)) {
//     int port = listener.socket().getLocalPort();
//     var server = Thread.ofVirtual().start(() -> {
//         try {
//             listener.configureBlocking(true);
//             try (var conn = listener.accept()) {
//                 conn.socket().getInputStream().readAllBytes();
//             }
//         } catch (IOException e) {
//             throw new UncheckedIOException(e);
//         }
//     });
//     client("localhost", port);
//     server.join();
// }

// %% [markdown]
// ## What the Python original got wrong
//
// It is `nio_client` under another name, byte for byte, with its defects (N9, chapter 3), and it is
// called an HTTP client.
//
// ## What is still wrong
//
// One message, and then the end of the stream: that works for one message. To send a second one on the
// same connection, both sides must know where the first one ends.
//
// ## Exercises
//
// 1. Take out the `shutdownOutput()`. Who waits for whom now?
// 2. Try it against a server that reads only once and closes. Send 5,000 bytes instead. What does this
//    client report that `nio_client` did not?
