// %%
//JAVA 25+
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/aio/http/Limits.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
//SOURCES ../lib/aio/web/Application.java
import module java.base;
import aio.http.HttpException;
import aio.http.HttpServer;
import aio.http.Limits;
import script.Script;
import script.Server;
import script.Sockets;
import aio.web.Application;
import aio.web.RequestHandler;

// %% [markdown]
// # HTTP: the life of a connection
//
// [http_parser](http_parser.java) knows where each request ends. But how long should a server wait for that end? A
// client that sends half a request and falls silent keeps its connection forever, and a few thousand such clients
// keep everybody else out. This chapter follows a connection from its beginning to its end, sets a time limit for
// each stage, and gives each path its own answer.
//
// ## One coroutine a connection
//
// The library's `HttpServer` starts a coroutine for each connection, as the server in
// [aio_coroutine_server](aio_coroutine_server.java) does. This is the loop in
// [HttpConnection](../lib/aio/http/HttpConnection.java), without its error handling:
//
// ```java
// while (keepAlive && !(server.isStopping() && parser.isBetweenMessages())) {
//     HttpRequest request = parser.poll();                  // a pipelined request may be here already
//     while (request == null) {
//         out.flush();                                      // before we wait, the client gets its answers
//         byte[] bytes = waitFor(input, timeLeft);          // idle, head or body
//         if (bytes.length == 0) throw new EOFException();  // the client has ended its side
//         parser.feed(bytes);
//         request = parser.poll();
//     }
//     keepAlive = request.keepsAlive();
//     var response = new HttpResponse(this, request);
//     server.handler.handle(request, response);             // it may await, too
//     response.finish();
// }
// ```
//
// The loop waits, parses, handles and writes. Three properties of HTTP follow from it:
//
// - **Keep-alive**: the connection stays open for the next request, until the client says `Connection: close` or leaves
//   ([RFC 9112, section 9.3](https://www.rfc-editor.org/rfc/rfc9112#section-9.3)).
// - **Pipelining**: a client may send its next request before the answer to the last one. Answers leave in the order of
//   the requests, because the loop handles one at a time.
// - **Backpressure**: the server reads nothing while it handles a request, so TCP slows down a client that sends
//   faster than the server answers.
//
// In the sketch, `timeLeft` depends on the state of the connection:
//
// ```diagram
//           first byte            head complete             content complete
//   IDLE ----------------> HEAD ------------------> BODY ---------------------> HANDLER
//    ^ |                    |                        |                             |
//    | | 75 s               | 10 s                   | 60 s                        |
//    | v                    v                        v                             |
//    | close               408, close               408, close                     |
//    |                                                                             |
//    +---------------------------- the answer is written --------------------------+
// ```
//
// A handler has no time limit of its own here, but writing its answer does: if a client takes nothing for 30 seconds,
// the server closes the connection. [Limits](../lib/aio/http/Limits.java) holds all of these, along with the parser's
// size limits.

// %% [markdown]
// ## Handlers and routes
//
// From here on we write handlers as you would in Tornado. A handler answers the requests of one route, with a Java
// method for each HTTP method. If the handler doesn't have the method, the client gets a 405; if no route matches the
// path, it gets a 404.

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
// A large answer doesn't have to be in memory at once. `flush` sends what was written so far and waits until the
// kernel has taken it, which it does only as fast as the client reads. While this handler waits for a slow reader,
// the others run, and the slow reader costs only one piece of 64 KiB. Without the `flush`, `write` would collect all
// of it.

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
// After Ctrl-C the server accepts no new connections, closes the idle ones, and gives requests in flight two seconds
// to finish.

// %%
Server start(String host, int port, Limits limits) throws IOException {
    var http = new HttpServer(application(), limits);
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofSeconds(2)),
            () -> http.accepted() + " clients");
}

// %% [markdown]
// ## The mistake: no time limit
//
// A server allows ten connections at once; above that, clients wait in the kernel's queue. Ten clients connect, and each
// sends the first bytes of a request and no more. Then an honest client asks for `/index`. What does it get if the
// server allows an hour for a head, and what if it allows half a second?

// %%
String honest(int port, int patience) throws IOException {
    try (var client = new Socket("localhost", port)) {
        client.setSoTimeout(patience);
        client.getOutputStream().write("GET /index HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes());
        return new String(client.getInputStream().readAllBytes()).lines().findFirst().orElse("nothing");
    } catch (SocketTimeoutException e) {
        return "no answer";
    }
}

void attack(Duration head, int patience) throws IOException {
    Limits limits = Limits.DEFAULT.withConnections(10, 64)
            .withTimes(head, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
    var slow = new ArrayList<Socket>();
    try (var server = start("localhost", 0, limits)) {
        for (int i = 0; i < 10; i++) {
            slow.add(new Socket("localhost", server.port()));
            slow.getLast().getOutputStream().write("GET /index HT".getBytes());
        }
        IO.println("a head may take " + head + ": the honest client gets " + honest(server.port(), patience));
        for (Socket client : slow) client.close();
    }
}

// %%
void main(String... args) throws Exception {
    if (List.of(args).contains("--slow-clients")) {
        attack(Duration.ofHours(1), 1000);
        attack(Duration.ofMillis(500), 10_000);
        return;
    }
    Script.serve("""
            http_server [host] [port] [--slow-clients]

            An HTTP server: GET /index, ANY /echo, GET /big?bytes=N.

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8080)
              --slow-clients  show what ten slow clients do to a server without a time limit, and to one with it
            """, args, a -> start(a.host(), a.port(8080), Limits.DEFAULT));
}

// %% [markdown]
// ```console
// $ ./jbang http_server --slow-clients
// server started on localhost:[...]
// a head may take PT1H: the honest client gets no answer
// server stopped: [...] clients
// server started on localhost:[...]
// a head may take PT0.5S: the honest client gets HTTP/1.1 200 OK
// server stopped: [...] clients
// ```
//
// The attack is called slowloris, and it costs the attacker a few bytes a connection. The fix is one argument,
// `withTimes`: after half a second each of the ten gets a 408, and two seconds later, because it hasn't left, its
// connection is closed and the honest client is next. A limit for each *read* would not help: a client that sends one
// byte every second never exceeds it. So the limit covers the time from the first byte of the head to the last.

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
//
// Now send two requests in one write, the second of which asks to close:
//
// ```console
// $ printf 'GET /index HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' | ./jbang talk localhost 8080
// HTTP/1.1 200 OK
// Date: [...]
// Content-Type: text/plain; charset=utf-8
// Content-Length: 2
//
// okHTTP/1.1 404 Not Found
// Date: [...]
// Content-Type: text/plain; charset=utf-8
// Content-Length: 22
// Connection: close
//
// there is no such page
// ```

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, Limits.DEFAULT);

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
// ## What it still can't do
//
// Every handler so far has its answer at hand. A real one waits: for a database, for another server, for a thread
// that computes. If a handler blocks, the loop stops, and every other client waits.
// [tornado_future](tornado_future.java) gives the handler a future to wait for.
//
// ## Exercises
//
// 1. Send `GET /index` by hand: `printf 'GET /index HTTP/1.1\r\nHost: a\r\n\r\n' | ./jbang talk localhost 8080` (`nc`
//    does the same). Now leave out the Host line, then use `\n` instead of `\r\n`. What does the server say, and what
//    does it do after that?
// 2. Add a route `/users/(\d+)` that greets by number; see `pathArgument`. What does `/users/12x` answer?
// 3. Ask for more than you read: `./jbang ask 'http://localhost:8080/big?bytes=999999999' | sleep 60`. Watch the
//    server's memory meanwhile.
