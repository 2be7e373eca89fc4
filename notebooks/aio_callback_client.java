// %%
//JAVA 25+
//SOURCES ../lib/lesson/Message.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import lesson.Message;
import script.NetworkText;
import script.Script;
import script.ScriptException;
import script.Sockets;

// %% [markdown]
// # A client that takes its time
//
// To see what the callback server does between two messages, we need a client that lets time pass:
//
// ```diagram
//   client                        aio_callback_server
//   first message  ------------>  Connect ...
//   'ok'           <------------  Write ...
//   (5 seconds)                   serves others; this connection costs it no thread
//   second message ------------>  Success ...
//   end of stream  <----------->  end of stream
// ```
//
// The client reads its answer. One that closed with the `ok` unread would send the server a reset,
// which is how the original ends.

// %%
void send(Socket socket, Message message) throws IOException {
    socket.getOutputStream().write(message.toJson().getBytes(StandardCharsets.UTF_8));
}

// %% [markdown]
// The answer may be late, or never come: some servers of this book print what they get and say nothing.
// So the first read waits as long as the pause lasts, and not longer. What is left of the pause after an
// answer is slept. A server that has closed already will not hear the second message: that is an error,
// and not a success as in the original.

// %%
void pause(Socket socket, Duration pause) throws IOException, InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    socket.setSoTimeout((int) Math.max(1, pause.toMillis()));
    try {
        byte[] answer = socket.getInputStream().readNBytes(2);
        if (answer.length == 0) throw new ScriptException("the server closed before the second message");
        show(answer);
    } catch (SocketTimeoutException e) {
        IO.println("server said nothing");
    }
    Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
}

// %%
void show(byte[] answer) {
    if (answer.length > 0) IO.println("server answered " + NetworkText.escape(new String(answer, StandardCharsets.UTF_8)));
}

// %% [markdown]
// At the end the client ends its own side and reads until the server has ended the other, as
// `http_client` does.

// %%
void client(String host, int port, Duration pause) throws IOException, InterruptedException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket, Message.now("AIO test..."));
        pause(socket, pause);
        send(socket, Message.now("AIO test..."));
        IO.println("client sent its data");
        socket.shutdownOutput();
        socket.setSoTimeout(10_000);
        show(socket.getInputStream().readAllBytes());
    } catch (SocketTimeoutException e) {
        throw new ScriptException("the server did not close within 10 s: whether it read the data is unknown");
    } catch (SocketException e) {
        throw new ScriptException("the server broke the connection off, perhaps before it read everything");
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            aio_callback_client [host] [port] [--wait SECONDS]

            Sends a message, waits, sends another, and shows what the server answers.

              host            the server's host (default localhost)
              port            the server's port (default 8888)
              --wait SECONDS  the time between the two messages (default 5)
            """, args, a -> client(a.host(), a.number("port", 8888, 1, 65535),
            Duration.ofSeconds(a.number("--wait", 5, 0, 3600))));
}

// %% [markdown]
// ## Run it
//
// In one terminal the server, in another the client:
//
// ```console server
// $ ./jbang aio_callback_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_callback_client
// server answered ok
// client sent its data
// ```
//
// `--wait 0` sends the second message as soon as the first is answered, or after a moment if it is
// not.

// %% tags=["active-ipynb"]
// try (var listener = Sockets.listen("localhost", 0)) {
//     int port = listener.socket().getLocalPort();
//     var server = Thread.ofVirtual().start(() -> {
//         try {
//             listener.configureBlocking(true);
//             try (var conn = listener.accept().socket()) {
//                 conn.getInputStream().read(new byte[1024]);
//                 conn.getOutputStream().write("ok".getBytes());
//                 conn.getInputStream().readAllBytes();
//             }
//         } catch (IOException e) {
//             throw new UncheckedIOException(e);
//         }
//     });
//     client("localhost", port, Duration.ofSeconds(1));
//     server.join();
// }

// %% [markdown]
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | B9 | Never reads the `ok`. Closing a socket with unread data is a reset, so the polite client ends rudely, and the server must expect it. | reads, shows, and ends in good order |
// | N9 | 'Success' for 'handed to the kernel' (chapter 3). | waits until the server has ended its side |
//
// ## What is still wrong
//
// Five seconds of sleep, and a thread that does nothing meanwhile. For one client that is fine. To try a
// server with a thousand such clients we would need a thousand threads, or a client that can wait for
// many things at once.
//
// ## Exercises
//
// 1. Run it against `aio_server` and against `nio_threaded_server`. Explain each line that it prints.
// 2. Start twenty at once: `for i in $(seq 20); do ./jbang aio_callback_client & done`. What does
//    the server print in the first second, and what in the sixth?
