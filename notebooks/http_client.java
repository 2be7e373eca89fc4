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
// [nio_client](nio_client.java) wrote its message and closed, so it never learned whether anybody read it. A reply
// would tell it, but `nio_server` and `aio_server` don't reply. Can a client learn anything without one?
//
// A little. It can end its own side of the connection and then wait for the server to end the other:
//
// ```diagram
//   client                              server
//   write "{...}"          ---------->  read "{...}"
//   shutdownOutput()  FIN  ---------->  read -1: the client has finished
//   read -1           <----------  FIN  close()
//   close()
// ```
//
// A TCP connection is two streams, one in each direction. Each ends separately, with a packet marked **FIN** ('I'll send
// no more'). When only one has ended, the connection is *half-closed*
// ([RFC 9293, section 3.6.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.6.1)): the server can still read what
// is on its way, and can still answer. (Despite its name, this client doesn't speak HTTP.)

// %%
void send(Socket socket) throws IOException {
    socket.getOutputStream().write(Message.now("AIO test...").toJson().getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
}

void client(String host, int port) throws IOException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket);
        IO.println("client sent its data");
        socket.setSoTimeout(10_000); // a server that never closes must not hold us forever
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
        throw new ScriptException("the server did not close within 10 s: whether it read the data is unknown");
    } catch (SocketException e) {
        throw new ScriptException("the connection broke off (" + e.getMessage()
                + "): whether the server read the data is unknown");
    }
}

// %% [markdown]
// ## What an end proves
//
// Does -1 prove that the server has read everything? This server, a few lines in the same function, reads 10 bytes of our
// message and closes. What will the client's `read` return?

// %%
void tenBytes() throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        send(socket);
        try (Socket conn = listener.accept()) {
            conn.getInputStream().readNBytes(10);
            IO.println("the server has read 10 bytes, and closes");
        }
        IO.println("the client's read returns " + socket.getInputStream().read());
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            http_client [host] [port] [--ten-bytes]

            Connects, sends one message, and waits until the server has closed its side.

              host         the server's host (default localhost)
              port         the server's port (default 8888)
              --ten-bytes  send it to a server of its own that reads only 10 bytes
            """, args, a -> {
        if (a.has("--ten-bytes")) tenBytes();
        else client(a.host(), a.number("port", 8888, 1, 65535));
    });
}

// %% [markdown]
// On Linux:
//
// ```console
// $ ./jbang http_client --ten-bytes
// the server has read 10 bytes, and closes
// the client's read returns -1
// ```
//
// Did you expect a reset, like the one that Bob got from `nio_server --one-read`? That server closes a `SocketChannel`.
// This one closes a `Socket`, and in JDK 25 `Socket.close`
// [first sends a FIN](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/NioSocketImpl.java),
// even if bytes are unread. So -1 means only that the server has ended its side. If you know that a server reads to the
// end before it closes, as `aio_server` does, -1 also means that it has read everything.
//
// A reset tells you even less. It doesn't prove that bytes were unread: a server can send one on purpose, as the bad
// client of `aio_server` did, and so can a firewall, or a machine that has restarted and no longer knows the connection
// ([section 3.10.7.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.10.7.1)). So the client's error message says
// only that the connection broke off.
//
// ## Run it
//
// Start a server in one terminal and the client in another:
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
// tenBytes();

// %% [markdown]
// ## What it still can't do
//
// The end of the stream marks the end of one message. To send a second one on the same connection, both sides must
// know where the first one ends ([line_server](line_server.java)). And to know that a message was read, you need a
// reply; [aio_callback_client](aio_callback_client.java) waits for one.
//
// ## Exercises
//
// - After you: `./jbang exercise start http_client_1`
// - Too long, and never told: `./jbang exercise start http_client_2`
