// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/OneByOne.java
import module java.base;
import exercise.Finding;
import lesson.OneByOne;
import script.Server;

// %% [markdown]
// # A test for servers that take a read for a message
//
// **Test.** A message may come in many reads, with pauses between them. With a short one at home, you will never notice.
//
// `countBytes` reads a message to its end and answers with the number of its bytes. [nio_server](../nio_server.java)
// shows a server that takes the first read for the whole message, and says that this mistake passes every test with a
// short message. Write the test that it doesn't pass. `test` gets the port of a server; it has to return if the server
// counts right, and to throw an `AssertionError` if not (an `IOException` counts, too). The check runs your test with `countBytes`, and then with two
// servers that are wrong.

// %%
/** Reads to the end of the stream; the buffer holds 1,024 bytes. */
void countBytes(Socket conn) throws IOException {
    var buffer = new byte[1024];
    int count = 0;
    for (int n = conn.getInputStream().read(buffer); n >= 0; n = conn.getInputStream().read(buffer)) count += n;
    conn.getOutputStream().write((count + "\n").getBytes());
}

// %%
void test(int port) throws IOException, InterruptedException {
    try (var socket = new Socket("localhost", port)) {
        // >>> start
        // byte[] message = "hello".getBytes();
        // socket.getOutputStream().write(message);
        // >>> solution
        byte[] message = new byte[100_000];
        socket.getOutputStream().write(message, 0, 10);
        socket.getOutputStream().flush();
        Thread.sleep(200); // now the server has read the first ten bytes, and has to wait for the others
        socket.getOutputStream().write(message, 10, message.length - 10);
        // >>> one buffer is not enough
        // byte[] message = new byte[1024];
        // socket.getOutputStream().write(message);
        // >>> it is long, but comes at once
        // byte[] message = new byte[2048];
        // socket.getOutputStream().write(message);
        // <<<
        socket.shutdownOutput();
        String answer = new String(socket.getInputStream().readAllBytes()).strip();
        // >>> start
        // >>> solution
        // >>> it is always wrong
        // answer = "?";
        // <<<
        if (!answer.equals(message.length + "")) throw new AssertionError("it answered '" + answer + "'");
    }
}

void main() throws Exception {
    try (var server = OneByOne.start("localhost", 0, conn -> countBytes(conn))) {
        test(server.port());
        IO.println("the test has passed");
    }
}

// %% tags=["check"]
/** Takes the first read for the message. */
void countFirstRead(Socket conn) throws IOException {
    int count = conn.getInputStream().read(new byte[1024]);
    conn.getOutputStream().write((count + "\n").getBytes());
}

/** Reads as long as a read brings bytes that are there already. */
void countWhatIsThere(Socket conn) throws IOException {
    int count = conn.getInputStream().read(new byte[1024]);
    while (conn.getInputStream().available() > 0) count += conn.getInputStream().read(new byte[1024]);
    conn.getOutputStream().write((count + "\n").getBytes());
}

/** Returns what the reader's test says about a server; empty if it passes. */
String result(OneByOne.Conversation conversation) throws Exception {
    try (var server = OneByOne.start("localhost", 0, conversation)) {
        test(server.port());
        return "";
    } catch (AssertionError | IOException e) {
        return e.getMessage(); // a reset is how a server with unread bytes closes
    }
}

void verify() throws Exception {
    String result = result(conn -> countBytes(conn));
    if (!result.isEmpty())
        throw new Finding("Your test fails with countBytes, which is right: " + result + ".", "it passes");
    if (result(conn -> countFirstRead(conn)).isEmpty())
        throw new Finding("Your test passes with a server that takes the first read for the message.", "it fails");
    if (result(conn -> countWhatIsThere(conn)).isEmpty())
        throw new Finding("Your test passes with a server that stops when no more bytes are there at the moment.",
                "it fails");
}

// %% [markdown]
// ## Hints
//
// 1. How many bytes does the buffer of the server hold? Which message can't come in one read?
// 2. The second server reads on while bytes are there. So your message has to arrive in pieces, with nothing in
//    between.
// 3. Write a few bytes, let the server read them (`Thread.sleep(200)`), and write the rest.
//
// ## Solution
//
// A test has to produce the situation that the mistake can't handle. A message longer than the buffer finds the server
// that reads once. But the server that reads while `available()` is positive gets all of it, if all of it has arrived:
// over loopback it mostly has. So the test stops in the middle of the message, long enough for the server to read what
// is there. On a real network, a slow link or a lost packet does that for you.
//
// ## Wrong attempts
//
// - start: Your test passes with a server that takes the first read for the message. Expected: it fails.
// - one buffer is not enough: Your test passes with a server that takes the first read for the message. Expected: it
//   fails.
// - it is long, but comes at once: Your test passes with a server that stops when no more bytes are there at the
//   moment. Expected: it fails.
// - it is always wrong: Your test fails with countBytes, which is right: it answered '?'. Expected: it passes.
