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
// [tornado_future](tornado_future.java) spends a thread on every wait. But when a request waits for another server,
// the answer comes from a socket, and waiting for sockets is what the loop is for. So what does a web framework look
// like if some requests get their answer at once, and others get it later, from another server, without a thread?
//
// Ours is called CaroPig. The loop and the HTTP parser are done, so two things are left: a table of routes, and a
// rule for what a **view**, the function that answers a request, may return. It returns an `HttpResponse` if it knows
// the answer, and a `Future` if somebody else does:
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

// %% [markdown]
// ## HttpResponse
//
// An `HttpResponse` has a status and content. Views answer GET and HEAD. For any other method, the framework names
// those two in the `Allow` header, with status 204 if that's what the client asked for (OPTIONS), and otherwise with
// 405 (Method Not Allowed).

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
// A view returns a Future when somebody else knows the answer. It has the URL to ask, and a callback that makes a
// response from what came back.
//
// Mind the name. `import module java.base` brings `java.util.concurrent.Future`, the library has `aio.Future`, and this
// is a third one. A class on the page hides an imported class of the same name, so from here on `Future` is CaroPig's,
// and the library's is spelled `aio.Future`. Ours extends it, so any coroutine can await it.

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

// %% tags=["active-ipynb"]
// IO.println("Future extends " + Future.class.getSuperclass().getName());

// %% [markdown]
// ## ClientRequest
//
// A `ClientRequest` asks the URL of a future and completes that future. `client.get` looks like a call that blocks,
// but it awaits: the coroutine is suspended while it connects, writes, and reads. (Only looking up a host's name
// takes a thread, because the system's lookup blocks.) The object knows nothing about our client except the future.
// If the other server fails, our client isn't to blame, and the status says so: 502 (Bad Gateway) if it refuses,
// breaks off, or sends no HTTP; 504 (Gateway Timeout) if it takes too long
// ([RFC 9110, section 15.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.6)).

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
// `process` finds the view and calls it. If the result is a Future, `later` starts the `ClientRequest` and waits. But how
// does the framework learn that the future is done? It can **poll**, that is, look every few milliseconds. Or it can
// leave a callback with the future. Here are both, and each counts how often it looks.
//
// `doneCallback` is short because `await` does the work: it adds a callback to the future that resumes the coroutine.

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
    final Duration poll; // zero: no polling
    volatile long looks; // written on the loop, read when the server has stopped
    final HttpServer http = new HttpServer((request, response) -> {
        HttpResponse answer = process(request, gone -> response.onClose(gone));
        if (answer instanceof HttpMethods) response.header("Allow", HttpMethods.ALLOWED);
        response.status(answer.status).write(answer.content);
    });

    CaroPig(List<Route> routes, Duration timeout, Duration poll) {
        this.routes = routes;
        this.poll = poll;
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
            return future.callback.call(request, poll.isZero() ? doneCallback(future) : pollingCallback(future));
        } finally {
            asking.cancel();
        }
    }

    HttpResponse pollingCallback(Future future) throws Exception {
        for (looks++; !future.isDone(); looks++) await(new SleepEvent(poll));
        return future.result();
    }

    HttpResponse doneCallback(Future future) throws Exception {
        looks++;
        return await(future);
    }
}

// %% [markdown]
// Two more lines of `later` are easy to forget. A client may leave while its future is still waiting, and then nobody
// wants the answer, so `onClose` cancels the future. And however the wait ends, `finally` cancels the request to the
// other server.
//
// ## Views and routes
//
// `/index` answers at once. `/req` asks the other server. `/stop` completes the oldest request that is still waiting,
// with an answer of its own. For that it needs a list of futures and nothing else: no client, no connection.
// **Whoever completes a future doesn't have to know who is waiting for it.** A future that is done removes itself
// from the list.

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
CaroPig caroPig(URI upstream, Duration timeout, Duration poll) {
    var views = new Views(upstream);
    return new CaroPig(List.of(
            new Route(Pattern.compile("/index"), request -> views.index(request)),
            new Route(Pattern.compile("/req"), request -> views.req(request)),
            new Route(Pattern.compile("/stop"), request -> views.stop(request))), timeout, poll);
}

// %% [markdown]
// ## An upstream to ask
//
// A server that another server sends requests to is its **upstream**. Unless you name one with `--upstream`, the
// chapter starts its own, which answers after three seconds.

// %%
HttpServer localUpstream() {
    return new HttpServer((request, response) -> {
        await(new SleepEvent(Duration.ofSeconds(3)));
        response.write("hello from upstream\n");
    });
}

// %%
void serve(ServerSocketChannel listener, HttpServer http, ServerSocketChannel local) throws Exception {
    var upstream = new Thread(new FutureTask<>(() -> {
        localUpstream().run(local, Duration.ZERO);
        return null;
    }), "upstream");
    if (local != null) upstream.start();
    try {
        http.run(listener, Duration.ofSeconds(2));
    } finally {
        upstream.interrupt();
    }
}

// %%
Server start(String host, int port, String upstream, Duration timeout, Duration poll) throws IOException {
    var listener = Sockets.listen(host, port);
    ServerSocketChannel local = upstream.isEmpty() ? Sockets.listen("localhost", 0) : null;
    String address = upstream.isEmpty() ? "localhost:" + local.socket().getLocalPort() : upstream;
    CaroPig pig = caroPig(URI.create("http://" + address + "/"), timeout, poll);
    return Server.start(host, listener, l -> serve(l, pig.http, local),
            () -> pig.http.accepted() + " clients" + (poll.isZero() ? "" : ", " + pig.looks + " looks"));
}

// %%
String checked(String upstream) {
    if (upstream.isEmpty() || upstream.matches("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}")) return upstream;
    throw new ScriptException("caro_pig --upstream must be HOST:PORT, not '" + upstream + "' (try --help)");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            caro_pig [host] [port] [--upstream HOST:PORT] [--timeout N] [--poll N]

            A web framework: GET /index, GET /req (asks the upstream), GET /stop (completes the oldest /req).

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8080)
              --upstream  the server that /req asks (default: a small one of its own)
              --timeout   how many seconds the upstream may take (default 30)
              --poll      look at each future every N milliseconds, in place of a callback
            """, args, a -> start(a.host(), a.port(8080), checked(a.text("--upstream", "")),
            Duration.ofSeconds(a.number("--timeout", 30, 1, 3600)), Duration.ofMillis(a.number("--poll", 0, 0, 1000))));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang caro_pig
// server started on localhost:8080
// ```
//
// In another terminal, send three requests. The second answer takes three seconds:
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
// Now ask for `/req`, and for `/stop` before the three seconds are over (here, the shell repeats it until there is
// something to stop). Both say `ok`, and the request to the upstream is canceled:
//
// ```console
// $ ./jbang ask localhost:8080/req | grep ok & until ./jbang ask localhost:8080/stop | grep ok; do :; done; wait
// ok
// ok
// ```
//
// ### What polling costs
//
// A second server polls every five milliseconds. A hundred visitors wait three seconds each. How often does the
// server look?
//
// ```console polling
// $ ./jbang caro_pig localhost 8081 --poll 5
// server started on localhost:8081
// ```
//
// ```console
// $ ./jbang ask --times 100 http://localhost:8081/req | sort | uniq --count
//     100 hello from upstream
// ```
//
// ```console polling
// ^Cserver stopped: 100 clients, [...] looks
// ```
//
// When we ran it, the server looked 51,519 times, about five hundred times for each answer. With a callback, it looks
// once for each. You can make it look less often, but then each answer waits longer to be noticed: here up to five
// milliseconds. A callback runs in one of the loop's next turns.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, "", Duration.ofSeconds(30), Duration.ZERO);

// %% tags=["active-ipynb"]
// for (String path : List.of("/index", "/req")) {
//     try (var in = URI.create("http://localhost:" + server.port() + path).toURL().openStream()) {
//         IO.println(path + ": " + new String(in.readAllBytes()).strip());
//     }
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// One thread uses one core: however many requests are waiting, only one runs at a time. Two loops on two threads,
// each with a listener of its own, would use a second core, but then two threads would share `requestList`, and it
// would need a lock. And CaroPig waits only for servers that speak HTTP, because that's the client we have. A
// database has a protocol of its own; [tornado_login](tornado_login.java) waits for one.
//
// ## Exercises
//
// 1. Give `Route` a method, so that `POST /index` can be another view.
// 2. Let `/req?url=...` choose what is asked. Which URLs must it refuse to prevent abuse?
// 3. Ask the upstream over a connection that stays open. What do you have to know before the next request can use it?
