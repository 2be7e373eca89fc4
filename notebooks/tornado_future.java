// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/aio/web/Application.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
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
// So another thread has to do the waiting. The handler gives it a `Future` to complete, and awaits that:
//
// ```diagram
//   client        the loop                            a thread of the pool
//     |               |                                     |
//     +- GET /index ->| handler: new Future                 |
//     |               +- work(time, future) --------------->| blocks for
//     |               | await(future): suspended            | 5 seconds
//     |               |                                     |
//     |               | ... serves 99 others ...            |
//     |               |                                     |
//     |               |<- future.setResult(123) ------------+
//     |<- success ----+ the handler goes on                 |
// ```
//
// Look at the `setResult` arrow: a thread other than the loop's completes a future that the loop is waiting for.
// [aio_towards_asyncio](aio_towards_asyncio.java) allows that, and little else. Why?

// %% [markdown]
// ## Where does the callback run?
//
// `await` leaves a callback with the future: resume this coroutine. In [generator](generator.java), `setResult` calls
// it at once, on the thread that completes the future. Is that still right if there's a loop? Here is as much of a
// loop as the question needs: one turn. If nothing is ready, it sleeps in `select` until something wakes it. On this
// quiet server no client will, so after a second it gives up.

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
        if (System.nanoTime() - begin > 900_000_000) IO.println("  nothing woke the loop for a second");
        for (Runnable callback; (callback = ready.poll()) != null;) callback.run();
    }
}

// %%
void complete(String how, BiConsumer<TinyLoop, Runnable> setResult) throws Exception {
    try (var selector = Selector.open()) {
        var loop = new TinyLoop(selector);
        Runnable callback = () -> IO.println("  answered by "
                + (Thread.currentThread() == loop.thread ? "the loop" : "the worker"));
        IO.println(how);
        Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(300_000_000); // the work
            setResult.accept(loop, callback);
        });
        loop.turn();
    }
}

// %% [markdown]
// When its work is done, the worker can do one of three things. In each case, which thread answers the client, and
// does that happen before the second is over?

// %%
void mistakes() throws Exception {
    complete("run the callback at once:", (loop, callback) -> callback.run());
    complete("put it into the loop's queue:", (loop, callback) -> loop.ready.add(callback));
    complete("and wake the loop:", (loop, callback) -> {
        loop.ready.add(callback);
        loop.selector.wakeup();
    });
}

// %% tags=["active-ipynb"]
// mistakes();

// %% [markdown]
// ```console
// $ ./jbang tornado_future --mistakes
// run the callback at once:
//   answered by the worker
//   nothing woke the loop for a second
// put it into the loop's queue:
//   nothing woke the loop for a second
//   answered by the loop
// and wake the loop:
//   answered by the loop
// ```
//
// The first answer is on time, but the worker's thread writes it, perhaps while the loop is writing to the same
// connection. What lives on the loop needs no lock because only one thread touches it; now there are two. The second
// answer comes from the right thread, but too late: the loop was asleep, and nobody woke it. If `select` had no time
// limit, the answer wouldn't come before the next client does. One line fixes that: `selector.wakeup()`.
//
// The library's [Future](../lib/aio/Future.java#scheduleCallbacks) does what the third one does. That's why **any
// thread may complete it**.

// %% [markdown]
// ## The handlers
//
// The work blocks its thread and ends with `setResult` or `setException`. If it never completed the future, the handler
// would wait forever.

// %%
static void work(Duration time, Future<Integer> future) {
    try {
        Thread.sleep(time);
        future.setResult(123);
    } catch (InterruptedException e) {
        future.setException(e);
    }
}

// %%
class IndexHandler extends RequestHandler {
    final Executor pool;
    final Duration time;

    IndexHandler(Executor pool, Duration time) {
        this.pool = pool;
        this.time = time;
    }

    protected void get() throws Exception {
        var future = new Future<Integer>();
        pool.execute(() -> work(time, future));
        write("success: " + await(future) + "\n");
    }
}

// %% [markdown]
// `await` returns the result, or throws the failure, and then the client gets a 500. (If the work returned its result,
// `await(EventLoop.current().runInExecutor(pool, work))` would do the same in one line.)
//
// Two more handlers don't wait, so we can see that the loop is free, and how many platform threads the server has.

// %%
class NowHandler extends RequestHandler {
    protected void get() {
        write("at once");
    }
}

class ThreadsHandler extends RequestHandler {
    protected void get() {
        write(Thread.getAllStackTraces().size() + " threads\n"); // platform threads only
    }
}

// %%
Server start(String host, int port, Duration time, ExecutorService pool) throws IOException {
    var http = new HttpServer(new Application()
            .route("/index", () -> new IndexHandler(pool, time))
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

            GET /index waits for a thread; GET /now and /threads don't wait.

              host        where to listen (default localhost)
              port        the port, 0 for any free one (default 8880)
              --seconds   how long the work takes (default 5)
              --virtual   the work is done by virtual threads
              --mistakes  no server: complete a future in two wrong ways, and in the right one
            """;
    List<String> options = List.of(args);
    if (options.contains("--mistakes")) Script.run(usage, args, _ -> mistakes());
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
// In another terminal, send two requests. The first takes five seconds; the second is answered at once:
//
// ```console
// $ ./jbang ask http://localhost:8880/index
// success: 123
// $ ./jbang ask http://localhost:8880/now
// at once
// ```
//
// Watch Alice ask for `/index`, and Bob for `/now` while her worker sleeps. Which thread completes Alice's future, and
// which one goes on with her handler?
//
// ```player
// $ ./jbang watch tornado_future
// $ ./jbang ask http://localhost:8880/index
// $ ./jbang ask http://localhost:8880/now
// ```
//
// The pool's thread completes it. That puts the future's callbacks into the ready queue, and the loop resumes the
// handler: this is the third way of `mistakes`.
//
// How long do a hundred requests at once take, and how many threads do they need?
//
// ```console
// $ TIMEFORMAT='%R s'; time ./jbang ask --times 100 http://localhost:8880/index | sort | uniq --count
//     100 success: 123
// [...] s
// $ ./jbang ask http://localhost:8880/threads
// [...] threads
// ```
//
// All hundred took 5.2 seconds: a hundred threads sleep at the same time, and the loop's thread doesn't. Before the
// hundred requests, the server had 13 threads, and afterward it has 113. Started with `--virtual`, it has 13 both
// times.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, Duration.ofSeconds(1), Executors.newVirtualThreadPerTaskExecutor());

// %% tags=["active-ipynb"]
// for (String path : List.of("/index", "/now")) {
//     try (var in = URI.create("http://localhost:" + server.port() + path).toURL().openStream()) {
//         IO.println(path + ": " + new String(in.readAllBytes()).strip());
//     }
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## Or just block
//
// If each request had a virtual thread, its handler could make the blocking call and go on with the next line, as in
// [virtual_thread_server](virtual_thread_server.java). Then why a future? If all that your handlers do is block, you
// don't need one: use virtual threads, and leave out the loop. The number of threads is no argument either way,
// because the pool can use virtual threads, too (`--virtual`). You gain something from the future in the rest of the
// handler: it still runs on the loop, where the lists and counters that handlers share need no lock.
//
// Our coroutines are virtual threads themselves, but a handler still must not block, because the loop gives one
// coroutine its turn and waits until it yields.
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
// - The handler that stops the loop: `./jbang exercise start tornado_future_1`
// - The thread that works for nobody: `./jbang exercise start tornado_future_2`
