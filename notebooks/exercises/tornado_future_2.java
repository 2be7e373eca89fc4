// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/aio/web/Application.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.http.HttpException;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import exercise.Finding;
import exercise.Visitor;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # The thread that works for nobody
//
// **Write.** A canceled future ends the wait, and not the work.
//
// The handler waits for a thread of `pool`, as long as the work takes. Let it wait for `limit` and then answer 504
// (Gateway Timeout). In [tornado_future](../tornado_future.java), the thread keeps working for nobody then. Here the pool
// has a single thread, so the next client needs it: interrupt the work that nobody waits for.
// `java.util.concurrent.FutureTask` can do that: `cancel(true)` interrupts the thread that is in its `run`.

// %%
class IndexHandler extends RequestHandler {
    final ExecutorService pool;
    final Callable<String> work;
    final Duration limit;

    IndexHandler(ExecutorService pool, Callable<String> work, Duration limit) {
        this.pool = pool;
        this.work = work;
        this.limit = limit;
    }

    protected void get() throws Exception {
        // >>> start
        // write(await(EventLoop.current().runInExecutor(pool, work)));
        // >>> solution
        var task = new FutureTask<String>(work);
        var done = EventLoop.current().runInExecutor(pool, () -> {
            task.run();
            return task.get();
        });
        try {
            write(waitFor(done, limit));
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new HttpException(504, "the work takes too long");
        }
        // >>> the thread goes on
        // try {
        //     write(waitFor(EventLoop.current().runInExecutor(pool, work), limit));
        // } catch (TimeoutException e) {
        //     throw new HttpException(504, "the work takes too long");
        // }
        // >>> it stops the whole pool
        // try {
        //     write(waitFor(EventLoop.current().runInExecutor(pool, work), limit));
        // } catch (TimeoutException e) {
        //     pool.shutdownNow();
        //     throw new HttpException(504, "the work takes too long");
        // }
        // <<<
    }
}

// %%
Server start(String host, int port, ExecutorService pool, Callable<String> work, Duration limit) throws IOException {
    var http = new HttpServer(new Application().route("/index", () -> new IndexHandler(pool, work, limit)));
    return Server.start(host, Sockets.listen(host, port), listener -> {
        try {
            http.run(listener, Duration.ofSeconds(2));
        } finally {
            pool.shutdownNow();
        }
    }, () -> "done");
}

String workForFiveSeconds() throws InterruptedException {
    Thread.sleep(5000);
    return "success";
}

void main(String... args) throws Exception {
    Script.serve("""
            tornado_future_2 [host] [port]

            GET /index gets a 504 after two seconds (default localhost 8880).
            """, args, a -> start(a.host(), a.port(8880), Executors.newSingleThreadExecutor(),
            () -> workForFiveSeconds(), Duration.ofSeconds(2)));
}

// %% tags=["check"]
void verify() throws Exception {
    var calls = new AtomicInteger();
    Callable<String> work = () -> {
        if (calls.getAndIncrement() == 1) new CountDownLatch(1).await(); // forever, unless it's interrupted
        return "success";
    };
    try (var server = start("localhost", 0, Executors.newSingleThreadExecutor(), work, Duration.ofMillis(500));
            var alice = Visitor.connect("Alice", server.port()); var bob = Visitor.connect("Bob", server.port())) {
        alice.asks("/index").gets(200, "success", "because this work ends at once");
        int status = alice.asks("/index").answer().status();
        if (status != 504)
            throw new Finding("Alice's work doesn't end, and she got %s.".formatted(status == 0 ? "nothing" : status),
                    "504 after the limit");
        bob.asks("/index").gets(200, "success", "because the pool's only thread no longer works for Alice");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `waitFor(future, limit)` throws a `TimeoutException`, and cancels the future. Who tells the thread?
// 2. `runInExecutor` doesn't interrupt its work. Give it a lambda that runs a `FutureTask`, and keep the task.
// 3. In the lambda: `task.run(); return task.get();`. After the limit: `task.cancel(true)`.
//
// ## Solution
//
// `waitFor` ends the wait: the handler goes on and answers 504. The work knows nothing of that, and holds the pool's
// thread until it is done. An interrupt is Java's way to ask a thread to give up, and `FutureTask` sends it to the right
// thread, only while that thread is running this task. So the pool's thread is free for Bob. It's a request and no
// command: work that ignores interrupts, such as a computation, goes on. Then the only remedy is a bound on how much
// work may wait, or on how long it can take.
//
// ## Wrong attempts
//
// - start: Alice's work doesn't end, and she got nothing. Expected: 504 after the limit.
// - the thread goes on: Bob asked for /index and got 504 "the work takes too long[...]". Expected: 200 "success", because
//   the pool's only thread no longer works for Alice.
// - it stops the whole pool: Bob asked for /index and got 500 [...]. Expected: 200 "success", because the pool's only
//   thread no longer works for Alice.
