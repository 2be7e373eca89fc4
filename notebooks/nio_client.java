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
// # A client, and what 'sent' means
//
// The client of [nio_server](nio_server.java) prints `client sent its data`. Has anybody read that data? This is the
// client. It connects, writes one message in JSON, and leaves. It can block, because it has nothing else to do.

// %%
void client(String host, int port) throws IOException {
    try (Socket socket = Sockets.connect(host, port)) {
        String message = Message.now("NIO test...").toJson();
        socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
    } catch (SocketException e) {
        throw new ScriptException("the connection broke off: " + e.getMessage());
    }
    IO.println("client sent its data");
}

// %% [markdown]
// Now give it a server that listens but never calls `accept`. What will the client say?

// %%
void sendToNobody() throws IOException {
    try (var listener = Sockets.listen("localhost", 0)) {
        client("localhost", listener.socket().getLocalPort());
        IO.println("the server closes and has accepted nobody");
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            nio_client [host] [port] [--nobody]

            Connects, sends one message, and leaves.

              host      the server's host (default localhost)
              port      the server's port (default 8888)
              --nobody  send it to a server of its own that never accepts
            """, args, a -> {
        if (a.has("--nobody")) sendToNobody();
        else client(a.host(), a.number("port", 8888, 1, 65535));
    });
}

// %% [markdown]
// ```console
// $ ./jbang nio_client --nobody
// client sent its data
// the server closes and has accepted nobody
// ```
//
// The client's report hasn't changed, because `write` doesn't wait for anybody to read:
//
// ```diagram
//   client             its kernel              server's kernel           server
//     |                     |                        |                     |
//     |--- write(bytes) --->| send buffer            |                     |
//     |<-- returns ---------|                        |                     |
//     |                     |---- packets ---------->| receive buffer      |
//     |                     |                        |                     |
//     |                     |                        |<--- read() ---------| perhaps never
// ```
//
// `write` waits only until the kernel has taken all the bytes into the socket's
// [*send buffer*](https://man7.org/linux/man-pages/man2/send.2.html). So 'sent' means **handed to the kernel** of this
// machine. A connection doesn't prove that somebody is there, either: the server's kernel completes it before the
// server calls `accept`. To know that a message was processed, you need a reply.
//
// ## Run it
//
// With any server of this book running in another terminal:
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
// If nobody is listening, the server's kernel refuses the connection, so the client does learn that much:
//
// ```console
// $ ./jbang nio_client localhost 8889
// nobody listens on localhost:8889: start a server there first
// ```

// %% tags=["active-ipynb"]
// sendToNobody();

// %% [markdown]
// ## What it still can't do
//
// The client can't know whether its message was read. It doesn't even wait long enough to find out: a server that
// answers would send its answer to a closed socket. [http_client](http_client.java) stays until the server has closed
// its side, and so learns a little more.
//
// ## Exercises
//
// - Who gets what is sent: `./jbang exercise start nio_client_1`
// - Count what was read: `./jbang exercise start nio_client_2`
