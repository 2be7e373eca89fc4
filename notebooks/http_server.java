// %%
//JAVA 25+
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
//SOURCES ../lib/aio/web/Application.java
import module java.base;
import aio.http.HttpException;
import aio.http.HttpServer;
import script.Script;
import script.Server;
import script.Sockets;
import aio.web.Application;
import aio.web.RequestHandler;

// %% [markdown]
// # HTTP: where a message ends
//
// Since the first chapter one question has been open. TCP delivers a stream of bytes: two messages may
// arrive in one read, and one message in many. All our servers so far took one read for one message, or
// the end of the stream for the end of the only message. A protocol has to say where a message ends,
// and both sides have to agree to the byte. HTTP says it like this:
//
// ```text
// POST /echo HTTP/1.1\r\n        the request line: method, target, version
// Host: localhost:8080\r\n       header fields, one a line
// Content-Length: 5\r\n          this many bytes follow the empty line
// \r\n                           the head ends
// hello                          the content; the next byte begins another request
// ```
//
// The head ends with an empty line. The content is as long as `Content-Length` says; or it comes in chunks,
// each with its length in hexadecimal, when the sender does not know the length in advance:
//
// ```text
// Transfer-Encoding: chunked\r\n
// \r\n
// 5\r\n
// hello\r\n
// 0\r\n                          a chunk of no bytes: the end
// \r\n
// ```
//
// Without either a request has no content, and a response ends with its connection. That is all there is.
// A parser built on it does not care how the bytes were cut: `lib/aio/http/MessageParser.java` takes them one by
// one or all at once, and gives the same requests:
//
// ```diagram
//   what read() gives   |<----- 1 ----->|<------- 2 ------->|<---- 3 --->|
//
//   the stream          |  head  |  content  |  head  |  head  | content |
//
//   the requests        |<------- 1 -------->|<-- 2 ->|<------- 3 ------>|
// ```

// %% [markdown]
// ## Why so strict?
//
// What if a request has both lengths, and they differ? Say that a proxy in front believes the one and
// the server behind it the other. Then they disagree where the next request begins, and an attacker
// can hide a second request in the content of the first. It is called request smuggling, and it works
// wherever two parsers guess differently. So this one does not guess. Two lengths, a blank before a colon,
// a line that ends with a bare line feed, a number with a plus sign: each is answered with 400 and the end
// of the connection. `tests/http` has all such cases, with the bytes and the answer, to be read.

// %% [markdown]
// ## Handlers and routes
//
// From here on we write as one does with Tornado. A handler answers the requests of one route; a method of
// its own for each method of HTTP. Those that it does not have are answered with 405, and a path
// that no route matches with 404.

// %%
class Index extends RequestHandler {
    protected void get() {
        write("ok");
    }
}

// %% [markdown]
// A handler that overrides `handle` answers every method alike. This one sends back what it got:

// %%
class Echo extends RequestHandler {
    protected void handle() {
        header("Content-Type", "application/octet-stream");
        write(request().body());
    }
}

// %% [markdown]
// A large answer need not be in memory at once. `flush` sends what was written so far, and waits until
// the client has taken it. A handler is a coroutine: while this one waits for a slow reader, the
// others run, and the slow reader costs one piece of 64 KiB.

// %%
class Big extends RequestHandler {
    protected void get() throws Exception {
        long bytes = size(argument("bytes", "1000000"));
        header("Content-Type", "application/octet-stream");
        header("Content-Length", Long.toString(bytes));
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) 'x');
        for (long left = bytes; left > 0; left -= piece.length) {
            write(left < piece.length ? Arrays.copyOf(piece, (int) left) : piece);
            response().flush();
        }
    }

    static long size(String text) throws HttpException {
        if (!text.matches("[0-9]{1,10}")) throw new HttpException(400, "bytes must be a number up to 9999999999");
        return Long.parseLong(text);
    }
}

// %%
Application application() {
    return new Application()
            .route("/index", Index::new)
            .route("/echo", Echo::new)
            .route("/big", Big::new);
}

// %% [markdown]
// ## The server
//
// `HttpServer` accepts connections and reads requests from each, until the client leaves or asks to close
// (`Connection: close`): that is keep-alive. Requests that come before the answer to an earlier one are
// answered in their order: pipelining. It keeps an eye on the clock, for a client that sends a byte every
// ten seconds would hold its connection for ever, and a thousand of those are an attack (slowloris). After
// Ctrl-C it accepts no more, and gives what has begun two seconds to end.
//
// Each connection is a coroutine, as in the echo server of aio_coroutine_server: it waits for bytes, parses them,
// calls the handler, and writes the answer. So a handler may wait at any line, and holds up only its own client.

// %%
Server start(String host, int port) throws IOException {
    var http = new HttpServer(application());
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofSeconds(2)),
            () -> http.accepted() + " clients");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            http_server [host] [port]

            An HTTP server: GET /index, ANY /echo, GET /big?bytes=N.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8080)
            """, args, a -> start(a.host(), a.port(8080)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang http_server
// server started on localhost:8080
// ```
//
// In another terminal (`ask` does what `curl` does, and needs no installation):
//
// ```console
// $ ./jbang ask http://localhost:8080/index
// ok
// $ ./jbang ask --data 'a message' http://localhost:8080/echo
// a message
// $ ./jbang ask http://localhost:8080/big?bytes=3000000 | wc --bytes
// 3000000
// $ ./jbang ask http://localhost:8080/nothing
// there is no such page
// ```

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// // Two requests in one write, the second cut in the middle: two answers all the same.
// try (var client = new Socket("localhost", server.port())) {
//     OutputStream out = client.getOutputStream();
//     out.write("GET /index HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Le".getBytes());
//     out.write("ngth: 5\r\nConnection: close\r\n\r\nhello".getBytes());
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the Python original got wrong
//
// The fourth article parses HTTP too, by splitting strings (chapter 14 has the whole of it). It takes one
// read for a request, and loses what came with the second read. It never looks at `Content-Length`. A
// line without a colon is the end of its server, and so is a byte that is no UTF-8. Any path that
// begins like a route is that route. Its 404 says `200 OK`. None of this is left here.
//
// ## What is still wrong
//
// Every handler so far has its answer at hand. A real one waits: for a database, for another
// server, for a thread. The next chapter gives it a Future.
//
// ## Exercises
//
// 1. Send `GET /index` by hand: `printf 'GET /index HTTP/1.1\r\nHost: a\r\n\r\n' | ./jbang talk localhost 8080`
//    (`nc` does the same). Now leave out the Host line, then use `\n` for `\r\n`. What does the server say, and what does
//    it do after that?
// 2. Add a route `/users/(\d+)` that greets by number; see `pathArgument`. What does `/users/12x` answer?
// 3. Ask for more than you read: `./jbang ask 'http://localhost:8080/big?bytes=999999999' | sleep 60`. Watch the
//    server's memory meanwhile.
