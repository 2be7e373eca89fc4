// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Patience.java
//SOURCES ../../lib/lesson/OneByOne.java
import module java.base;
import exercise.Finding;
import exercise.Patience;
import lesson.OneByOne;

// %% [markdown]
// # After you
//
// **Repair.** A connection is two streams, and each side ends its own.
//
// The server reads a text to its end, and answers with the number of its bytes and a line feed. `ask` sends a text and
// returns the answer without the line feed. At least it should: the client waits for the server, and the server for the
// client, until a timeout ends it. Let `ask` tell the server that the text is complete. The answer may come in pieces.

// %%
String ask(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    // >>> start
    // return new String(socket.getInputStream().readAllBytes()).strip();
    // >>> solution
    socket.shutdownOutput();
    return new String(socket.getInputStream().readAllBytes()).strip();
    // >>> it closes both streams
    // socket.getOutputStream().close();
    // return new String(socket.getInputStream().readAllBytes()).strip();
    // >>> flush is not an end
    // socket.getOutputStream().flush();
    // return new String(socket.getInputStream().readAllBytes()).strip();
    // >>> one read for the answer
    // socket.shutdownOutput();
    // byte[] answer = new byte[1024];
    // return new String(answer, 0, socket.getInputStream().read(answer)).strip();
    // >>> it counts the bytes itself
    // socket.shutdownOutput();
    // return "" + text.length();
    // <<<
}

// %%
void countBytes(Socket conn) throws IOException {
    answerSlowly(conn, conn.getInputStream().readAllBytes().length + "\n");
}

void answerSlowly(Socket conn, String answer) throws IOException {
    for (byte b : answer.getBytes()) {
        LockSupport.parkNanos(80_000_000);
        conn.getOutputStream().write(b);
    }
}

void main() throws Exception {
    try (var server = OneByOne.start("localhost", 0, conn -> countBytes(conn));
            var socket = new Socket("localhost", server.port())) {
        socket.setSoTimeout(3000);
        IO.println("the server has read " + ask(socket, "hello, world") + " bytes");
    }
}

// %% tags=["check"]
void expect(String expected, String why, OneByOne.Conversation conversation) throws Exception {
    try (var server = OneByOne.start("localhost", 0, conversation);
            var socket = new Socket("localhost", server.port())) {
        var asking = new FutureTask<String>(() -> ask(socket, "hello, world"));
        Thread.startVirtualThread(asking);
        String answer = asking.get(2 * Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
        if (!answer.equals(expected))
            throw new Finding("ask returned \"%s\".".formatted(answer.replace("\n", "\\n")), "\"" + expected + "\", " + why);
    } catch (TimeoutException e) {
        throw new Finding("ask waits for the answer, and the server still waits for the end of the text.",
                "the client ends its side");
    } catch (ExecutionException e) {
        throw new Finding("ask sent the text and threw %s.".formatted(e.getCause()),
                "it ends its own side and still reads what the server sends");
    }
}

void verify() throws Exception {
    expect("12", "all of the answer", conn -> countBytes(conn));
    expect("12 B", "the answer of another server", conn -> {
        conn.getInputStream().readAllBytes();
        answerSlowly(conn, "12 B\n");
    });
}

// %% [markdown]
// ## Hints
//
// 1. When does the server's `readAllBytes` return, and what does the client have to send for that?
// 2. `Socket` has `close`, `shutdownInput` and `shutdownOutput`. After which of them can the client still read?
//
// ## Solution
//
// `shutdownOutput` sends a FIN, so the server's read returns -1 and the server can answer. The other direction is still
// open. `close` would send a FIN too, but it gives up both directions, and closing one of a socket's two Java streams
// closes the socket. `flush` sends nothing, because there is no buffer in Java to send from: the bytes have long left.
// And the server's FIN marks the end of the answer, so `readAllBytes` returns all of it, however many pieces it takes.
//
// ## Wrong attempts
//
// - start: ask waits for the answer, and the server still waits for the end of the text. Expected: the client ends its
//   side.
// - it closes both streams: ask sent the text and threw java.net.SocketException: [...]. Expected: it ends its own
//   side and still reads what the server sends.
// - flush is not an end: ask waits for the answer, and the server still waits for the end of the text. Expected: the
//   client ends its side.
// - one read for the answer: ask returned "1". Expected: "12", all of the answer.
// - it counts the bytes itself: ask returned "12". Expected: "12 B", the answer of another server.
