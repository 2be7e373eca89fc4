// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/aio/SleepEvent.java
import module java.base;
import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import script.Script;
import aio.SleepEvent;
import aio.Task;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # Towards asyncio
//
// The article's loop says of itself that it is close to asyncio, and then names nothing of what is
// missing. Here it is, one cell each: time, limits of time, cancellation, failures, many at once, and the
// way between the loop and other threads.
//
// ```diagram
//                 callLater            callSoonThreadsafe, Future.setResult
//   timers ------------+                     +--------------------- other threads
//                      v                     v                            ^
//                  [ the loop: one thing at a time ]                      |
//                      |                     |                            |
//                      v                     +---- runInExecutor ---------+
//               cancel, waitFor                    for what blocks
// ```
//
// Every cell is a method that runs a loop of its own and prints what happened. `./jbang
// aio_towards_asyncio` runs them all.

// %% [markdown]
// ## Timers
//
// `callLater` runs a function after a delay. Earlier ones first; of two for the same time, the one that
// was added first. A cancelled one does not run. `callSoon` is for the next turn, so it comes before all
// of them, and after the line that follows it.

// %%
void timers() throws Exception {
    try (var loop = new EventLoop()) {
        loop.callLater(Duration.ofMillis(200), () -> IO.println("after 200 ms"));
        loop.callLater(Duration.ofMillis(100), () -> IO.println("after 100 ms"));
        loop.callLater(Duration.ofMillis(150), () -> IO.println("never")).cancel();
        loop.callSoon(() -> IO.println("soon"));
        IO.println("now");
        loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(300))));
    }
}

// %% [markdown]
// ## A limit of time
//
// `waitFor` waits, but not for ever. When the time is up it cancels what it waited for, waits until that
// has really ended, and throws a `TimeoutException`. This is what mends B6 of chapter 6, the client that
// is held for ever.

// %%
void timeout() throws Exception {
    try (var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            Task<?> slow = loop.createTask("slow", () -> await(new SleepEvent(Duration.ofHours(1))));
            try {
                waitFor(slow, Duration.ofMillis(20));
            } catch (TimeoutException e) {
                IO.println("too slow, and cancelled: " + slow.isCancelled());
            }
            return null;
        });
    }
}

// %% [markdown]
// ## Cancellation
//
// Cancelling throws a `CancelledError` into the coroutine at its `await`. So its `finally` blocks run, and
// they may even await something themselves: a polite goodbye takes time. A thread cannot be treated
// like this; it can only be asked, by an interrupt, and what it does then is its own affair.

// %%
void cancellation() throws Exception {
    try (var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            Task<Void> worker = loop.createTask("worker", () -> {
                try {
                    await(new SleepEvent(Duration.ofHours(1)));
                } finally {
                    await(new SleepEvent(Duration.ofMillis(10)));
                    IO.println("the worker has said goodbye");
                }
            });
            await(new SleepEvent(Duration.ofMillis(10)));
            worker.cancel();
            try {
                await(worker);
            } catch (CancelledError e) {
                IO.println("the worker was cancelled");
            }
            return null;
        });
    }
}

// %% [markdown]
// ## Failures
//
// A task that fails hands its exception to whoever awaits it. If nobody does, it is reported with the
// task's name, and the loop goes on. What must never happen is that it is lost. Here the report is one
// line; by default the stack trace is printed too, on standard error.

// %%
void failures() throws Exception {
    try (var loop = new EventLoop()) {
        loop.setExceptionHandler((what, error) -> IO.println(what + ": " + error.getMessage()));
        loop.runUntilComplete(() -> {
            Task<Integer> awaited = loop.createTask("awaited", () -> Integer.parseInt("four"));
            try {
                await(awaited);
            } catch (NumberFormatException e) {
                IO.println("caught: " + e.getMessage());
            }
            loop.createTask("forgotten", () -> Integer.parseInt("five"));
            return await(new SleepEvent(Duration.ofMillis(10)));
        });
    }
}

// %% [markdown]
// ## Many at once
//
// `gather` is one future for many. The results stand in the order of the tasks, not in that of their
// ends. Three waits of 30, 20 and 10 ms take 30 together.

// %%
int after(int millis) throws IOException {
    await(new SleepEvent(Duration.ofMillis(millis)));
    return millis;
}

// %%
void many() throws Exception {
    try (var loop = new EventLoop()) {
        var tasks = Stream.of(30, 20, 10).map(n -> loop.<Integer>createTask("after " + n, () -> after(n))).toList();
        IO.println("all of them: " + loop.runUntilComplete(loop.gather(tasks)));
    }
}

// %% [markdown]
// ## What blocks belongs to other threads
//
// A file, a name look-up, a long computation: whatever keeps the loop's thread keeps the loop.
// `runInExecutor` hands it to another thread and returns a future. Unless you pass an executor of your
// own, that is one of a few platform threads, and for a computation it has to be one: the loop runs on a
// virtual thread, the JVM does not preempt those, and when as many of them compute as the machine has
// processors, the loop waits until one is through.

// %%
void executor() throws Exception {
    try (var loop = new EventLoop()) {
        loop.callLater(Duration.ofMillis(10), () -> IO.println("meanwhile, the loop runs"));
        BigInteger prime = loop.runUntilComplete(loop.runInExecutor(() -> {
            Thread.sleep(50);
            return BigInteger.TWO.pow(511).nextProbablePrime();
        }));
        IO.println("the thread found a prime of " + prime.bitLength() + " bits");
    }
}

// %% [markdown]
// ## And back again
//
// Another thread must not touch the loop: its queues are plain and have no locks. There are two doors.
// `callSoonThreadsafe` puts a function into the queue and wakes the loop out of its `select`. And a
// `Future` may be completed by any thread: who awaits it goes on in the loop, never in the thread that
// completed it. The Tornado chapter shows what becomes of a server that confuses the two.

// %%
void threads() throws Exception {
    try (var loop = new EventLoop()) {
        var future = new Future<String>(loop);
        Thread.ofPlatform().name("another").start(() -> {
            loop.callSoonThreadsafe(() -> IO.println("on the loop: " + (EventLoop.current() == loop)));
            future.setResult("from thread " + Thread.currentThread().getName());
        });
        IO.println("the loop got it " + loop.runUntilComplete(() -> await(future)));
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            aio_towards_asyncio

            What a loop needs beside sockets: timers, timeouts, cancellation, failures, threads.
            """, args, _ -> {
        timers();
        timeout();
        cancellation();
        failures();
        many();
        executor();
        threads();
    });
}

// %% [markdown]
// ## Run it
//
// ```console
// $ ./jbang aio_towards_asyncio
// now
// soon
// after 100 ms
// after 200 ms
// too slow, and cancelled: true
// the worker has said goodbye
// the worker was cancelled
// caught: For input string: "four"
// Task[forgotten] failed: For input string: "five"
// all of them: [30, 20, 10]
// meanwhile, the loop runs
// the thread found a prime of 512 bits
// on the loop: true
// the loop got it from thread another
// ```

// %% tags=["active-ipynb"]
// main();

// %% [markdown]
// ## Which to use
//
// | asyncio | this library | what Java itself offers |
// | --- | --- | --- |
// | `await x` | `await(x)` | a blocking call in a virtual thread |
// | `create_task` | `createTask` | `Thread.startVirtualThread` |
// | `Future` | `Future` | `CompletableFuture` |
// | `gather` | `gather` | `CompletableFuture.allOf`, `StructuredTaskScope` (a preview in JDK 25) |
// | `wait_for` | `waitFor` | `orTimeout`; `Future.get` with a time |
// | `task.cancel()` | `cancel` | `Thread.interrupt` |
// | `call_later` | `callLater` | `ScheduledExecutorService` |
// | `run_in_executor` | `runInExecutor` | `ExecutorService.submit` |
// | `call_soon_threadsafe` | `callSoonThreadsafe` | none is needed: threads share by locks |
//
// An honest answer, then. For a server at work, use virtual threads and blocking sockets: the JDK does
// beneath them what this book does in the open, debuggers know them, and every library works. Use an
// event loop where one thread must own the state, so that no lock is needed: a game, a broker, a user
// interface. Use Netty or Vert.x where you need protocols that they have and the JDK has not. And read
// this loop to know what all of them do.
//
// ## What is still wrong
//
// We can wait for bytes, but bytes are not messages yet. HTTP says where one ends, and is next.
//
// ## Exercises
//
// 1. In `cancellation`, catch the `CancelledError` in the worker and go on working. What does `await(worker)`
//    give then? Is that a good idea?
// 2. Write `first(tasks)`: the result of the fastest, and the others cancelled.
// 3. Call `Thread.sleep(1000)` in a callback with `loop.reportSlowCallbacks(Duration.ofMillis(100))` set.
