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
// A TCP connection is two streams, one in each direction, and each ends on its own, with a packet that is marked
// **FIN** ('I'll send no more'). A connection with one stream ended is *half-closed*
// ([RFC 9293, section 3.6.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.6.1)). The server still reads what
// is under way, and it could still answer.
//
// There is no HTTP in this client, in spite of its name. HTTP begins with the question at the end of the chapter.

// %%
void send(Socket socket, Message message) throws IOException {
    socket.getOutputStream().write(message.toJson().getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
}

// %%
void waitForEnd(Socket socket) throws IOException {
    socket.setSoTimeout(10_000); // a server that never closes must not hold us forever
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
}

// %%
void client(String host, int port) throws IOException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket, Message.now("AIO test..."));
        IO.println("client sent its data");
        waitForEnd(socket);
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
// Here are three servers. The first reads to the end and closes. The second reads ten bytes of our message and closes.
// The third reads ten bytes and resets the connection: it sends an **RST**, which ends both streams at once and throws
// away what is under way. What does our `waitForEnd` see of each?

// %%
interface Handler {
    void handle(Socket conn) throws IOException;
}

// %%
String endOf(Handler handler) throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        var server = new FutureTask<>(() -> {
            try (Socket conn = listener.accept()) {
                handler.handle(conn);
            }
            return "closed";
        });
        Thread.ofVirtual().start(server);
        try (var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            send(socket, Message.now("AIO test..."));
            waitForEnd(socket);
            return "read returned -1";
        } catch (SocketException e) {
            return "read threw '" + e.getMessage() + "'";
        }
    }
}

// %%
void endings() throws IOException {
    IO.println("reads to the end and closes: " + endOf(conn -> conn.getInputStream().readAllBytes()));
    IO.println("reads 10 bytes and closes:   " + endOf(conn -> conn.getInputStream().readNBytes(10)));
    IO.println("reads 10 bytes and resets:   " + endOf(conn -> {
        conn.getInputStream().readNBytes(10);
        conn.setSoLinger(true, 0); // now close() sends an RST
    }));
}

// %% [markdown]
// On Linux:
//
// ```console
// $ ./jbang http_client --endings
// reads to the end and closes: read returned -1
// reads 10 bytes and closes:   read returned -1
// reads 10 bytes and resets:   read threw 'Connection reset'
// ```
//
// The second line is the surprise. The client can't tell a server that read everything from one that threw most of it
// away. The server's TCP should send an RST when a program closes a socket with unread bytes (SHLD-3 in that section
// of the RFC), and it does. But in JDK 25 `Socket.close` ends its output first, so a FIN goes out before the RST. Our
// `read` reports the FIN and never gets to the RST. Even a server that is killed can end with a FIN, because its kernel
// closes its sockets.
//
// So -1 means that the server has ended its side, and no more. Only if you know that this server reads to the end
// before it closes, as those of this book do, does it also mean that it has read everything.
//
// A reset tells even less. Our third server sent one on purpose. A server in C or Python that closes with bytes unread
// sends one too, without a FIN before it. A machine that has restarted answers with one when a packet comes for a
// connection that it no longer knows ([section 3.10.7.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.10.7.1)),
// and a firewall may send one in the server's name. So the client's error message says only what the client knows: the
// connection broke off.
//
// To know that a message was read, you need a reply. [aio_callback_client](aio_callback_client.java) waits for one.

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--endings")) {
        endings();
        return;
    }
    Script.run("""
            http_client [host] [port] [--endings]

            Connects, sends one message, and waits until the server has closed its side.

              host       the server's host (default localhost)
              port       the server's port (default 8888)
              --endings  show how three servers of its own end a connection, and what a client sees
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
// endings();

// %% [markdown]
// ## What it still can't do
//
// One message, and then the end of the stream: that works for one message. To send a second one on the same
// connection, both sides must know where the first one ends. [line_server](line_server.java) answers that.
//
// ## Exercises
//
// 1. Take out the `shutdownOutput()`. Who waits for whom now?
// 2. Try it against a server that reads only once and closes. Send 5,000 bytes instead. What does this
//    client report that `nio_client` did not?
