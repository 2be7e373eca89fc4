// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/OneByOne.java
import module java.base;
import exercise.Finding;
import lesson.OneByOne;

// %% [markdown]
// # Count what was read
//
// **Repair.** 'Sent' means handed to the kernel; to know that a message was read, you need a reply.
//
// `deliver` sends one message a line, and returns how many the server has processed. It counts its own writes, though,
// so it says 5 even if the server crashes after the third message. This server replies: for each line that it has
// processed, it sends one `!`. Repair `deliver`, so that it counts the replies, and returns their number when the
// server ends the connection or breaks it, or when half a second passes without a reply.

// %%
int deliver(String host, int port, List<String> messages) throws IOException {
    int count = 0;
    try (var socket = new Socket(host, port)) {
        OutputStream out = socket.getOutputStream();
        // >>> start
        // for (String message : messages) {
        //     out.write((message + "\n").getBytes());
        //     count++;
        // }
        // >>> solution
        for (String message : messages) out.write((message + "\n").getBytes());
        socket.shutdownOutput();
        socket.setSoTimeout(500);
        while (socket.getInputStream().read() == '!') count++;
        // >>> one read for all replies
        // for (String message : messages) out.write((message + "\n").getBytes());
        // socket.shutdownOutput();
        // socket.setSoTimeout(500);
        // count = socket.getInputStream().read(new byte[1024]);
        // >>> no limit for the wait
        // for (String message : messages) out.write((message + "\n").getBytes());
        // socket.shutdownOutput();
        // while (socket.getInputStream().read() == '!') count++;
        // >>> the end counts as a reply
        // socket.setSoTimeout(500);
        // for (String message : messages) {
        //     out.write((message + "\n").getBytes());
        //     socket.getInputStream().read();
        //     count++;
        // }
        // <<<
    } catch (SocketException | SocketTimeoutException e) {
        // The server is gone, or it doesn't go on: what was counted so far is all we know.
    }
    return count;
}

// %%
/** A server that processes so many lines, and crashes. */
void process(Socket conn, int most) throws IOException {
    var lines = new Scanner(conn.getInputStream());
    for (int i = 0; i < most && lines.hasNextLine(); i++) {
        lines.nextLine();
        LockSupport.parkNanos(40_000_000); // here it does its work
        conn.getOutputStream().write('!');
    }
}

void main() throws Exception {
    try (var server = OneByOne.start("localhost", 0, conn -> process(conn, 3))) {
        IO.println("processed: " + deliver("localhost", server.port(), List.of("a", "b", "c", "d", "e")));
    }
}

// %% tags=["check"]
void expect(int right, String what, OneByOne.Conversation conversation) throws Exception {
    try (var server = OneByOne.start("localhost", 0, conversation)) {
        var delivering = new FutureTask<Integer>(() -> deliver("localhost", server.port(), List.of("a", "b", "c", "d", "e")));
        Thread.startVirtualThread(delivering);
        int count = delivering.get(3, TimeUnit.SECONDS);
        if (count != right) throw new Finding("The server %s, and deliver returned %d.".formatted(what, count), right + "");
    } catch (TimeoutException e) {
        throw new Finding("The server %s, and deliver still waits.".formatted(what), "it returns " + right);
    } catch (ExecutionException e) {
        throw new Finding("The server %s, and deliver threw %s.".formatted(what, e.getCause()), "it returns " + right);
    }
}

void verify() throws Exception {
    expect(5, "processed all five messages", conn -> process(conn, 5));
    expect(3, "processed three of five messages and closed", conn -> process(conn, 3));
    expect(1, "processed one message and then said nothing", conn -> {
        process(conn, 1);
        LockSupport.parkNanos(10_000_000_000L); // the end of the server interrupts this
    });
}

// %% [markdown]
// ## Hints
//
// 1. Which call in `deliver` learns anything from the server? `write` doesn't.
// 2. Replies are a stream, too: one `read` may bring one `!` or all five. `read()` without a buffer returns one byte,
//    and -1 at the end.
// 3. `setSoTimeout(500)` limits each `read`. Where does its exception go?
//
// ## Solution
//
// A return from `write` says that this machine's kernel has the bytes. So `deliver` writes everything, ends its side
// (it has no more to send), and counts the replies until something other than a `!` comes: the end of the stream, a
// reset, or half a second of silence. What it returns is a lower bound. The server may have processed a fourth message
// and crashed before its reply, and no client can tell that from a server that never read it. Whoever sends such a
// message again needs a server that recognizes it.
//
// ## Wrong attempts
//
// - start: The server processed three of five messages and closed, and deliver returned 5. Expected: 3.
// - one read for all replies: The server processed all five messages, and deliver returned 1. Expected: 5.
// - no limit for the wait: The server processed one message and then said nothing, and deliver still waits. Expected:
//   it returns 1.
// - the end counts as a reply: The server processed three of five messages and closed, and deliver returned [...].
//   Expected: 3.
