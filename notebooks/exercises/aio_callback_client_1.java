// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;

// %% [markdown]
// # What has come so far
//
// **Predict.** A `read` with a limit tells silence from the end of the stream, and a `write` tells almost nothing.
//
// `look` reads once, and waits no longer than a tenth of a second, as
// [aio_callback_client](../aio_callback_client.java) does after its pause. `conn` is the server's end of the connection.
// What does the program print? Write your lines into `prediction`, in their order.

// %%
String look(Socket socket) throws IOException {
    socket.setSoTimeout(100);
    try {
        var bytes = new byte[1024];
        int n = socket.getInputStream().read(bytes);
        return n < 0 ? "the end" : new String(bytes, 0, n);
    } catch (SocketTimeoutException e) {
        return "silence";
    }
}

void program() throws IOException, InterruptedException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        Socket conn = listener.accept();
        conn.setTcpNoDelay(true); // each write is sent at once
        IO.println("1 " + look(client));
        conn.getOutputStream().write('o');
        conn.getOutputStream().write('k');
        IO.println("2 " + look(client));
        conn.getOutputStream().write("bye".getBytes());
        conn.close();
        IO.println("3 " + look(client));
        IO.println("4 " + look(client));
        client.getOutputStream().write("a second message".getBytes());
        IO.println("5 sent");
        Thread.sleep(100);
        client.getOutputStream().write("a third message".getBytes());
        IO.println("6 sent");
    } catch (SocketException e) {
        IO.println("an exception");
    }
}

// %%
String prediction() {
    // >>> start
    // return """
    //         1 ?
    //         """;
    // >>> solution
    return """
            1 silence
            2 ok
            3 bye
            4 the end
            5 sent
            an exception
            """;
    // >>> one read for each write
    // return """
    //         1 silence
    //         2 o
    //         3 k
    //         4 bye
    //         5 sent
    //         6 sent
    //         """;
    // >>> the end overtakes the bytes
    // return """
    //         1 silence
    //         2 ok
    //         3 the end
    //         4 the end
    //         5 sent
    //         an exception
    //         """;
    // >>> the first write fails
    // return """
    //         1 silence
    //         2 ok
    //         3 bye
    //         4 the end
    //         an exception
    //         """;
    // >>> no write ever fails
    // return """
    //         1 silence
    //         2 ok
    //         3 bye
    //         4 the end
    //         5 sent
    //         6 sent
    //         """;
    // <<<
}

void main() throws Exception {
    program();
}

// %% tags=["check"]
void verify() throws Exception {
    program();
    Prediction.check(prediction(), Printed.lines());
}

// %% [markdown]
// ## Hints
//
// 1. TCP carries a stream of bytes, in order, and the end of the stream comes after the last of them.
// 2. The server has closed. What does the client know about that, if all it has seen is the end of the server's side?
// 3. The server's kernel answers the second message, because nobody can read it any more. With what?
//
// ## Solution
//
// Silence is an exception, and the end is -1: a program that treats them alike either gives up on a slow server or waits
// for one that has gone. After the end of the server's side, the server could still be reading, as the servers in
// [http_client](../http_client.java) do, so the second `write` succeeds. Its bytes reach a machine where nobody has
// the connection any more, and that machine answers with a reset. The third `write` finds the reset and throws. So an
// error tells you about an earlier write, and no error tells you nothing.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "1 ?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - one read for each write: Line 2 of your prediction is "2 o", and the program prints something else.
//   Expected: another line 2; those before it are right.
// - the end overtakes the bytes: Line 3 of your prediction is "3 the end", and the program prints something else.
//   Expected: another line 3; those before it are right.
// - the first write fails: Line 5 of your prediction is "an exception", and the program prints something else.
//   Expected: another line 5; those before it are right.
// - no write ever fails: Line 6 of your prediction is "6 sent", and the program prints something else.
//   Expected: another line 6; those before it are right.
