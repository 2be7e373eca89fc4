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
// [aio_callback_server](aio_callback_server.java) has a gap in its conversation: after its `ok` it waits for a second
// message. How can we see that it really waits? We need a client that lets time pass:
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
// It's a plain blocking client. Unlike [nio_client](nio_client.java) and [http_client](http_client.java), it gets a
// reply, so it knows that the server has read its first message, or at least the beginning of it.
//
// After the pause, the answer has come, or it's late, or the server never answers: the `read` doesn't wait for it. If the
// server has closed, a second message would still be 'sent', as `nio_client` showed, but nobody would read it, so that's
// an error. At the end, the client leaves in good order, as `http_client` does.

// %%
void send(Socket socket) throws IOException {
    socket.getOutputStream().write(Message.now("AIO test...").toJson().getBytes(StandardCharsets.UTF_8));
}

void pause(Socket socket, Duration pause) throws IOException, InterruptedException {
    Thread.sleep(pause);
    socket.setSoTimeout(1); // in milliseconds; 0 would mean no limit
    try {
        byte[] answer = socket.getInputStream().readNBytes(2);
        if (answer.length == 0) throw new ScriptException("the server closed before the second message");
        show(answer);
    } catch (SocketTimeoutException e) {
        IO.println("server said nothing");
    }
}

void show(byte[] answer) {
    String text = NetworkText.escape(new String(answer, StandardCharsets.UTF_8));
    if (!text.isEmpty()) IO.println("server answered " + text);
}

void client(String host, int port, Duration pause) throws IOException, InterruptedException {
    try (Socket socket = Sockets.connect(host, port)) {
        send(socket);
        pause(socket, pause);
        send(socket);
        IO.println("client sent its data");
        socket.shutdownOutput();
        socket.setSoTimeout(10_000);
        show(socket.getInputStream().readAllBytes()); // whatever else the server says
    } catch (SocketTimeoutException e) {
        throw new ScriptException("the server did not close within 10 s: whether it read the data is unknown");
    } catch (SocketException e) {
        throw new ScriptException("the connection broke off (" + e.getMessage()
                + "): whether the server read the data is unknown");
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
// In `aio_callback_server` you've seen the server's side: three lines at once, and `Success ...` five seconds later. Now
// try a server that never answers. Will the client send its second message?
//
// ```console server
// $ ./jbang aio_server
// server started on localhost:8888
// ```
//
// ```console
// $ ./jbang aio_callback_client
// server said nothing
// client sent its data
// ```
//
// It does, but it learns nothing about the first one.

// %% tags=["active-ipynb"]
// try (var server = new ServerSocket(0); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
//     threads.submit(() -> {
//         try (var conn = server.accept()) {
//             conn.getOutputStream().write("ok".getBytes());
//             return conn.getInputStream().readAllBytes();
//         }
//     });
//     client("localhost", server.getLocalPort(), Duration.ofSeconds(1));
// }

// %% [markdown]
// ## What it still can't do
//
// While this client sleeps, its thread does nothing else. For one client that's fine. To try a server with a thousand
// of them, you'd need a thousand threads, or one client that waits for many things at once.
// [aio_coroutine_client](aio_coroutine_client.java) compares the two.
//
// ## Exercises
//
// - What has come so far: `./jbang exercise start aio_callback_client_1`
// - The answer to the question before: `./jbang exercise start aio_callback_client_2`
