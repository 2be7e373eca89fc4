// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/aio/web/Application.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # A handler that waits
//
// The handlers of [http_server](http_server.java) have their answers at hand. What if the answer comes from code that
// blocks for five seconds: an old library, a slow disk, a driver that knows nothing about callbacks? If the handler
// calls that code itself, the loop stops, and every other client waits.
//
// So another thread has to do the waiting. The handler gives it a **Future** to complete, and awaits that:
//
// ```diagram
//   client        the loop                            a thread of the pool
//     |               |                                     |
//     +- GET /index ->| handler: new Future                 |
//     |               +- waiting(future) ------------------>| blocks for
//     |               | await(future): suspended            | 5 seconds
//     |               |                                     |
//     |               | ... serves 99 others ...            |
//     |               |                                     |
//     |               |<- future.setResult(123) ------------+
//     |<- success ----+ the handler goes on                 |
// ```
//
// Look at the `setResult` arrow: a thread other than the loop's completes a future that the loop is waiting for. That
// looks like a detail, so let's get it wrong first.

// %% [markdown]
// ## Where do the callbacks run?
//
// A future keeps the callbacks that wait for its result, and `setResult` runs them. On which thread? The future below
// leaves that to the `Executor` it was created with:

// %%
class TinyFuture {
    final Executor where;
    final Queue<Consumer<Integer>> callbacks = new ConcurrentLinkedQueue<>();

    TinyFuture(Executor where) {
        this.where = where;
    }

    void setResult(int value) {
        for (var callback : callbacks) where.execute(() -> callback.accept(value));
    }
}

// %% [markdown]
// And this is as much of an event loop as the question needs: one turn. If nothing is ready, it sleeps in `select`
// until something wakes it, or until the only other client comes after one second.

// %%
class TinyLoop {
    final Thread thread = Thread.currentThread();
    final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    final Selector selector;

    TinyLoop(Selector selector) {
        this.selector = selector;
    }

    void turn() throws IOException {
        long begin = System.nanoTime();
        if (ready.isEmpty()) selector.select(1000);
        if (System.nanoTime() - begin > 900_000_000) IO.println("  another client comes");
        for (Runnable callback; (callback = ready.poll()) != null;) callback.run();
    }
}

// %%
void setResult(String how, Function<TinyLoop, Executor> where) throws Exception {
    try (var selector = Selector.open()) {
        var loop = new TinyLoop(selector);
        var future = new TinyFuture(where.apply(loop));
        future.callbacks.add(_ -> IO.println("  answered by "
                + (Thread.currentThread() == loop.thread ? "the loop" : "the worker")));
        IO.println(how);
        Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(300_000_000); // the work
            future.setResult(123);
        });
        loop.turn();
    }
}

// %% [markdown]
// There are three candidates for `where`. With each of them, which thread answers, and is that before or after the other
// client comes?

// %%
void callbacks() throws Exception {
    setResult("run it at once:", loop -> callback -> callback.run());
    setResult("put it into the loop's queue:", loop -> callback -> loop.ready.add(callback));
    setResult("and wake the loop:", loop -> callback -> {
        loop.ready.add(callback);
        loop.selector.wakeup();
    });
}

// %% tags=["active-ipynb"]
// callbacks();

// %% [markdown]
// ```console
// $ ./jbang tornado_future --mistakes
// run it at once:
//   answered by the worker
//   another client comes
// put it into the loop's queue:
//   another client comes
//   answered by the loop
// and wake the loop:
//   answered by the loop
// ```
//
// The first answer is on time, but the worker's thread writes it, perhaps while the loop is writing to the same
// connection. What lives on the loop needs no lock because only one thread touches it; now there are two. The second
// runs on the right thread, but too late: the loop was asleep, and nobody woke it. Without another client the answer
// would never come. One line fixes that: `selector.wakeup()`.
//
// The library's `Future` does what the third one does, so **any thread may complete it**. `runInExecutor`, which you
// know from [aio_towards_asyncio](aio_towards_asyncio.java), combines a thread and such a future in one call.

// %% [markdown]
// ## The handlers
//
// The work blocks its thread and ends with `setResult` or `setException`. A future that is never completed would keep
// its handler waiting forever.

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
// The first handler answers in a callback. Callbacks run in the order they were added, and `await` adds one, too. So
// `answer` runs first; then the handler ends, and the server sends what was written.

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
// But a coroutine doesn't need the callback. `await` returns the result, or throws the failure, and then the client gets
// a 500.

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
// Two more handlers don't wait, so we can see that the loop is free, and how many platform threads the server has.

// %%
class NowHandler extends RequestHandler {
    protected void get() {
        write("at once");
    }
}

// %%
class ThreadsHandler extends RequestHandler {
    protected void get() {
        write(Thread.getAllStackTraces().size() + " threads\n"); // platform threads only
    }
}

// %%
Server start(String host, int port, Duration time, ExecutorService pool) throws IOException {
    Consumer<Future<Integer>> work = future -> pool.submit(() -> waiting(future, time));
    var http = new HttpServer(new Application()
            .route("/index", () -> new IndexHandler(work))
            .route("/coroutine", () -> new CoroutineHandler(work))
            .route("/now", NowHandler::new)
            .route("/threads", ThreadsHandler::new));
    return Server.start(host, Sockets.listen(host, port), listener -> {
        try {
            http.run(listener, Duration.ofSeconds(2));
        } finally {
            pool.shutdownNow();
        }
    }, () -> http.accepted() + " clients");
}

// %%
void main(String... args) throws Exception {
    String usage = """
            tornado_future [host] [port] [--seconds N] [--virtual] [--mistakes]

            Handlers that wait for a thread: GET /index, GET /coroutine; two that do not, GET /now and /threads.

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8880)
              --seconds   how long the work takes (default 5)
              --virtual   the work is done by virtual threads
              --mistakes  no server: a future that is completed in the wrong way, twice, and in the right one
            """;
    List<String> options = List.of(args);
    if (options.contains("--mistakes")) Script.run(usage, args, _ -> callbacks());
    else Script.serve(usage, args, a -> start(a.host(), a.port(8880),
            Duration.ofSeconds(a.number("--seconds", 5, 0, 3600)),
            a.has("--virtual") ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newCachedThreadPool()));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang tornado_future
// server started on localhost:8880
// ```
//
// In another terminal, send three requests. The first two take five seconds each; the third is answered at once:
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
// How long do a hundred requests at once take, and how many threads do they need?
//
// ```console
// $ TIMEFORMAT='%R s'; time ./jbang ask --times 100 http://localhost:8880/index | wc --bytes
// 700
// [...] s
// $ ./jbang ask http://localhost:8880/threads
// [...] threads
// ```
//
// That's a hundred times `success`, and it took 5.2 seconds: a hundred threads sleep at the same time, and the loop's
// thread doesn't. Before the hundred, the server had 13 threads, and afterward it has 113. Started with `--virtual`,
// it has 13 both times.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, Duration.ofSeconds(1), Executors.newVirtualThreadPerTaskExecutor());

// %% tags=["active-ipynb"]
// for (String path : List.of("/index", "/coroutine", "/now")) {
//     try (var in = URI.create("http://localhost:" + server.port() + path).toURL().openStream()) {
//         IO.println(path + ": " + new String(in.readAllBytes()));
//     }
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## Or just block
//
// If each request had a virtual thread, its handler could make the blocking call and go on with the next line, as in
// [virtual_thread_server](virtual_thread_server.java). Then why a future? If blocking is all that your handlers do,
// you have no reason to use one: block, and leave out the loop. The number of threads is no argument either way,
// because the pool can use virtual threads, too (`--virtual`). The advantage of the future is in the rest of the
// handler. It still runs on the loop, where the lists and counters that handlers share need no lock. In a blocking
// server, every handler is a thread of its own.
//
// (Our coroutines are virtual threads themselves, but a handler still must not block, because the loop gives one
// coroutine its turn and waits until it yields.)
//
// ## What it still can't do
//
// Every wait takes a thread, and a thread that blocks doesn't notice that the client has left: it keeps working for
// nobody. That's fine for work that can't be done any other way. But if what the handler waits for comes from a
// socket, the loop can wait for it, as it waits for clients. That's how [caro_pig](caro_pig.java) asks another
// server.
//
// ## Exercises
//
// 1. Limit the pool to five threads. How long do a hundred requests take now? Which of them wait, and where?
// 2. Answer with 504 when the work takes longer than two seconds; see `waitFor`. What does the thread do then?
// 3. Call `Thread.sleep` in the handler instead of `await`, and ask for `/now` meanwhile.
