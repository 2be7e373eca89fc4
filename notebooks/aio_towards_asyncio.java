// %%
//JAVA 25+
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/diagram/SequenceDiagram.java
//SOURCES ../lib/aio/SleepEvent.java
//SOURCES ../lib/aio/WriteEvent.java
import module java.base;
import aio.CancelledError;
import aio.EventLoop;
import aio.ReadEvent;
import script.Script;
import script.ScriptException;
import diagram.SequenceDiagram;
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
// What must a loop offer so that you decide how long to wait, which tasks stop, and what a failure means? Python's
// asyncio has answers. The library has the same under the same names, and each gets a small experiment here.
//
// ```diagram
//                callLater            callSoonThreadsafe, Future.setResult
//   timers -----------+                     +--------------------- other threads
//                     v                     v                            ^
//                 [ the loop: one thing at a time ]                      |
//                     |                     |                            |
//                     v                     +---- runInExecutor ---------+
//              cancel, waitFor                 for code that blocks
// ```
//
// `./jbang aio_towards_asyncio` runs all the experiments; with the name of a part, it runs one.
//
// ## Timers and time limits
//
// `callLater` runs a function after a delay, and returns a handle that you can cancel. `callSoon` runs one in the
// loop's next turn. `waitFor` is an `await` with a time limit, for the client that says nothing. In which order will
// these five lines be printed, and which one never will?

// %%
void timers() throws Exception {
    Pipe silent = Pipe.open(); // nobody ever writes into it
    try (var loop = new EventLoop(); var source = silent.source(); var _ = silent.sink()) {
        source.configureBlocking(false);
        loop.callLater(Duration.ofMillis(100), () -> IO.println("after 100 ms"));
        loop.callLater(Duration.ofMillis(50), () -> IO.println("after 50 ms")).cancel();
        loop.callSoon(() -> IO.println("soon"));
        IO.println("now");
        loop.runUntilComplete(() -> waitFor(new ReadEvent(source), Duration.ofMillis(200)));
    } catch (TimeoutException e) {
        IO.println("nothing came; the connection is closed");
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio timers
// now
// soon
// after 100 ms
// nothing came; the connection is closed
// ```
//
// `callSoon` only queues its function, so `now` comes first. The canceled timer never runs. After 200 ms `waitFor`
// throws a `TimeoutException`, and the `try` closes the channel. If you pass it a task instead of an event, `waitFor`
// [cancels](../lib/aio/EventLoop.java#waitFor) the task. What does that do?
//
// ## Cancellation
//
// The loop resumes a canceled coroutine at its `await`, with a `CancelledError`. A thread has something similar, the
// interrupt. Both are requests: code may catch either one and go on, and neither stops a computation. Is there a
// difference? Two servers wait for a client's next message, one in a coroutine, one in a thread. We stop both, and each
// tries to say goodbye in a `finally`. What do the clients hear?

// %%
void coroutine(SocketChannel conn) throws Exception {
    try (conn; var loop = new EventLoop()) {
        conn.configureBlocking(false);
        Task<Void> server = loop.createTask("server", () -> {
            try {
                await(new ReadEvent(conn));
            } finally {
                await(new WriteEvent(conn, ByteBuffer.wrap("goodbye".getBytes())));
            }
        });
        loop.callLater(Duration.ofMillis(10), server::cancel);
        loop.runUntilComplete(server);
    } catch (CancelledError e) {
        IO.println("the coroutine was canceled");
    }
}

void thread(SocketChannel conn) throws Exception {
    Thread server = Thread.startVirtualThread(() -> {
        try (conn) {
            try {
                conn.read(ByteBuffer.allocate(1));
            } finally {
                conn.write(ByteBuffer.wrap("goodbye".getBytes()));
            }
        } catch (IOException e) {
            IO.println("the thread failed: " + e);
        }
    });
    server.interrupt();
    server.join();
}

void cancellation() throws Exception {
    for (boolean onLoop : List.of(true, false)) {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0));
                var client = new Socket("localhost", listener.socket().getLocalPort())) {
            if (onLoop) coroutine(listener.accept());
            else thread(listener.accept());
            IO.println("its client heard: '" + new String(client.getInputStream().readAllBytes()) + "'");
        }
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio cancellation
// the coroutine was canceled
// its client heard: 'goodbye'
// the thread failed: java.nio.channels.ClosedChannelException
// its client heard: ''
// ```
//
// An interrupt closes the channel that the thread is blocked on, so nobody can say goodbye over it. A cancellation ends
// only the *wait*: the connection stays open, and a `finally` can still await.
//
// They also differ in where they arrive. An interrupt comes from another thread at any moment, and hits whatever
// blocking call is next, perhaps deep in a library. A cancellation arrives in the coroutine's own turn, and only at an
// `await`, so it never interrupts what you do between two of them.
//
// The loop can draw that ([aio_coroutine_server](aio_coroutine_server.java) explains the picture). Here `waitFor` gives
// a task 100 ms, and the task waits another 50 ms in its `finally`. When does `main` get its `TimeoutException`, before
// those 50 ms or after?

// %% tags=["active-ipynb"]
// SequenceDiagram.of(() -> {
//     var slow = EventLoop.current().createTask("slow", () -> {
//         try {
//             await(new SleepEvent(Duration.ofSeconds(1)));
//         } finally {
//             await(new SleepEvent(Duration.ofMillis(50)));
//         }
//     });
//     waitFor(slow, Duration.ofMillis(100));
// })

// %% [markdown]
// After them: `waitFor` cancels the task, and then waits until it has ended. So a time limit is only as good as the
// `finally` blocks below it.
//
// ## Failures
//
// Whoever awaits a task gets its exception. What if one of many fails? Of these three clients, the second fails when the
// first is done and the third isn't. `gather` fails at once, and the third goes on. You can cancel it, or let it finish
// and collect every outcome. What are the three outcomes in each case? And who hears of a failure if nobody awaits the
// task?

// %%
String client(int number) throws IOException {
    await(new SleepEvent(Duration.ofMillis((long) Math.pow(10, number)))); // 10, 100 or 1,000 ms
    if (number == 2) throw new IOException("reset");
    return "done";
}

String outcome(Task<String> task) {
    try {
        return await(task);
    } catch (CancelledError e) {
        return "canceled";
    } catch (Exception e) {
        return "failed: " + e.getMessage();
    }
}

void gather(boolean cancelTheRest) throws Exception {
    try (var loop = new EventLoop()) {
        var tasks = Stream.of(1, 2, 3).map(n -> loop.<String>createTask("client " + n, () -> client(n))).toList();
        var outcomes = loop.runUntilComplete(() -> {
            try {
                return await(loop.gather(tasks));
            } catch (IOException e) {
                if (cancelTheRest) tasks.forEach(Task::cancel);
                return tasks.stream().map(task -> outcome(task)).toList();
            }
        });
        IO.println((cancelTheRest ? "cancel the rest: " : "collect them all: ") + outcomes);
    }
}

void failures() throws Exception {
    gather(true);
    gather(false);
    try (var loop = new EventLoop()) {
        loop.setExceptionHandler((what, error) -> IO.println(what + ": " + error.getMessage()));
        loop.createTask("forgotten", () -> client(2));
        loop.runUntilComplete(() -> await(new SleepEvent(Duration.ofMillis(200))));
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio failures
// cancel the rest: [done, failed: reset, canceled]
// collect them all: [done, failed: reset, done]
// Task[forgotten] failed: reset
// ```
//
// Watch it. At the moment when the second client fails, what does the third one do, and who is the first to hear of the
// failure?
//
// ```player
// $ ./jbang watch aio_towards_asyncio -- failures
// ```
//
// The third still sleeps. `main` hears of it, because it awaits `gather`. In the first case, `main` cancels the third,
// which is ready to run at once, long before its timer is due. In the second, `main` waits for it.
//
// Either way you know which client failed, and why. The loop's exception handler hears of the forgotten task. By default,
// it prints the task's name and the stack trace on standard error.
//
// ## To other threads, and back
//
// A long computation, a name lookup or reading a file stops the whole loop. `runInExecutor` hands such work to another
// thread, and returns a future. That thread must not touch the loop, because the loop's queues have no locks. It can
// queue a callback with `callSoonThreadsafe`, or complete a `Future`. What happens if it calls `callSoon` as well?

// %%
void threads() throws Exception {
    try (var loop = new EventLoop()) {
        loop.callLater(Duration.ofMillis(10), () -> IO.println("meanwhile, the loop runs"));
        loop.runUntilComplete(loop.runInExecutor(() -> {
            Thread.sleep(50);
            loop.callSoonThreadsafe(() -> IO.println("a callback on the loop: " + (EventLoop.current() == loop)));
            loop.callSoon(() -> IO.println("another callback"));
            return "done";
        }));
    } catch (IllegalStateException e) {
        IO.println("the thread failed: " + e.getMessage());
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_towards_asyncio threads
// meanwhile, the loop runs
// a callback on the loop: true
// the thread failed: not on the loop: use callSoonThreadsafe to get there
// ```
//
// `callSoon` refuses, and the future brings the thread's exception back to the loop. The thread is a *platform* thread.
// A virtual thread that computes would keep its carrier, as [virtual_thread_server](virtual_thread_server.java) showed,
// and the loop, itself a virtual thread, might find none to run on.

// %%
static final List<String> PARTS = List.of("timers", "cancellation", "failures", "threads");

void run(String part) throws Exception {
    switch (part) {
        case "" -> { for (String each : PARTS) run(each); }
        case "timers" -> timers();
        case "cancellation" -> cancellation();
        case "failures" -> failures();
        case "threads" -> threads();
        default -> throw new ScriptException("there is no part '" + part + "': choose one of " + PARTS);
    }
}

void main(String... args) throws Exception {
    Script.run("""
            aio_towards_asyncio [part]

            What a loop needs besides sockets, one experiment each.

              part  timers, cancellation, failures or threads (default all of them)
            """, args, a -> run(a.text("part", "")));
}

// %% tags=["active-ipynb"]
// main();

// %% [markdown]
// ## What asyncio has, and where it is here
//
// | asyncio | here | Java without a loop |
// | --- | --- | --- |
// | `await`, `create_task` | `await`, `createTask` | a blocking call, `Thread.startVirtualThread` |
// | `gather` | `gather` | `ExecutorService.invokeAll` |
// | `TaskGroup` | `TaskGroup`, in [task_group](task_group.java) | `StructuredTaskScope` ([JEP 505](https://openjdk.org/jeps/505), a preview in JDK 25) |
// | `wait_for`, `timeout` | `waitFor`, `timeout` | `Future.get` with a time limit |
// | `task.cancel()`, `cancelling()`, `uncancel()` | `cancel`, `cancelling`, `uncancel` | `Thread.interrupt` |
// | `call_later`, `call_at` | `callLater`, `callAt` | `ScheduledExecutorService` |
// | `run_in_executor`, `to_thread` | `runInExecutor` | `ExecutorService.submit` |
// | `call_soon_threadsafe` | `callSoonThreadsafe` | not needed: threads share by locks |
// | `Queue`, `Semaphore` | `Queue`, `Semaphore` | `java.util.concurrent` |
// | `Lock`, streams, subprocesses | not here | `ReentrantLock`, `Socket`, `ProcessBuilder` |
//
// Both loops run one thing at a time, so each uses one core. To use the others, [many_loops](many_loops.java) runs a loop
// on each.
//
// When should you use which? If your server waits for sockets and databases, block on virtual threads: that's less code,
// and debuggers and libraries know it. Use a loop where one thread should own the state, so that it needs no lock: a
// game, a broker, a user interface. Use Netty or Vert.x for the protocols that they have and the JDK doesn't.
//
// ## What it still can't do
//
// `gather` fails, and the tasks that it leaves behind go on until somebody remembers to cancel them. Nobody waits for
// them either, and nothing limits how many run at once. [task_group](task_group.java) has a form in which you can't
// forget the rest.
//
// ## Exercises
//
// - A library that blocks: `./jbang exercise start aio_towards_asyncio_1`
// - The fastest one wins: `./jbang exercise start aio_towards_asyncio_2`
