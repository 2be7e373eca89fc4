// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/WriteEvent.java
import module java.base;
import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.ReadEvent;
import script.Script;
import script.ScriptException;
import aio.SleepEvent;
import aio.Task;
import aio.WriteEvent;
import static aio.EventLoop.await;
import static aio.EventLoop.waitFor;

// %% [markdown]
// # Towards asyncio
//
// A client connects to [aio_coroutine_server](aio_coroutine_server.java) and says nothing: its coroutine waits forever.
// One of the thousand clients of [aio_coroutine_client](aio_coroutine_client.java) fails, and takes the others with it.
// What does a loop need besides sockets, so that you decide how long to wait, who has to stop, and what a failure means?
//
// Python's asyncio is a good list of answers. Here they are, one small experiment each: timers, time limits,
// cancellation, failures, many tasks at once, and the way to other threads and back.
//
// ```diagram
//                callLater            callSoonThreadsafe, Future.setResult
//   timers -----------+                     +--------------------- other threads
//                     v                     v                            ^
//                 [ the loop: one thing at a time ]                      |
//                     |                     |                            |
//                     v                     +---- runInExecutor ---------+
//              cancel, waitFor                    for what blocks
// ```

// %% [markdown]
// ## Timers
//
// `callLater` runs a function after a delay, and returns a handle that can be cancelled. `callSoon` runs one in the
// next turn of the loop. Five calls print something here. In which order, and how many of them?

// %%
void timers() throws Exception {
    try (var loop = new EventLoop()) {
        loop.callLater(Duration.ofMillis(200), () -> IO.println("after 200 ms"));
        loop.callLater(Duration.ofMillis(100), () -> IO.println("after 100 ms"));
        loop.callLater(Duration.ofMillis(150), () -> IO.println("after 150 ms")).cancel();
        loop.callSoon(() -> IO.println("soon"));
        IO.println("now");
        loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(300))));
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio timers
// now
// soon
// after 100 ms
// after 200 ms
// ```
//
// `callSoon` only queues its function, so `now` comes first. The timers run in the order of their times, not of the
// calls. (Of two for the same time, the one added first runs first.)

// %% [markdown]
// ## A time limit
//
// Now the client that says nothing. `waitFor` is an `await` with a time limit. When the time is up, it stops waiting for
// an event, or cancels a task, and throws a `TimeoutException`. What do the two waits here print?

// %%
void limits() throws Exception {
    Pipe silent = Pipe.open(); // nobody ever writes into it
    try (var loop = new EventLoop(); var source = silent.source(); var _ = silent.sink()) {
        source.configureBlocking(false);
        loop.runUntilComplete(() -> {
            try {
                waitFor(new ReadEvent(source), Duration.ofMillis(20));
            } catch (TimeoutException e) {
                IO.println("nothing came; the connection can be closed");
            }
            Task<?> slow = loop.createTask("slow", () -> await(new SleepEvent(Duration.ofHours(1))));
            try {
                waitFor(slow, Duration.ofMillis(20));
            } catch (TimeoutException e) {
                IO.println("too slow; cancelled: " + slow.isCancelled());
            }
            return null;
        });
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio limits
// nothing came; the connection can be closed
// too slow; cancelled: true
// ```

// %% [markdown]
// ## Cancellation
//
// What happens to a cancelled coroutine? The loop resumes it at its `await`, with a `CancelledError`. A thread has
// something similar, the interrupt. Both are requests: code may catch either one and go on, and neither stops a
// computation. So is there a difference? Take two servers that wait for a client's next message, one in a coroutine, one
// in a thread. We stop both, and each wants to say goodbye in a `finally`. What do the clients hear?

// %%
ByteBuffer goodbye() {
    return ByteBuffer.wrap("goodbye".getBytes(StandardCharsets.US_ASCII));
}

// %%
void coroutine(SocketChannel conn) throws Exception {
    conn.configureBlocking(false);
    try (var loop = new EventLoop()) {
        Task<Void> server = loop.createTask("server", () -> {
            try {
                await(new ReadEvent(conn));
            } finally {
                await(new WriteEvent(conn, goodbye()));
            }
        });
        loop.callLater(Duration.ofMillis(10), server::cancel);
        loop.runUntilComplete(server);
    } catch (CancelledError e) {
        IO.println("the coroutine was cancelled");
    }
}

// %%
void thread(SocketChannel conn) throws Exception {
    Thread server = Thread.startVirtualThread(() -> {
        try {
            try {
                conn.read(ByteBuffer.allocate(1));
            } finally {
                conn.write(goodbye());
            }
        } catch (IOException e) {
            IO.println("the thread failed: " + e);
        }
    });
    server.interrupt();
    server.join();
}

// %%
void cancellation() throws Exception {
    try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0))) {
        for (boolean onLoop : List.of(true, false)) {
            try (var client = SocketChannel.open(listener.getLocalAddress())) {
                try (var conn = listener.accept()) {
                    if (onLoop) coroutine(conn);
                    else thread(conn);
                }
                var heard = ByteBuffer.allocate(100);
                client.read(heard);
                IO.println("its client heard: '" + StandardCharsets.US_ASCII.decode(heard.flip()) + "'");
            }
        }
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio cancellation
// the coroutine was cancelled
// its client heard: 'goodbye'
// the thread failed: java.nio.channels.ClosedChannelException
// its client heard: ''
// ```
//
// An interrupt of a thread that is blocked on a channel closes the channel
// ([`InterruptibleChannel`](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/nio/channels/InterruptibleChannel.html)).
// Nobody can say goodbye over it afterwards. A cancellation ends only the *waiting*: the connection stays open, and
// a `finally` can go on awaiting.
//
// They also differ in where they arrive. An interrupt comes from another thread at any moment, and hits whatever
// blocking call is next, perhaps deep in a library. The loop delivers a cancellation in the coroutine's own turn, and
// only at an `await`, so it never cuts what you do between two of them in half. Finally, an interrupt is a flag that
// is cleared when an `InterruptedException` is thrown. `Task.cancelling()` keeps count, so a task can tell
// its own cancellation from that of something it awaits.

// %% [markdown]
// ## Failures
//
// Whoever awaits a task gets its exception. Here two tasks fail. One is awaited, the other is forgotten. Who hears of that
// one's failure?

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
// ```console
// $ ./jbang aio_towards_asyncio failures
// caught: For input string: "four"
// Task[forgotten] failed: For input string: "five"
// ```
//
// The loop's exception handler does, with the task's name, and the loop goes on. (By default the handler prints the
// stack trace on standard error.) A failure must not get lost just because nobody asked for it.

// %% [markdown]
// ## One of many fails
//
// Back to the question of `aio_coroutine_client`. `gather` makes one future of many tasks. Here are three clients, and
// the second fails, when the first is done and the third isn't. `gather` reports that at once, and the third still runs.
// So it's your choice: cancel what's left, or let it finish and collect every outcome.

// %%
String client(int number) throws IOException {
    await(new SleepEvent(Duration.ofMillis((long) Math.pow(10, number)))); // 10, 100 or 1,000 ms
    if (number == 2) throw new IOException("reset");
    return "done";
}

// %%
void many(boolean cancelTheRest) throws Exception {
    try (var loop = new EventLoop()) {
        var outcomes = loop.runUntilComplete(() -> {
            var tasks = Stream.of(1, 2, 3).map(n -> loop.<String>createTask("client " + n, () -> client(n))).toList();
            try {
                return await(loop.gather(tasks));
            } catch (IOException e) {
                if (cancelTheRest) tasks.forEach(Task::cancel);
            }
            var found = new ArrayList<String>();
            for (var task : tasks) found.add(outcome(task));
            return found;
        });
        IO.println((cancelTheRest ? "cancel the rest: " : "collect them all: ") + outcomes);
    }
}

// %%
String outcome(Task<String> task) {
    try {
        return await(task);
    } catch (CancelledError e) {
        return "cancelled";
    } catch (Exception e) {
        return "failed: " + e.getMessage();
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio many
// cancel the rest: [done, failed: reset, cancelled]
// collect them all: [done, failed: reset, done]
// ```
//
// One line makes the difference. In asyncio, a `TaskGroup` is the first way, and `gather` with
// `return_exceptions=True` the second.

// %% [markdown]
// ## What blocks belongs to other threads
//
// Whatever keeps the loop's thread keeps the loop: a long computation, a name look-up, a file. `runInExecutor` hands it
// to another thread, and returns a future. When will the timer's line appear, before or after the prime?

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
// ```console
// $ ./jbang aio_towards_asyncio executor
// meanwhile, the loop runs
// the thread found a prime of 512 bits
// ```
//
// That other thread is one of a few *platform* threads, and for a reason. Virtual threads are for calls that wait for the
// network. One that computes keeps its carrier, as [virtual_thread_server](virtual_thread_server.java) shows, and the
// loop, a virtual thread itself, may then find no carrier to run on. One that reads a file keeps its carrier as well.
// ([JEP 444](https://openjdk.org/jeps/444) lets the scheduler add a carrier meanwhile. JDK 25 does so for a name look-up,
// but not for a plain
// [`FileInputStream.read`](https://github.com/openjdk/jdk25u/blob/master/src/java.base/share/classes/java/io/FileInputStream.java).)

// %% [markdown]
// ## And back again
//
// Another thread must not touch the loop, because its queues have no locks. There are two ways in: `callSoonThreadsafe`
// queues a function and wakes the loop from its `select`, and any thread may complete a `Future`. Which thread
// then runs the code after `await(result)`?

// %%
void threads() throws Exception {
    try (var loop = new EventLoop()) {
        var callback = new Future<Boolean>(loop);
        var result = new Future<String>(loop);
        Thread.ofPlatform().name("another").start(() -> {
            loop.callSoonThreadsafe(() -> callback.setResult(EventLoop.current() == loop));
            result.setResult("a result from thread " + Thread.currentThread().getName());
        });
        loop.runUntilComplete(() -> {
            IO.println("its callback runs on the loop: " + await(callback));
            IO.println(await(result) + ", awaited on the loop: " + (EventLoop.current() == loop));
            return null;
        });
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio threads
// its callback runs on the loop: true
// a result from thread another, awaited on the loop: true
// ```
//
// The loop's, always. [tornado_future](tornado_future.java) shows what becomes of a server that mixes the two up.

// %%
static final List<String> PARTS = List.of("timers", "limits", "cancellation", "failures", "many", "executor", "threads");

// %%
void run(String part) throws Exception {
    switch (part) {
        case "timers" -> timers();
        case "limits" -> limits();
        case "cancellation" -> cancellation();
        case "failures" -> failures();
        case "many" -> {
            many(true);
            many(false);
        }
        case "executor" -> executor();
        case "threads" -> threads();
        default -> throw new ScriptException("there is no part '" + part + "': choose one of " + PARTS);
    }
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            aio_towards_asyncio [part]

            What a loop needs besides sockets, one experiment each.

              part  timers, limits, cancellation, failures, many, executor or threads (default all of them)
            """, args, a -> {
        String one = a.text("part", "");
        for (String part : one.isEmpty() ? PARTS : List.of(one)) run(part);
    });
}

// %% tags=["active-ipynb"]
// main();

// %% [markdown]
// ## What asyncio has, and where it is here
//
// | asyncio | here | Java without a loop |
// | --- | --- | --- |
// | `await x` | `await(x)` | a blocking call on a virtual thread |
// | `create_task` | `createTask` | `Thread.startVirtualThread` |
// | `Future` | `Future` | `CompletableFuture` |
// | `gather` | `gather` | `ExecutorService.invokeAll` |
// | `TaskGroup` | `gather`, then `cancel` | `StructuredTaskScope` ([JEP 505](https://openjdk.org/jeps/505), a preview in JDK 25) |
// | `wait_for` | `waitFor` | `Future.get` with a time limit |
// | `task.cancel()`, `cancelling()` | `cancel`, `cancelling` | `Thread.interrupt` |
// | `call_later`, `call_at` | `callLater`, `callAt` | `ScheduledExecutorService` |
// | `run_in_executor`, `to_thread` | `runInExecutor` | `ExecutorService.submit` |
// | `call_soon_threadsafe` | `callSoonThreadsafe` | not needed: threads share by locks |
// | `Queue`, `Lock`, `Semaphore` | not here | `java.util.concurrent` |
// | streams, subprocesses, signal handlers | not here | `Socket`, `ProcessBuilder` |
//
// The two loops share a limit: a loop runs one thing at a time, so it uses one core. To use another core, start another
// loop and divide the connections between them.
//
// When should you use which? If your server waits for sockets and databases, block on virtual threads: that's less code,
// and debuggers and libraries know it. Use a loop where one thread should own the state, so that it needs no lock: a
// game, a broker, a user interface. Use Netty or Vert.x for the protocols that they have and the JDK doesn't.
// And read this one to know what they all do.

// %% [markdown]
// ## Run it
//
// `./jbang aio_towards_asyncio` runs all the experiments, and the name of a part, as above, runs one:
//
// ```console
// $ ./jbang aio_towards_asyncio naps
// there is no part 'naps': choose one of [timers, limits, cancellation, failures, many, executor, threads]
// ```
//
// ## What it still can't do
//
// The loop can wait for bytes, give up waiting, and say why. But bytes aren't messages: a client may send one message in
// two pieces, or two in one, and a `ReadEvent` returns whatever has arrived. Where does a message end?
// [line_server](line_server.java) starts there.
//
// ## Exercises
//
// 1. In `coroutine`, catch the `CancelledError` around the `ReadEvent` and go on reading. What does the client hear then,
//    and when does the program end? Is that a good idea?
// 2. Write `first(tasks)`: the result of the fastest, and the others cancelled.
// 3. Call `Thread.sleep(1000)` in a callback with `loop.reportSlowCallbacks(Duration.ofMillis(100))` set.
