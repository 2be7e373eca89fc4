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
// Two servers need somebody to talk to. This client connects, sends one message in JSON, and leaves.
// It may block: a program that does one thing has nothing else to do while it waits.
//
// ```diagram
//   client                       its kernel            network           the server's kernel     server
//   write(bytes)  -- copied -->  send buffer  ------------------------>  receive buffer  --- read()
//   returns HERE                                                                             may be never
// ```
//
// Look where `write` returns: when the bytes are in the send buffer of *this* machine. 'Sent' means
// **handed to the kernel**. The server may be slow, may crash, may never read. A program that must know
// has to be told, by an answer; `aio_callback_client` waits for one.

// %% [markdown]
// ## The message
//
// `Message` is a record with the three fields of the original, and its JSON is made by a library.

// %%
void send(Socket socket, Message message) throws IOException {
    socket.getOutputStream().write(message.toJson().getBytes(StandardCharsets.UTF_8));
}

// %% [markdown]
// Java's `OutputStream.write` takes all the bytes or throws: it calls the system's `send` until the
// last one is gone. Python's `socket.send`, which the original uses, may take only some of them and
// returns how many; `sendall` would have been right.

// %%
void client(String host, int port) throws IOException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket, Message.now("NIO test..."));
    } catch (SocketException e) {
        throw new ScriptException("the server broke the connection off: " + e.getMessage());
    }
    IO.println("client sent its data");
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            nio_client [host] [port]

            Connects, sends one message, and leaves.

              host  the server's host (default localhost)
              port  the server's port (default 8888)
            """, args, a -> client(a.host(), a.number("port", 8888, 1, 65535)));
}

// %% [markdown]
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
// With none:
//
// ```console
// $ ./jbang nio_client localhost 8889
// nobody listens on localhost:8889: start a server there first
// ```
//
// To see what 'sent' is worth, let a server accept and never read: start `nio_server`, and stop its
// process with Ctrl-Z. The kernel still accepts connections for it, so the client reports success.

// %% tags=["active-ipynb"]
// try (var listener = Sockets.listen("localhost", 0)) {
//     client("localhost", listener.socket().getLocalPort()); // nobody ever accepts, and yet:
// }

// %% [markdown]
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | N9 | Ignores what `send` returns; says 'success' for 'handed to the kernel'; calls itself a BIO test; ends in a stack trace when no server is there. | takes all the bytes; says what is meant; one clear line |
//
// ## What is still wrong
//
// The client leaves at once. If the server had answered, the answer would meet a closed socket, and
// the server would see a reset. `http_client` (chapter 5) leaves in good order.
//
// ## Exercises
//
// 1. Send 10 MB to a stopped `nio_server`. Where does `write` stop, and what does that tell you about the size
//    of the two buffers?
// 2. Send the message one byte at a time with `setTcpNoDelay(true)`. What does `nio_server` print now?
