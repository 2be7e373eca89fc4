// %%
//JAVA 25+
//SOURCES ../../lib/aio/Future.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/script/Server.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.Future;
import aio.http.HttpRequest;
import aio.http.HttpServer;
import exercise.Prediction;
import exercise.Printed;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Two connections, four requests
//
// **Predict.** A connection has one coroutine, which handles its requests one after another.
//
// Alice sends two requests in one write: the handler of `/wait` waits for a future, and `/now` has nothing to wait for.
// When `/wait` waits, Bob sends two on a connection of his own, and his `/release` completes the future. What do the
// handlers print? Write your lines into `prediction`. Leave out the lines with which the server says that it has
// started and stopped.

// %%
class Handlers {
    final CountDownLatch waits = new CountDownLatch(1);
    Future<String> future;

    void handle(HttpRequest request) throws Exception {
        IO.println(request.path() + " begins");
        if (request.path().equals("/wait")) {
            future = new Future<>();
            waits.countDown();
            await(future);
        } else if (request.path().equals("/release")) {
            future.setResult("released");
        }
        IO.println(request.path() + " ends");
    }
}

String get(String path, String field) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n";
}

void program() throws Exception {
    var handlers = new Handlers();
    var http = new HttpServer((request, _) -> handlers.handle(request));
    try (var server = Server.start("localhost", Sockets.listen("localhost", 0),
            listener -> http.run(listener, Duration.ofSeconds(2)), () -> "done");
            var alice = new Socket("localhost", server.port()); var bob = new Socket("localhost", server.port())) {
        alice.getOutputStream().write((get("/wait", "") + get("/now", "Connection: close\r\n")).getBytes());
        handlers.waits.await();
        bob.getOutputStream().write((get("/bob", "") + get("/release", "Connection: close\r\n")).getBytes());
        alice.getInputStream().readAllBytes(); // waits until the server has closed
        bob.getInputStream().readAllBytes();
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
            /wait begins
            /bob begins
            /bob ends
            /release begins
            /release ends
            /wait ends
            /now begins
            /now ends
            """;
    // >>> a pipelined request doesn't wait
    // return """
    //         /wait begins
    //         /now begins
    //         /now ends
    //         /bob begins
    //         /bob ends
    //         /release begins
    //         /release ends
    //         /wait ends
    //         """;
    // >>> the future resumes its handler at once
    // return """
    //         /wait begins
    //         /bob begins
    //         /bob ends
    //         /release begins
    //         /wait ends
    //         /release ends
    //         /now begins
    //         /now ends
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
// 1. The loop of a connection reads, parses, handles and writes. Where is Alice's coroutine while `/wait` waits?
// 2. Bob's connection has another coroutine. Does his depend on Alice's?
// 3. `setResult` puts the callbacks of the future into the loop's queue. When does the loop get to them?
//
// ## Solution
//
// `/now` has arrived together with `/wait`, but Alice's coroutine is in the handler of `/wait`, and it's the one that
// would handle `/now`. So the answers leave in the order of the requests, as HTTP/1.1 demands. Bob's connection has
// a coroutine of its own, which runs while Alice's waits. His `/release` completes her future, and that only puts a
// callback into the ready queue: his handler runs on until it ends, and Alice's coroutine goes on in a later turn.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - a pipelined request doesn't wait: Line 2 of your prediction is "/now begins", and the program prints something else.
//   Expected: another line 2; those before it are right.
// - the future resumes its handler at once: Line 5 of your prediction is "/wait ends", and the program prints something
//   else. Expected: another line 5; those before it are right.
