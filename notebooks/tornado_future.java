// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
//SOURCES ../lib/aio/web/Application.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.http.HttpServer;
import script.Script;
import script.Server;
import script.Sockets;
import aio.web.Application;
import aio.web.RequestHandler;
import static aio.EventLoop.await;

// %% [markdown]
// # A handler that waits
//
// The handlers of the last chapter had their answers at hand. A real one has to ask somebody: a
// database, another server, a library that blocks for five seconds. If the handler itself blocks, the
// loop stands still, and with it every other client. So it lets somebody else wait, and takes a
// **Future** in return: a promise of a result, with a callback for when it is there.
//
// ```diagram
//   client        the loop                                 a thread of the pool
//     |               |                                          |
//     +- GET /index ->| handler: future = new Future             |
//     |               |          add done callback               |
//     |               |          pool: waiting(future) --------->| works for
//     |               | await(future): suspended                 | 5 seconds
//     |               |                                          |
//     |               | ... serves 99 others ...                 |
//     |               |                                          |
//     |               |<------ future.setResult(123) ------------+
//     |<-- success ---| done callback, then the handler ends
// ```

// %% [markdown]
// ## The work
//
// It runs on a thread that may block. Its last act is `setResult`. Our Future may be completed from any
// thread: the callbacks do not run there, they are handed to the loop, which is woken for it. That sounds
// like a detail. It is the defect of the original, see below.

// %%
void waiting(Future<Integer> future, Duration work) {
    try {
        Thread.sleep(work);
        future.setResult(123);
    } catch (InterruptedException e) {
        future.setException(e);
    }
}

// %% [markdown]
// ## The simulation of the article
//
// First the way the article shows Tornado's inside: a future, a callback that answers, and the handler
// suspended until the future is done. Callbacks run in the order in which they were added. The one
// that answers was added before the one by which `await` goes on, so the answer is written first.

// %%
class IndexHandler extends RequestHandler {
    final Consumer<Future<Integer>> work;

    IndexHandler(Consumer<Future<Integer>> work) {
        this.work = work;
    }

    protected void get() throws Exception {
        var future = new Future<Integer>();
        future.addDoneCallback(done -> answer(done));
        work.accept(future);
        await(future);
    }

    void answer(Future<Integer> done) {
        if (done.exception() == null) write("success");
    }
}

// %% [markdown]
// ## What one writes
//
// Once a coroutine can wait for a future, nobody needs the callback any more: the result comes back from
// `await`, and a failure is thrown there. This is the same handler, as you would write it.

// %%
class CoroutineHandler extends RequestHandler {
    final Consumer<Future<Integer>> work;

    CoroutineHandler(Consumer<Future<Integer>> work) {
        this.work = work;
    }

    protected void get() throws Exception {
        var future = new Future<Integer>();
        work.accept(future);
        write("success: " + await(future));
    }
}

// %% [markdown]
// And one that does not wait for anything, to see whether the loop is free meanwhile:

// %%
class NowHandler extends RequestHandler {
    protected void get() {
        write("at once");
    }
}

// %%
void serve(ServerSocketChannel listener, HttpServer http, ExecutorService pool) throws Exception {
    try {
        http.run(listener, Duration.ofSeconds(2));
    } finally {
        pool.shutdownNow();
    }
}

// %%
Server start(String host, int port, Duration time) throws IOException {
    ExecutorService pool = Executors.newCachedThreadPool();
    Consumer<Future<Integer>> work = future -> pool.submit(() -> waiting(future, time));
    var http = new HttpServer(new Application()
            .route("/index", () -> new IndexHandler(work))
            .route("/coroutine", () -> new CoroutineHandler(work))
            .route("/now", NowHandler::new));
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, http, pool),
            () -> http.accepted() + " clients");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            tornado_future [host] [port] [--seconds N]

            Handlers that wait for a thread: GET /index, GET /coroutine; and one that does not, GET /now.

              host       where to listen (default localhost)
              port       the port, 0 for any free one (default 8880)
              --seconds  how long the work takes (default 5)
            """, args, a -> start(a.host(), a.port(8880), Duration.ofSeconds(a.number("--seconds", 5, 0, 3600))));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang tornado_future
// server started on localhost:8880
// ```
//
// In another terminal. The first two take five seconds each, the third does not:
//
// ```console
// $ ./jbang ask http://localhost:8880/index
// success
// $ ./jbang ask http://localhost:8880/coroutine
// success: 123
// $ ./jbang ask http://localhost:8880/now
// at once
// ```
//
// A hundred at once take five seconds as well, for a hundred threads sleep at the same time, and the one thread
// of the loop does not sleep at all:
//
// ```console
// $ TIMEFORMAT='%R s'; time ./jbang ask --times 100 http://localhost:8880/index | wc --bytes
// 700
// [...] s
// ```
//
// That is a hundred times `success`, and on the machine where this was written 5.2 seconds.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, Duration.ofSeconds(1));

// %% tags=["active-ipynb"]
// long begin = System.nanoTime();
// try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
//     for (int i = 0; i < 20; i++) {
//         pool.submit(() -> new String(URI.create("http://localhost:" + server.port() + "/index").toURL().openStream().readAllBytes()));
//     }
// }
// IO.println("20 requests of a second each took " + (System.nanoTime() - begin) / 1_000_000_000 + " s");

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | F1 | Adds `self.doing` as the callback; the method is called `done`. Every request is a 500. | `answer` |
// | F2 | Calls `set_result` from the worker's thread. In today's Tornado that queues the callback and does not wake the loop: the answer comes when another client happens to wake it, or never. In Tornado 4 the callback ran in the worker's thread and raced with the loop. | any thread may complete a future; the callbacks run on the loop, which is woken |
// | F3 | One global variable holds 'the' future; the next request overwrites it. | a future for each request |
// | F4 | A pool of five threads for each request, never shut down; its failures are never looked at. | one pool, ended with the server; a failure is a 500 |
// | F5 | Both the callback and the coroutine finish the response. | the handler's end is the answer's end |
// | F6 | No timeout, and nothing ends when the client leaves. | exercise 2; chapter 14 |
//
// The article says that `set_result()` calls the callback at once. It must not: the callback belongs to the
// loop.
//
// ## What is still wrong
//
// A thread for each wait: that is what chapter 2 did. It is the right thing only for work that cannot
// be done otherwise. If what we wait for is a socket, the loop can wait for it by itself. The next chapter asks
// another server, without a thread.
//
// ## Exercises
//
// 1. Make it a pool of five threads. How long do a hundred requests take now? Which of them wait where?
// 2. Answer with 504 when the work takes longer than two seconds; see `waitFor`. What does the thread do then?
// 3. Call `Thread.sleep` in the handler in place of `await`, and ask for `/now` meanwhile.
