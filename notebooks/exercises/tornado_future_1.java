// %%
//JAVA 25+
//SOURCES ../../lib/aio/Future.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/aio/web/Application.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.Future;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import exercise.Finding;
import exercise.Visitor;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # The handler that stops the loop
//
// **Repair.** A thread of the pool waits, and completes a future; the handler awaits that future.
//
// `work` blocks for a few seconds, and sometimes it fails. The handler of `/index` calls it on the loop, so nobody else is
// served meanwhile. Have `pool` run it, and let the handler wait without blocking the loop. If the work fails, the
// client has to get a 500 and not wait forever. Use a `Future`, as [tornado_future](../tornado_future.java) does.

// %%
class IndexHandler extends RequestHandler {
    final Executor pool;
    final Callable<Integer> work;

    IndexHandler(Executor pool, Callable<Integer> work) {
        this.pool = pool;
        this.work = work;
    }

    protected void get() throws Exception {
        // >>> start
        // write("success: " + work.call());
        // >>> solution
        var future = new Future<Integer>();
        pool.execute(() -> {
            try {
                future.setResult(work.call());
            } catch (Exception e) {
                future.setException(e);
            }
        });
        write("success: " + await(future));
        // >>> another thread works, but the loop waits
        // var task = new FutureTask<Integer>(work);
        // pool.execute(task);
        // write("success: " + task.get());
        // >>> nobody waits
        // pool.execute(() -> {
        //     try {
        //         write("success: " + work.call());
        //     } catch (Exception e) {
        //         status(500);
        //     }
        // });
        // >>> a failure doesn't complete the future
        // var future = new Future<Integer>();
        // pool.execute(() -> {
        //     try {
        //         future.setResult(work.call());
        //     } catch (Exception e) {
        //         System.err.println(e);
        //     }
        // });
        // write("success: " + await(future));
        // <<<
    }
}

class NowHandler extends RequestHandler {
    protected void get() {
        write("at once");
    }
}

// %%
Server start(String host, int port, ExecutorService pool, Callable<Integer> work) throws IOException {
    var http = new HttpServer(new Application()
            .route("/index", () -> new IndexHandler(pool, work))
            .route("/now", NowHandler::new));
    return Server.start(host, Sockets.listen(host, port), listener -> {
        try {
            http.run(listener, Duration.ofSeconds(2));
        } finally {
            pool.shutdownNow();
        }
    }, () -> "done");
}

int workForFiveSeconds() throws InterruptedException {
    Thread.sleep(5000);
    return 123;
}

void main(String... args) throws Exception {
    Script.serve("""
            tornado_future_1 [host] [port]

            GET /index waits for a thread, GET /now doesn't (default localhost 8880).
            """, args, a -> start(a.host(), a.port(8880), Executors.newCachedThreadPool(), () -> workForFiveSeconds()));
}

// %% tags=["check"]
void verify() throws Exception {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var calls = new AtomicInteger();
    Callable<Integer> work = () -> {
        begun.countDown();
        if (calls.getAndIncrement() > 0) throw new IOException("the work has failed");
        release.await();
        return 123;
    };
    try (var server = start("localhost", 0, Executors.newCachedThreadPool(), work);
            var alice = Visitor.connect("Alice", server.port()); var bob = Visitor.connect("Bob", server.port());
            var carol = Visitor.connect("Carol", server.port())) {
        try {
            alice.asks("/index");
            if (!begun.await(5, TimeUnit.SECONDS))
                throw new Finding("Alice asked for /index, and nobody has called work.call().", "a thread of the pool does");
            bob.asks("/now").gets(200, "at once", "although Alice's work isn't done");
        } finally {
            release.countDown();
        }
        alice.gets(200, "success: 123", "because her work is done");
        int status = carol.asks("/index").answer().status();
        if (status != 500)
            throw new Finding("Carol's work failed, and she got %s.".formatted(status == 0 ? "nothing" : status),
                    "500, because a failure completes the future, too");
    }
}

// %% [markdown]
// ## Hints
//
// 1. Which thread runs `get`, and what else has that thread to do?
// 2. `new Future<Integer>()` in the handler, `setResult` in the pool's thread, `await` in the handler.
// 3. What happens to the handler if `work.call()` throws an exception and nobody calls `setResult`?
//
// ## Solution
//
// The pool's thread blocks in `work.call()`, and the loop's thread doesn't. `await` suspends the handler's coroutine, so
// Bob is served. `setResult` may be called by any thread: it doesn't run the handler, but puts it into the loop's ready
// queue and wakes the loop. `FutureTask.get` is no replacement, because it blocks the thread that calls it, and that is the
// loop's. Every way out of the work has to complete the future, with `setException` if it failed. `await` throws
// that exception in the handler, and the client gets a 500.
//
// ## Wrong attempts
//
// - start: Bob asked for /now and got nothing. Expected: 200 "at once", although Alice's work isn't done.
// - another thread works, but the loop waits: Bob asked for /now and got nothing. Expected: 200 "at once", although
//   Alice's work isn't done.
// - nobody waits: Alice asked for /index and got 200 "". Expected: 200 "success: 123", because her work is done.
// - a failure doesn't complete the future: Carol's work failed, and she got nothing. Expected: 500, because a failure
//   completes the future, too.
