// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptEvent.java
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.AcceptEvent;
import aio.Event;
import aio.EventLoop;
import script.NetworkText;
import aio.ReadEvent;
import script.Script;
import script.Server;
import script.Sockets;
import aio.Task;
import static aio.EventLoop.await;

// %% [markdown]
// # An event loop
//
// In the last chapter the conversation read well, but for one thing: at each wait it said how to
// register with the reactor. Registering is the same for every read in the world. So put it where it
// belongs: into an object that stands for *the thing waited for*, an **event**, and let the loop deal
// with events.
//
// ```diagram
//            +-- turn ----------------------------------------------------------------+
//            |                                                                        |
//            |   ready queue              coroutine                                   |
//   callSoon --> [ task | task | ... ] --> runs until it awaits an event --+          |
//            |          ^                                                  |          |
//            |          |                   waiting sets                   v          |
//            |          +-- wake ---- [ input: conn -> task ] <----- event.register   |
//            |          |             [ output: conn -> task ]                        |
//            |          |             [ timers ]                                      |
//            |          |                   ^                                         |
//            |          +-------- select: who is ready?                               |
//            +------------------------------------------------------------------------+
// ```
//
// The loop of this book is `lib/aio/EventLoop.java`. It is written to be read, from top to bottom; this
// chapter is the way in.

// %% [markdown]
// ## Event: two hooks
//
// An event is a class with two methods that the loop calls. `poll` tries the operation and returns its
// result, or `null` for 'not yet'. `register` arranges that the task is woken when it is worth trying
// again. `await(event)` is the dance around them:
//
// 1. `poll`. If there is a result, that is all: no switch, no registration. A busy socket mostly has one.
// 2. If not, the coroutine yields the event to the loop. The loop calls `register`, and runs others.
// 3. Something wakes the task. Back to 1: being woken promises nothing, it is a reason to look again.
//
// The seed's hooks are called `_yield` and `_resume`. There, `_resume` did the `recv` inside the loop: a
// reset then threw its exception into the loop, and that was the end of every client. Here the
// operation runs in the coroutine that wants it, and so does its exception.
//
// You can write an event of your own. This one is over at the next full second:

// %%
class NextSecond extends Event<LocalTime> {
    final LocalTime due = LocalTime.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);

    protected LocalTime poll() {
        return LocalTime.now().isBefore(due) ? null : due;
    }

    protected void register(EventLoop loop, Task<?> task) {
        loop.callLater(Duration.between(LocalTime.now(), due), () -> task.wake());
    }
}

// %%
void waitForTheSecond() throws Exception {
    try (var loop = new EventLoop()) {
        IO.println("the clock strikes " + loop.runUntilComplete(() -> await(new NextSecond())));
    }
}

// %% [markdown]
// ## The server
//
// Two kinds of coroutine. `serverLoop` accepts for ever, and makes a task for each connection.
// `handleEvents` reads one connection to its end. Each looks like the blocking code of a beginner, and
// each stops at `await`, where the other ones run. The type of the event is the type of what comes
// out: a connection from an `AcceptEvent`, bytes from a `ReadEvent`. An empty array is the end.

// %%
void handleEvents(SocketChannel conn) throws IOException {
    try (conn) {
        var text = new NetworkText();
        for (byte[] data = await(new ReadEvent(conn)); data.length > 0; data = await(new ReadEvent(conn))) {
            show(text.decode(ByteBuffer.wrap(data)));
        }
        show(text.end());
    } catch (IOException e) {
        // A reset: this client is gone, and with it this task.
    }
}

// %%
void show(String received) {
    if (!received.isEmpty()) IO.println(received);
}

// %%
void serverLoop(EventLoop loop, ServerSocketChannel listener, LongAdder clients) throws IOException {
    var accept = new AcceptEvent(listener); // one for all: an event that has given its value may be awaited again
    while (true) {
        SocketChannel conn = await(accept);
        String peer = Sockets.name(conn.getRemoteAddress());
        IO.println("Got connection from " + peer);
        clients.increment();
        loop.createTask(peer, () -> handleEvents(conn));
    }
}

// %% [markdown]
// ## The loop runs
//
// `createTask` puts a new task into the ready queue; for a plain function there is `callSoon`. Then
// `runForever`: run what is ready, ask the selector who else is, and so on. An interrupt ends it:
// every task is cancelled at its `await`, its `finally` blocks run, and `close` lets nothing leak.

// %%
void serve(ServerSocketChannel listener, LongAdder clients) {
    try (var loop = new EventLoop()) {
        loop.createTask("server", () -> serverLoop(loop, listener, clients));
        loop.runForever();
    }
}

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> serve(listener, clients),
            () -> clients.sum() + " clients");
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            aio_coroutine_server [host] [port]

            A server of coroutines on an event loop: prints what each client sends.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8888)
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% [markdown]
// ## Run it
//
// ```console server
// $ ./jbang aio_coroutine_server
// server started on localhost:8888
// ```
//
// The client in another terminal sends a message, waits five seconds, and sends another:
//
// ```console
// $ ./jbang aio_coroutine_client
// client sent its data
// ```
//
// The server shows both (`[...]` stands for what differs each time):
//
// ```console server
// Got connection from 127.0.0.1:[...]
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// {"send_user": "Lyon", "send_time": "[...]", "send_msg": "AIO test..."}
// ```

// %% tags=["active-ipynb"]
// waitForTheSecond();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | C1 | Closes the connection inside its endless loop: a client's second message is lost, and the client reports success. | reads to the end, then closes |
// | C2 | After that it waits on the closed socket for ever; the number of tasks never goes down, so `run_forever` cannot end. | a closed channel fails its waiter; a task that ends is gone |
// | C3 | Polls for writing, but serves nobody who waits for it: the loop dies on the first. | `WriteEvent`, `ConnectEvent` |
// | C4 | Keeps its waiters by file descriptor: a second reader silently replaces the first, who sleeps for ever. | one reader and one writer a channel; another is an error |
// | C5 | A task that raises, or yields something that is no event, ends the loop and every other task. | ends itself, and is reported with its name |
// | C6 | `select()`: dies at descriptor 1,024. | a `Selector` |
// | C7 | While a task is ready, no I/O is looked at. | a bounded number of tasks, then a look |
// | C8 | No timers, no cancellation, no result of a task, no stop. | see chapter 11 |
// | C10 | Says of itself that it is close to asyncio. | a table in chapter 11 |
//
// N3, N4 and N6 to N8 are mended as in chapter 1.
//
// ## What is still wrong
//
// A client that connects and says nothing holds its coroutine for ever. We have not used a single timer
// yet. And one thread is one core.
//
// ## Exercises
//
// 1. Let `handleEvents` echo what it reads, with a `WriteEvent`. Which line keeps a client that never
//    reads from filling your memory?
// 2. Put `Thread.sleep(2000)` into `handleEvents`, then `await(new SleepEvent(Duration.ofSeconds(2)))`.
//    Who waits in each case? (`loop.reportSlowCallbacks(Duration.ofMillis(100))` names the culprit.)
// 3. Write a `LineEvent` that extends `ChannelEvent<String>` and gives whole lines only.
