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
// client that sends half a request and falls silent keeps its connection forever, and enough such clients use up the
// file descriptors of the server, so that nobody else gets in. This chapter follows a connection from its beginning
// to its end, limits the time of each stage, and gives each path its own answer.
//
// ## One coroutine per connection
//
// The library's `HttpServer` starts a coroutine for each connection, as the server in
// [aio_coroutine_server](aio_coroutine_server.java) does. This is the loop in
// [HttpConnection](../lib/aio/http/HttpConnection.java), in outline:
//
// ```java
// while (keepAlive) {
//     HttpRequest request = parser.poll();                  // a pipelined request may be here already
//     while (request == null) {
//         out.flush();                                      // before we wait, the client gets its answers
//         byte[] bytes = waitFor(input, timeLeft);          // depends on the state, see below
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
// The loop reads, parses, handles and writes. Three things follow from that:
//
// - **Keep-alive**: the connection stays open for the next request, until the client says `Connection: close` or
//   leaves ([RFC 9112, section 9.3](https://www.rfc-editor.org/rfc/rfc9112#section-9.3)).
// - **Pipelining**: a client may send its next request before the answer to the last one. Answers leave in the order
//   of the requests, because the loop handles one at a time.
// - **Backpressure**: the server reads nothing while it handles a request. The socket's receive buffer fills up, and
//   TCP stops a client that sends faster than the server answers.
//
// Blocking code on a virtual thread could run the same loop; [measure_peers](measure_peers.java) compares the two.
//
// How long the loop waits depends on the state of the connection. (A request without content skips BODY.)
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
// the server closes the connection. [Limits](../lib/aio/http/Limits.java) holds all of these times, and the limits
// for sizes that `http_parser` listed.

// %% [markdown]
// ## Handlers and routes
//
// A [RequestHandler](../lib/aio/web/RequestHandler.java) answers the requests of one route, with a Java method for
// each HTTP method, as in Python's web framework [Tornado](https://www.tornadoweb.org). If the handler doesn't have
// the method, the client gets a 405; if no route matches the path, it gets a 404. `Index` answers only `GET`. `Echo`
// overrides `handle`, so it answers every method, and sends back the content of the request.

// %%
class Index extends RequestHandler {
    protected void get() {
        write("ok");
    }
}

class Echo extends RequestHandler {
    protected void handle() {
        header("Content-Type", "application/octet-stream");
        write(request().body());
    }
}

// %% [markdown]
// A large answer doesn't have to be in memory at once. `flush` sends what was written so far and waits until the
// kernel has taken it, which it does only as fast as the client reads. Meanwhile other handlers run, and a slow
// reader costs the server only one piece of 64 KiB. Without the `flush`, `write` would collect all of the answer.

// %%
class Big extends RequestHandler {
    protected void get() throws Exception {
        String count = argument("bytes", "1000000");
        if (!count.matches("[0-9]{1,10}")) throw new HttpException(400, "bytes must be a number up to 9999999999");
        long bytes = Long.parseLong(count);
        header("Content-Type", "application/octet-stream");
        header("Content-Length", Long.toString(bytes));
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) 'x');
        for (long left = bytes; left > 0; left -= piece.length) {
            write(left < piece.length ? Arrays.copyOf(piece, (int) left) : piece);
            response().flush();
        }
    }
}

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
// A server allows ten connections at once; any further clients wait in the kernel's queue. Ten clients connect, and
// each sends the first bytes of a request and no more. Then an honest client asks for `/index`. What do a slow client
// and the honest one get if the server allows an hour for a head, and what if it allows half a second?

// %%
static Socket send(int port, String text, int patience) throws IOException {
    var client = new Socket("localhost", port);
    client.setSoTimeout(patience);
    client.getOutputStream().write(text.getBytes());
    return client;
}

static String answer(Socket client) throws IOException {
    try {
        return new BufferedReader(new InputStreamReader(client.getInputStream())).readLine();
    } catch (SocketTimeoutException e) {
        return "no answer";
    }
}

void attack(Duration head, int patience) throws IOException {
    Limits limits = Limits.DEFAULT.withConnections(10, 64) // 64: how many pipelined answers go into one write
            .withTimes(head, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
    var clients = new ArrayList<Socket>();
    try (var server = start("localhost", 0, limits)) {
        for (int i = 0; i < 10; i++) clients.add(send(server.port(), "GET /index HT", patience));
        clients.add(send(server.port(), "GET /index HTTP/1.1\r\nHost: a\r\n\r\n", patience));
        IO.println("a head may take " + head + ": the honest client gets " + answer(clients.getLast()));
        IO.println("    and a slow one gets " + answer(clients.getFirst()));
        for (Socket client : clients) client.close();
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

            An HTTP server: GET /index, any method for /echo, GET /big?bytes=N.

              host            where to listen (default localhost)
              port            the port, 0 for any free one (default 8080)
              --slow-clients  do not serve: show what ten slow clients do without a time limit, and with one
            """, args, a -> start(a.host(), a.port(8080), Limits.DEFAULT));
}

// %% [markdown]
// ```console
// $ ./jbang http_server --slow-clients
// server started on localhost:[...]
// a head may take PT1H: the honest client gets no answer
//     and a slow one gets no answer
// server stopped: [...] clients
// server started on localhost:[...]
// a head may take PT0.5S: the honest client gets HTTP/1.1 200 OK
//     and a slow one gets HTTP/1.1 408 Request Timeout
// server stopped: [...] clients
// ```
//
// The attack is called slowloris, and it costs the attacker a few bytes per connection. The fix is the first argument
// of `withTimes`: after half a second each of the ten gets a 408. Because they don't leave, the server closes their
// connections two seconds later, and the honest client has its turn. A limit for each *read* wouldn't help, because a
// client that sends one byte every second never exceeds it. So the limit covers the time from the first byte of the
// head to the last.

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang http_server
// server started on localhost:8080
// ```
//
// In another terminal:
//
// ```console
// $ ./jbang ask http://localhost:8080/index
// ok
// $ ./jbang ask --data 'a message' http://localhost:8080/echo
// a message
// $ ./jbang ask http://localhost:8080/big?bytes=3000000 | wc --bytes
// 3000000
// ```
//
// Now a client sends two requests in one write, and the second asks to close. How many answers come back?
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
// // Two requests in two writes, the second cut in the middle: two answers all the same.
// try (var server = start("localhost", 0, Limits.DEFAULT); var client = new Socket("localhost", server.port())) {
//     OutputStream out = client.getOutputStream();
//     out.write("GET /index HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Le".getBytes());
//     out.write("ngth: 5\r\nConnection: close\r\n\r\nhello".getBytes());
//     IO.println(new String(client.getInputStream().readAllBytes()));
// }

// %% [markdown]
// ## What it still can't do
//
// Each of these handlers has its answer at hand. A real one waits: for a database, for another server, for a thread
// that computes. If a handler blocks, the loop stops, and every other client waits. In
// [tornado_future](tornado_future.java) a handler waits for a future instead.
//
// ## Exercises
//
// - Two connections, four requests: `./jbang exercise start http_server_1`
// - A limit that a slow client can't evade: `./jbang exercise start http_server_2`
// - The second answer is broken: `./jbang exercise start http_server_3`
