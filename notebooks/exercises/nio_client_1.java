// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
import module java.base;
import exercise.Prediction;
import exercise.Printed;

// %% [markdown]
// # Who gets what is sent
//
// **Predict.** `write` hands bytes to the kernel, and a connection doesn't prove that a server has accepted it.
//
// Three clients do what [nio_client](../nio_client.java) does: each connects, sends its name, and leaves. The server
// calls `accept` once, after Alice has left, and closes its listening socket after Bob has left. What does the program
// print? Write your lines into `prediction`, in their order.

// %%
void client(String name, ServerSocket listener) throws IOException {
    try (var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        IO.println(name + " is connected");
        socket.getOutputStream().write(name.getBytes());
        IO.println(name + " has sent");
    } catch (ConnectException e) {
        IO.println(name + " is refused");
    }
}

void program() throws IOException {
    var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    client("Alice", listener);
    try (Socket conn = listener.accept()) {
        IO.println("the server has accepted a client");
        IO.println("the server reads " + new String(conn.getInputStream().readAllBytes()));
    }
    client("Bob", listener);
    listener.close();
    IO.println("the server listens no more");
    client("Carol", listener);
}

// %%
String prediction() {
    // >>> start
    // return """
    //         ?
    //         """;
    // >>> solution
    return """
            Alice is connected
            Alice has sent
            the server has accepted a client
            the server reads Alice
            Bob is connected
            Bob has sent
            the server listens no more
            Carol is refused
            """;
    // >>> nobody is connected before accept
    // return """
    //         the server has accepted a client
    //         Alice is connected
    //         Alice has sent
    //         the server reads Alice
    //         the server listens no more
    //         Bob is refused
    //         Carol is refused
    //         """;
    // >>> Alice took her bytes with her
    // return """
    //         Alice is connected
    //         Alice has sent
    //         the server has accepted a client
    //         the server reads
    //         Bob is connected
    //         Bob has sent
    //         the server listens no more
    //         Carol is refused
    //         """;
    // >>> Bob notices that nobody accepts him
    // return """
    //         Alice is connected
    //         Alice has sent
    //         the server has accepted a client
    //         the server reads Alice
    //         Bob is refused
    //         the server listens no more
    //         Carol is refused
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
// 1. Who completes Alice's connection, `accept` or the server's kernel?
// 2. Alice has left before the server accepts her. Where are her five bytes?
// 3. What is different for Carol: that nobody accepts her, or that nobody listens?
//
// ## Solution
//
// The server's kernel completes a connection as soon as it arrives at a listening socket, and keeps what the client
// sends. So Alice can connect, send and leave before the server calls `accept`, and `accept` still returns her
// connection, with her bytes and the end of her stream. Bob sees exactly what Alice saw, but nobody ever reads his name.
// Neither of them can tell the difference. Only Carol gets an error, because when she comes nobody is listening.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - nobody is connected before accept: Line 1 of your prediction is "the server has accepted a client", and the
//   program prints something else. Expected: what the program prints, line by line.
// - Alice took her bytes with her: Line 4 of your prediction is "the server reads", and the program prints something
//   else. Expected: another line 4; those before it are right.
// - Bob notices that nobody accepts him: Line 5 of your prediction is "Bob is refused", and the program prints
//   something else. Expected: another line 5; those before it are right.
