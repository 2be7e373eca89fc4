// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/http/HttpClient.java
//SOURCES ../lib/aio/http/HttpLoops.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/lesson/SlowUpstream.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.http.HttpClient;
import aio.http.HttpLoops;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.HttpServer;
import lesson.SlowUpstream;
import script.Script;
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
// rule for what a **view**, the function that answers a request, may return. It returns an `Answer` if it knows the
// answer, and a `FutureAnswer` if somebody else does:
//
// ```diagram
//            request                     view returns
//  client ----------> process: route? --+-- Answer ------------------------------------> answer
//                        |              |
//                        | none         +-- FutureAnswer(url)
//                        v                     |
//                       404                    +-> ask: requests url, does not block
//                                              |        |  its answer, 502, 504
//                                              |        v
//                       /stop: 'ok' ---------> future is done --> coroutine goes on --> answer
// ```

// %%
record Answer(int status, String text) {}

class FutureAnswer extends Future<Answer> {
    final URI url;

    FutureAnswer(URI url) {
        this.url = url;
    }
}

interface View {
    Object answer(HttpRequest request) throws Exception; // an Answer or a FutureAnswer
}

record Route(Pattern pattern, View view) {}

// %% [markdown]
// ## Asking another server
//
// The library's [HttpClient](../lib/aio/http/HttpClient.java#fetch) waits with events that you know, and its parser
// reads responses as the server's reads requests. Without error handling, it does this:
//
// ```java
// channel.configureBlocking(false);
// waitFor(new ConnectEvent(channel, address), timeLeft);
// waitFor(new WriteEvent(channel, request), timeLeft);
// ClientResponse response;
// do {
//     parser.feed(waitFor(new ReadEvent(channel), timeLeft));
//     response = parser.poll();
// } while (response == null);
// ```
//
// So `client.get(url)` looks like a call that blocks, but only its coroutine is suspended. If the **upstream**, the
// server that ours asks, fails, the status says so ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-15.6)):
// 502 (Bad Gateway) if it refuses, breaks off, or sends no HTTP; 504 (Gateway Timeout) if it takes too long.

// %%
static void ask(HttpClient client, FutureAnswer future) {
    Answer answer;
    try {
        var response = client.get(future.url);
        answer = new Answer(response.status(), response.text());
    } catch (TimeoutException e) {
        answer = new Answer(504, "the upstream took too long\n");
    } catch (IOException e) {
        answer = new Answer(502, "the upstream could not be asked\n");
    }
    future.complete(answer); // false if somebody else was faster
}

// %% [markdown]
// ## CaroPig
//
// `process` finds the view and calls it. If the result is a `FutureAnswer`, `later` asks and waits. But how does the
// framework learn that the future is done? It can **poll**, that is, look every few milliseconds, and count how often
// it looks. Or it can leave a callback with the future, as `await` does. `later` can do both.

// %%
class CaroPig {
    final List<Route> routes;
    final HttpClient client;
    final Duration poll; // zero: no polling
    volatile long looks; // written on the loop, read when the server has stopped
    final HttpServer http = new HttpServer((request, response) -> {
        if (List.of("GET", "HEAD").contains(request.method())) {
            Answer answer = process(request, response);
            response.status(answer.status()).write(answer.text());
        } else {
            response.header("Allow", "GET, HEAD, OPTIONS");
            response.status(request.method().equals("OPTIONS") ? 204 : 405); // 405: Method Not Allowed
        }
    });

    CaroPig(List<Route> routes, Duration timeout, Duration poll) {
        this.routes = routes;
        this.poll = poll;
        this.client = new HttpClient(timeout);
    }

    Answer process(HttpRequest request, HttpResponse response) throws Exception {
        for (Route route : routes) {
            if (!route.pattern().matcher(request.path()).matches()) continue;
            Object result = route.view().answer(request);
            return result instanceof FutureAnswer future ? later(future, response) : (Answer) result;
        }
        return new Answer(404, "404 not found\n");
    }

    Answer later(FutureAnswer future, HttpResponse response) throws Exception {
        var asking = EventLoop.current().createTask("ask", () -> ask(client, future));
        response.onClose(() -> future.cancel()); // the client has left: nobody wants the answer
        try {
            if (!poll.isZero()) for (looks++; !future.isDone(); looks++) await(new SleepEvent(poll));
            return await(future);
        } finally {
            asking.cancel(); // if the wait has ended in another way, the upstream needn't answer
        }
    }
}

// %% [markdown]
// ## Views and routes
//
// `/index` answers at once. `/req` asks the other server. It runs in a coroutine, so it could call `client.get`
// itself and wait. Why return a future? Because then somebody else can complete it: `/stop` completes the oldest
// request that is still waiting, with an answer of its own. For that it needs a list of futures and nothing else: no
// client, no connection. **Whoever completes a future doesn't have to know who is waiting for it.**

// %%
class Views {
    final Queue<FutureAnswer> waiting = new ConcurrentLinkedQueue<>(); // an ArrayDeque would do for one loop

    FutureAnswer req(URI upstream) {
        var future = new FutureAnswer(upstream);
        waiting.add(future);
        future.addDoneCallback(done -> waiting.remove(done));
        return future;
    }

    Answer stop() {
        for (FutureAnswer oldest : waiting) if (oldest.complete(new Answer(200, "ok"))) return new Answer(200, "ok");
        return new Answer(404, "no request waits\n");
    }
}

// %% [markdown]
// ## The server
//
// Unless you name an upstream with `--upstream`, the chapter starts one, which answers after three seconds
// ([SlowUpstream](../lib/lesson/SlowUpstream.java)).

// %%
Server start(String host, int port, int loops, String upstream, Duration timeout, Duration poll) throws IOException {
    var listener = loops == 1 ? Sockets.listen(host, port) : Sockets.listenShared(host, port);
    var slow = SlowUpstream.start(Duration.ofSeconds(3));
    var url = URI.create("http://" + (upstream.isEmpty() ? slow.address() : upstream) + "/");
    var views = new Views();
    var routes = List.of(
            new Route(Pattern.compile("/index"), _ -> new Answer(200, "ok")),
            new Route(Pattern.compile("/req"), _ -> views.req(url)),
            new Route(Pattern.compile("/stop"), _ -> views.stop()));
    var pigs = Stream.generate(() -> new CaroPig(routes, timeout, poll)).limit(loops).toList();
    return Server.start(host, listener, l -> {
        try (slow) {
            HttpLoops.run(pigs.stream().map(pig -> pig.http).toList(), l, Duration.ofSeconds(2));
        }
    }, () -> pigs.stream().mapToLong(pig -> pig.http.accepted()).sum() + " clients"
            + (poll.isZero() ? "" : ", " + pigs.stream().mapToLong(pig -> pig.looks).sum() + " looks"));
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            caro_pig [host] [port] [--loops N] [--upstream HOST:PORT] [--timeout N] [--poll N]

            A web framework: GET /index, GET /req (asks the upstream), GET /stop (completes the oldest /req).

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8080)
              --loops     how many loops share the port (default 1)
              --upstream  the server that /req asks (default: a small one of its own)
              --timeout   how many seconds the upstream may take (default 30)
              --poll      look at each future every N milliseconds, in place of a callback
            """, args, a -> start(a.host(), a.port(8080), a.number("--loops", 1, 1, 64),
            a.address("--upstream", ""), Duration.ofSeconds(a.number("--timeout", 30, 1, 3600)),
            Duration.ofMillis(a.number("--poll", 0, 0, 1000))));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang caro_pig
// server started on localhost:8080
// ```
//
// In another terminal, send some requests. The second answer takes three seconds. The last line sends `/stop` before
// they are over (the shell repeats it until there's something to stop). What does `/req` get then?
//
// ```console
// $ ./jbang ask http://localhost:8080/index
// ok
// $ ./jbang ask http://localhost:8080/req
// hello from upstream
// $ ./jbang ask localhost:8080/req | grep ok & until ./jbang ask localhost:8080/stop | grep ok; do :; done; wait
// ok
// ok
// ```
//
// Both say `ok`: `/req` gets the answer that `/stop` gave its future, and the request to the upstream is canceled.
//
// Watch Alice ask for `/req`, and Bob for `/index` while her upstream takes its three seconds. Which two tasks work for
// Alice, and what does each of them wait for?
//
// ```player
// $ ./jbang watch caro_pig
// $ ./jbang ask http://localhost:8080/req
// $ ./jbang ask http://localhost:8080/index
// ```
//
// Her `http connection` waits for the `FutureAnswer`, and `ask` waits for input from the upstream. When `ask` completes
// the future, the loop resumes the connection's task. With `/stop`, Bob would complete the same future.
//
// ### What polling costs
//
// A second server polls every five milliseconds, and a hundred visitors ask for `/req`. How often does it look?
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
// When we ran it, the server looked 51,519 times, about five hundred times for each answer. If it looks less often,
// each answer waits longer to be noticed. With a callback, it doesn't look at all, and the callback runs in one of the
// loop's next turns.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, 1, "", Duration.ofSeconds(30), Duration.ZERO);
// try (var in = URI.create("http://localhost:" + server.port() + "/req").toURL().openStream()) {
//     IO.println("/req: " + new String(in.readAllBytes()).strip());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## Or just block
//
// On virtual threads, `/req` could block in the `send` method of the JDK's own client. If that were all, you should do
// it: it's less code. But `/stop` needs a list that all requests share. On one loop, it's a plain `ArrayDeque`. With a
// thread for each request it needs a lock, and `/stop` has to interrupt a thread in the middle of `send`.
//
// ## What it still can't do
//
// CaroPig waits only for servers that speak HTTP, because that's the client we have. A database has a protocol of its
// own; [tornado_login](tornado_login.java) waits for one.
//
// ## Exercises
//
// - A notice board: `./jbang exercise start caro_pig_1`
// - Two upstreams at once: `./jbang exercise start caro_pig_2`
