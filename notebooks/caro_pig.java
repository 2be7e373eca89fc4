// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/http/HttpClient.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;
import aio.http.ClientResponse;
import aio.http.HttpClient;
import aio.http.HttpRequest;
import aio.http.HttpServer;
import script.Script;
import script.ScriptException;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # CaroPig: a web framework
//
// The last article builds a web framework from nothing: a loop, an HTTP parser, routes, and views that may
// answer at once or later. We have the loop and the parser. What is left is the framework itself, and it is
// small: a table of routes, and a rule for what a view may return.
//
// ```diagram
//            request                     view returns
//  client ----------> process: route? --+-- HttpResponse ------------------------------> answer
//                        |              |
//                        | none         +-- Future(callback, url)
//                        v                     |
//                   HttpNotFound               +-> ClientRequest: asks url, does not block
//                                              |        |  answer, 502, 504
//                                              |        v
//                       /stop: 'ok' ---------> Future is done --> done callback --> answer
// ```
//
// The names are the article's, so that you can lay both side by side.

// %% [markdown]
// ## HttpResponse, HttpNotFound, HttpMethods
//
// What a view returns when it knows the answer. The original's 'not found' is sent with the status 200; here
// the status belongs to the response. Views answer GET and HEAD; to any other method the framework names
// those in the header `Allow`: with 204 if that was the question (OPTIONS), else with 405.

// %%
class HttpResponse {
    final int status;
    final String content;

    HttpResponse(int status, String content) {
        this.status = status;
        this.content = content;
    }
}

// %%
class HttpNotFound extends HttpResponse {
    HttpNotFound(String content) {
        super(404, content);
    }
}

// %%
class HttpMethods extends HttpResponse {
    static final String ALLOWED = "GET, HEAD, OPTIONS";

    HttpMethods(String asked) {
        super(asked.equals("OPTIONS") ? 204 : 405, "only " + ALLOWED + "\n");
    }
}

// %% [markdown]
// ## Future
//
// What a view returns when somebody else knows the answer: the URL to ask, and a callback that makes a
// response of what came back. Whoever completes it, the server asked or the visitor of `/stop`, need not know the client.

// %%
interface Callback {
    HttpResponse call(HttpRequest request, HttpResponse answer);
}

// %%
class Future extends aio.Future<HttpResponse> {
    final Callback callback;
    final URI url;

    Future(Callback callback, URI url) {
        this.callback = callback;
        this.url = url;
    }
}

// %% [markdown]
// ## ClientRequest
//
// Asks the URL of one future, and completes that one. The original connects with a blocking socket, and
// when any server answers it completes the first future that waits. Here the fetch is a coroutine: it
// suspends while it connects, writes and reads. What goes wrong with the other server is not our client's
// fault, and the status says so: 502 if it refuses, breaks off or talks nonsense, 504 if it takes too long.

// %%
class ClientRequest {
    final HttpClient client;
    final Future future;

    ClientRequest(HttpClient client, Future future) {
        this.client = client;
        this.future = future;
    }

    void send() {
        HttpResponse answer;
        try {
            ClientResponse response = client.get(future.url);
            answer = new HttpResponse(response.status(), response.text());
        } catch (TimeoutException e) {
            answer = new HttpResponse(504, "the upstream took too long\n");
        } catch (IOException e) {
            answer = new HttpResponse(502, "the upstream could not be asked\n");
        }
        if (!future.isDone()) future.setResult(answer);
    }
}

// %% [markdown]
// ## CaroPig
//
// `process` finds the view and deals with what it returns. Then comes what the original does by **polling**: every five
// milliseconds it looks through all futures, whether one is ready. That costs time when nothing happens and delays
// what does happen. A future knows best when it is done; so give it a callback. `await` is that callback, and
// the coroutine is what it calls: the line after `await` runs once, in the turn in which the future is completed.
//
// A client may leave while its future waits. Then nobody wants the answer, and `onClose` cancels the future.
// A future that ends, however it ends, takes its request to the other server with it.

// %%
interface View {
    Object answer(HttpRequest request) throws Exception;
}

// %%
record Route(Pattern pattern, View view) {}

// %%
class CaroPig {
    final List<Route> routes;
    final HttpClient client;
    final HttpServer http = new HttpServer((request, response) -> {
        HttpResponse answer = process(request, gone -> response.onClose(gone));
        if (answer instanceof HttpMethods) response.header("Allow", HttpMethods.ALLOWED);
        response.status(answer.status).write(answer.content);
    });

    CaroPig(List<Route> routes, Duration timeout) {
        this.routes = routes;
        this.client = new HttpClient(timeout);
    }

    HttpResponse process(HttpRequest request, Consumer<Runnable> onClose) throws Exception {
        for (Route route : routes) {
            if (!route.pattern().matcher(request.path()).matches()) continue;
            if (!List.of("GET", "HEAD").contains(request.method())) return new HttpMethods(request.method());
            Object result = route.view().answer(request);
            return result instanceof Future future ? later(request, future, onClose) : (HttpResponse) result;
        }
        return new HttpNotFound("404 not found\n");
    }

    HttpResponse later(HttpRequest request, Future future, Consumer<Runnable> onClose) throws Exception {
        var asking = EventLoop.current().createTask("ask " + future.url, () -> new ClientRequest(client, future).send());
        onClose.accept(() -> future.cancel());
        try {
            return future.callback.call(request, doneCallback(future));
        } finally {
            asking.cancel();
        }
    }

    /** In the place of the original's polling_callback. */
    HttpResponse doneCallback(Future future) throws Exception {
        return await(future);
    }
}

// %% [markdown]
// ## Views and routes
//
// `/index` answers. `/req` asks the other server. `/stop` completes the oldest request that still waits: for
// that it needs a list, and a future that is done takes itself off.

// %%
class Views {
    final Deque<Future> requestList = new ArrayDeque<>();
    final URI upstream;

    Views(URI upstream) {
        this.upstream = upstream;
    }

    Object index(HttpRequest request) {
        return new HttpResponse(200, "ok");
    }

    Object req(HttpRequest request) {
        var future = new Future((asked, answer) -> answer, upstream);
        requestList.add(future);
        future.addDoneCallback(done -> requestList.remove(future));
        return future;
    }

    Object stop(HttpRequest request) {
        Future oldest = requestList.poll();
        if (oldest == null || oldest.isDone()) return new HttpNotFound("no request waits\n");
        oldest.setResult(new HttpResponse(200, "ok"));
        return new HttpResponse(200, "ok");
    }
}

// %%
CaroPig caroPig(URI upstream, Duration timeout) {
    var views = new Views(upstream);
    return new CaroPig(List.of(
            new Route(Pattern.compile("/index"), request -> views.index(request)),
            new Route(Pattern.compile("/req"), request -> views.req(request)),
            new Route(Pattern.compile("/stop"), request -> views.stop(request))), timeout);
}

// %% [markdown]
// ## An upstream to ask
//
// The article asks a site on the open net. You may be on a train; so unless you name a server
// with `--upstream`, a small one is started beside, that takes three seconds to answer.

// %%
HttpServer localUpstream() {
    return new HttpServer((request, response) -> {
        await(new SleepEvent(Duration.ofSeconds(3)));
        response.write("hello from upstream\n");
    });
}

// %%
void serve(ServerSocketChannel listener, HttpServer http, ServerSocketChannel local) throws Exception {
    var beside = new Thread(() -> {
        try {
            localUpstream().run(local, Duration.ZERO);
        } catch (Exception e) {
            // It has been stopped, or never began: then /req answers 502.
        }
    }, "upstream");
    if (local != null) beside.start();
    try {
        http.run(listener, Duration.ofSeconds(2));
    } finally {
        beside.interrupt();
    }
}

// %%
Server start(String host, int port, String upstream, Duration timeout) throws IOException {
    var listener = Sockets.listen(host, port);
    ServerSocketChannel local = upstream.isEmpty() ? Sockets.listen("localhost", 0) : null;
    String address = upstream.isEmpty() ? "localhost:" + local.socket().getLocalPort() : upstream;
    HttpServer http = caroPig(URI.create("http://" + address + "/"), timeout).http;
    return Server.start(host, listener, l -> serve(l, http, local), () -> http.accepted() + " clients");
}

// %%
String checked(String upstream) {
    if (upstream.isEmpty() || upstream.matches("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}")) return upstream;
    throw new ScriptException("caro_pig --upstream must be HOST:PORT, not '" + upstream + "' (try --help)");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            caro_pig [host] [port] [--upstream HOST:PORT] [--timeout N]

            A web framework: GET /index, GET /req (asks the upstream), GET /stop (completes the oldest /req).

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8080)
              --upstream  the server that /req asks (default: a small one of its own)
              --timeout   how many seconds the upstream may take (default 30)
            """, args, a -> start(a.host(), a.port(8080), checked(a.text("--upstream", "")),
            Duration.ofSeconds(a.number("--timeout", 30, 1, 3600))));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang caro_pig
// server started on localhost:8080
// ```
//
// In another terminal. The second answer takes three seconds:
//
// ```console
// $ ./jbang ask http://localhost:8080/index
// ok
// $ ./jbang ask http://localhost:8080/req
// hello from upstream
// $ ./jbang ask http://localhost:8080/stop
// no request waits
// ```
//
// Ask for `/req` in one terminal and for `/stop` in another before the three seconds are over: both say
// `ok`, and the request to the upstream is closed.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, "", Duration.ofSeconds(30));

// %% tags=["active-ipynb"]
// for (String path : List.of("/index", "/req")) {
//     try (var in = URI.create("http://localhost:" + server.port() + path).toURL().openStream()) {
//         IO.println(path + ": " + new String(in.readAllBytes()).strip());
//     }
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the Python original got wrong
//
// | the original | here |
// | --- | --- |
// | A client that leaves, or asks for `/`, completes somebody else's `/req`, and leaves the server at 100 % of a core. | a 404; the end of a connection is its own affair |
// | Whichever upstream answers first completes the request that waited first; its answer is thrown away for the word `received`. | every request has its own, and answers what came back |
// | Connects with a blocking socket. An upstream that keeps its connection open stops the whole server; one that refuses ends it. | a coroutine; 502, 504 |
// | The upstream's socket is read as if a client had sent a request. | a client reads responses |
// | A request in two pieces, a byte that is no UTF-8, a view that fails, `/stop` with nothing to stop: each ends the server. | the parser of chapter 12; a 500; a 404 |
// | `/indexfoo` is `/index`; `/index?x=1` is nothing. | the whole path, without the query |
// | No `Content-Length`, no keep-alive, no `Connection: close`; HEAD has a body. | HTTP |
// | Looks every 5 ms whether a future is ready. | a done callback |
//
// ## What is still wrong
//
// One thread is one core. Two or more loops, each with a thread and a listener of its own, would use the others; then
// `requestList` is shared by threads, and what was simple needs a lock. That is the bargain of every event loop.
//
// ## Exercises
//
// 1. Give `Route` a method, so that `POST /index` can be another view.
// 2. Let `/req?url=...` choose what is asked. Which URLs must it refuse, if it is not to be abused?
// 3. Ask the upstream over a connection that is kept. What has to be known before the next request may use it?
