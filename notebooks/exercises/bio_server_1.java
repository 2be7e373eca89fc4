// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/lesson/OneByOne.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;
import lesson.OneByOne;
import script.Server;

// %% [markdown]
// # Three clients and one thread
//
// **Predict.** The server is in one `read` at a time, and the kernel keeps what the other clients send.
//
// `program` starts a server that serves one client after another, as [bio_server](../bio_server.java) does, and prints
// what each `read` returns. Alice, Bob and Carol connect. What does the program print? Write your lines into
// `prediction`, in their order. Leave out the lines with which the server says that it has started and stopped.

// %%
void handle(Socket conn) throws IOException {
    var bytes = new byte[1024];
    for (int n = conn.getInputStream().read(bytes); n >= 0; n = conn.getInputStream().read(bytes)) {
        IO.println(new String(bytes, 0, n));
        conn.getOutputStream().write('!');
    }
}

Socket connect(Server server) throws IOException {
    var socket = new Socket(server.host(), server.port());
    socket.setTcpNoDelay(true); // each write is sent at once
    return socket;
}

void program() throws IOException {
    try (var server = OneByOne.start("localhost", 0, conn -> handle(conn))) {
        Socket alice = connect(server), bob = connect(server), carol = connect(server);
        carol.getOutputStream().write("Carol 1".getBytes());
        carol.shutdownOutput(); // Carol is done
        bob.getOutputStream().write("Bob 1, ".getBytes());
        bob.getOutputStream().write("Bob 2".getBytes());
        IO.println("Alice leaves");
        alice.close();
        bob.getInputStream().read(); // waits for the server's '!'
        IO.println("Bob leaves");
        bob.close();
        carol.getInputStream().readAllBytes(); // waits until the server has closed
        IO.println("all have been served");
    }
}

// %%
String prediction() {
    // >>> start
    // return """
    //         ?
    //         """;
    // >>> solution
    return """
            Alice leaves
            Bob 1, Bob 2
            Bob leaves
            Carol 1
            all have been served
            """;
    // >>> in the order of the writes
    // return """
    //         Carol 1
    //         Bob 1, Bob 2
    //         Alice leaves
    //         Bob leaves
    //         all have been served
    //         """;
    // >>> one read for each write
    // return """
    //         Alice leaves
    //         Bob 1,
    //         Bob 2
    //         Bob leaves
    //         Carol 1
    //         all have been served
    //         """;
    // >>> Carol's bytes are gone
    // return """
    //         Alice leaves
    //         Bob 1, Bob 2
    //         Bob leaves
    //         all have been served
    //         """;
    // <<<
}

void main() throws IOException {
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
// 1. In whose `read` is the server's thread while the others write? What has to happen before that `read` returns?
// 2. Bob has written twice before anybody reads. TCP carries a stream of bytes: what does one `read` of 1,024 return?
// 3. Carol has ended her side before the server has accepted her. Who has her seven bytes?
//
// ## Solution
//
// The server accepts Alice, because she connected first, and waits in her `read`. Bob and Carol connect and write all
// the same: the kernel completes their connections and keeps their bytes. When Alice leaves, the server accepts Bob.
// Both of his writes are in his receive buffer by then, and one `read` returns them together. Carol comes last. That
// she was done long ago changes nothing: her bytes, and the end of her stream after them, have waited in the kernel.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - in the order of the writes: Line 1 of your prediction is "Carol 1", and the program prints something else.
//   Expected: what the program prints, line by line.
// - one read for each write: Line 2 of your prediction is "Bob 1,", and the program prints something else.
//   Expected: another line 2; those before it are right.
// - Carol's bytes are gone: Line 4 of your prediction is "all have been served", and the program prints something
//   else. Expected: another line 4; those before it are right.
