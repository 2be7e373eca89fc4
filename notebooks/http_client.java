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
// A TCP connection is two streams, one in each direction. Each ends on its own, with a packet marked **FIN** ('I'll
// send no more'). A connection with one stream ended is *half-closed*
// ([RFC 9293, section 3.6.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.6.1)): the server can still read
// what is under way, and still answer. (In spite of its name, this client doesn't speak HTTP.)

// %%
void send(Socket socket, Message message) throws IOException {
    socket.getOutputStream().write(message.toJson().getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
}

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
// Here the server is a few lines in the same function: it reads some bytes of our message and closes. `SO_LINGER` with 0
// seconds makes `close` send a reset (RST) instead of a FIN.

// %%
String endOf(int bytes, boolean reset) throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        send(socket, Message.now("AIO test..."));
        try (Socket conn = listener.accept()) {
            conn.getInputStream().readNBytes(bytes);
            if (reset) conn.setSoLinger(true, 0);
        }
        waitForEnd(socket);
        return "read returned -1";
    } catch (SocketException e) {
        return "read threw '" + e.getMessage() + "'";
    }
}

void endings() throws IOException {
    IO.println("reads to the end and closes: " + endOf(Integer.MAX_VALUE, false));
    IO.println("reads 10 bytes and closes:   " + endOf(10, false));
    IO.println("reads 10 bytes and resets:   " + endOf(10, true));
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            http_client [host] [port] [--endings]

            Connects, sends one message, and waits until the server has closed its side.

              host       the server's host (default localhost)
              port       the server's port (default 8888)
              --endings  show three ways in which a server ends a connection, and what the client sees
            """, args, a -> {
        if (a.has("--endings")) endings();
        else client(a.host(), a.number("port", 8888, 1, 65535));
    });
}

// %% [markdown]
// What does `waitForEnd` see of each? On Linux:
//
// ```console
// $ ./jbang http_client --endings
// reads to the end and closes: read returned -1
// reads 10 bytes and closes:   read returned -1
// reads 10 bytes and resets:   read threw 'Connection reset'
// ```
//
// Did you expect a reset in the second line, like the one that Bob got from `nio_server --one-read`? That server closes
// a `SocketChannel`. This one closes a `Socket`, and in JDK 25 `Socket.close` first
// [ends its output](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/sun/nio/ch/NioSocketImpl.java)
// (`SHUT_WR`), so a FIN goes out although bytes are unread. The client can't tell this server from one that read
// everything. So -1 means that the server has ended its side, and no more. Only if you know that a server reads to
// the end before it closes, as `aio_server` does, does -1 also mean that it has read everything.
//
// A reset tells you even less. It doesn't prove that bytes were unread: a server can set `SO_LINGER`, as ours did. A
// machine that has crashed and restarted sends an RST when a packet comes for a connection that it no longer knows
// ([section 3.10.7.1](https://www.rfc-editor.org/rfc/rfc9293.html#section-3.10.7.1)), and a firewall can send one too.
// So the client's error message says only what the client knows: the connection broke off.
//
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
// The end of the stream marks the end of one message. To send a second one on the same connection, both sides must
// know where the first one ends; [line_server](line_server.java) answers that. And to know that a message was read, you
// need a reply; [aio_callback_client](aio_callback_client.java) waits for one.
//
// ## Exercises
//
// 1. Take out the `shutdownOutput()`. Who waits for whom now?
// 2. Try it against `nio_server --one-read`, which reads only once and closes. Send 5,000 bytes instead. What does this
//    client report that `nio_client` did not?
