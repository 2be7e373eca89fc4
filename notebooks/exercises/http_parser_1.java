// %%
//JAVA 25+
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
//SOURCES ../../lib/script/Server.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.http.HttpServer;
import exercise.Prediction;
import exercise.Printed;
import script.Server;
import script.Sockets;

// %% [markdown]
// # Where the next request begins
//
// **Predict.** The length of a message decides what the bytes after it mean.
//
// `program` sends `STREAM` to a server whose parser is as strict as that of [http_parser](../http_parser.java). For each
// request, the server prints the method, the path, and the number of bytes of the content. What does it print? Write
// your lines into `prediction`. Leave out the lines with which the server says that it has started and stopped.

// %%
static final String STREAM = """
        POST /one HTTP/1.1
        Host: localhost
        Content-Length: 5

        helloGET /two HTTP/1.1
        Host: localhost

        POST /three HTTP/1.1
        Host: localhost
        Content-Length: 2

        helloGET /four HTTP/1.1
        Host: localhost

        POST /five HTTP/1.1
        Host: localhost
        Transfer-Encoding: chunked

        10
        0123456789abcdef
        0

        POST /six HTTP/1.1
        Host: localhost
        Content-Length: 3
        Content-Length: 4

        abcdGET /seven HTTP/1.1
        Host: localhost

        """.replace("\n", "\r\n");

void program() throws IOException {
    var http = new HttpServer((request, _) ->
            IO.println(request.method() + " " + request.path() + " " + request.body().length));
    try (var server = Server.start("localhost", Sockets.listen("localhost", 0),
            listener -> http.run(listener, Duration.ofSeconds(2)), () -> "done");
            var socket = new Socket("localhost", server.port())) {
        socket.getOutputStream().write(STREAM.getBytes());
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes(); // waits until the server has closed
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
            POST /one 5
            GET /two 0
            POST /three 2
            lloGET /four 0
            POST /five 16
            """;
    // >>> hello is one word
    // return """
    //         POST /one 5
    //         GET /two 0
    //         POST /three 5
    //         GET /four 0
    //         POST /five 16
    //         """;
    // >>> a decimal chunk size
    // return """
    //         POST /one 5
    //         GET /two 0
    //         POST /three 2
    //         lloGET /four 0
    //         POST /five 10
    //         """;
    // >>> it goes on after an error
    // return """
    //         POST /one 5
    //         GET /two 0
    //         POST /three 2
    //         lloGET /four 0
    //         POST /five 16
    //         GET /seven 0
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
// 1. There is no line end after the content. How many bytes of `hello` belong to `/three`, and whose are the others?
// 2. A method is any token: letters, digits and some other characters. In which system is a chunk size written?
// 3. How long is the content of `/six`? What does a server know about the bytes after it, if it doesn't know that?
//
// ## Solution
//
// `/three` says that its content has two bytes, so its content is `he`, and the next request begins with `llo`: its
// method is `lloGET`, a method that nobody has heard of but that the grammar allows. The chunk has `10` bytes in
// hexadecimal, which is 16. `/six` has two lengths, which become `3, 4`, and that isn't a number. The server answers 400
// and closes the connection. It can't go on with `/seven`, because it can't know where `/seven` begins: behind `abc` or
// behind `abcd`?
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - hello is one word: Line 3 of your prediction is "POST /three 5", and the program prints something else.
//   Expected: another line 3; those before it are right.
// - a decimal chunk size: Line 5 of your prediction is "POST /five 10", and the program prints something else.
//   Expected: another line 5; those before it are right.
// - it goes on after an error: Your prediction has 6 lines, which are right so far, but the program prints fewer.
//   Expected: as many lines as the program prints.
