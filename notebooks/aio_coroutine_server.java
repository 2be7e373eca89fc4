// %%
//JAVA 25+
//SOURCES ../lib/aio/AcceptEvent.java
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/script/NetworkText.java
//SOURCES ../lib/aio/ReadEvent.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/diagram/SequenceDiagram.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.AcceptEvent;
import aio.Event;
import aio.EventLoop;
import script.NetworkText;
import aio.ReadEvent;
import script.Script;
import diagram.SequenceDiagram;
import script.Server;
import script.Sockets;
import aio.Task;
import static aio.EventLoop.await;

// %% [markdown]
// # The same server on the library's loop
//
// The loop of [event_loop](event_loop.java) fits on one page and works. What wouldn't you trust it with yet? A client
// that never stops sending, a thread that wants to hand it work, a task that you'd like to cancel? The library's
// loop, [aio.EventLoop](../lib/aio/EventLoop.java), has the same parts, most of them under the same names, but it's much
// longer. This chapter says what the additional lines are for, and runs the same server on it.
//
// ## What it adds
//
// | in `event_loop` | in the library |
// | --- | --- |
// | The loop runs on the thread that calls `run`. | [runForever](../lib/aio/EventLoop.java#runForever) starts a virtual thread for the loop, because handing over to a coroutine is cheaper from there ([coroutine_cost](coroutine_cost.java) measures it). |
// | A task ends, and that's all. | A [Task](../lib/aio/Task.java) is a [Future](../lib/aio/Future.java): it has a result or a failure, you can `await` it, and [cancel](../lib/aio/Task.java#cancel) raises a `CancelledError` at its `await`. |
// | A failure is one line on standard error. | A failure goes to whoever awaits the task; if nobody does, to the loop's [exception handler](../lib/aio/EventLoop.java#setExceptionHandler), with the task's name. |
// | A channel has one waiter. | It has [one for input and one for output](../lib/aio/Waiters.java); any further waiter gets an error in [Poller.watch](../lib/aio/Poller.java#watch). |
// | If one task closes a channel for which another waits, that one sleeps forever. | [closeChannel](../lib/aio/EventLoop.java#closeChannel) wakes it, and its `await` fails with a `ClosedChannelException`. |
// | Only the loop's own thread can add work. | [callSoonThreadsafe](../lib/aio/EventLoop.java#callSoonThreadsafe) queues a callback from any thread and wakes the selector. Methods such as `callSoon` and `createTask` throw an exception on any other thread. |
// | A wait has no time limit, and a timer can't be taken back. | [waitFor](../lib/aio/EventLoop.java#waitFor) has a timeout, a [TimerHandle](../lib/aio/TimerHandle.java#cancel) can be canceled, and an event undoes its registration in `unregister`. |
// | A coroutine whose `poll` always succeeds keeps the others waiting. | After 64 such awaits [Task](../lib/aio/Task.java) lets the others run. |
// | A turn runs everything that's ready, however much there is. | A turn runs at most 512 callbacks, and small turns share a look at the selector: one for every 61 callbacks. |
// | Of two timers for the same time, either may run first. | The one that was created [first](../lib/aio/Timers.java) runs first. |
// | Each wait sets the selector's interest, and clears it again. | [Interest in input stays](../lib/aio/Poller.java), because most coroutines soon read again and each change is a system call. |
// | A coroutine is closed when `run` ends; it can't wait in its `finally`. | Tasks are canceled and get three seconds for their `finally` blocks, which may `await`. |
//
// `await(event)` works as it did in `event_loop`: it polls, and if that returns null, it yields the event. The task
// registers the event, and once something wakes the task, `await` polls again.
//
// ## An event of your own
//
// Extend [Event](../lib/aio/Event.java), and give it the two hooks. `NextSecond` occurs at the next full second.
// `register` gets the task itself; `Task.wake` may be called from any thread. `Always` is ready each time, as a client
// that never stops sending is. A task that awaits it forever never has to wait. When does another task get its turn?

// %%
class NextSecond extends Event<Instant> {
    final Instant due = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);

    protected Instant poll() { return Instant.now().isBefore(due) ? null : due; }

    protected void register(EventLoop loop, Task<?> task) {
        loop.callLater(Duration.between(Instant.now(), due), () -> task.wake());
    }
}

class Always extends Event<Integer> {
    int polls;

    protected Integer poll() { return ++polls; }

    protected void register(EventLoop loop, Task<?> task) {} // never called, because poll never returns null
}

// %%
void awaitForever(Always always) throws IOException {
    while (true) await(always);
}

void events() throws Exception {
    try (var loop = new EventLoop()) {
        IO.println("the clock strikes " + loop.runUntilComplete(() -> await(new NextSecond())));
        var always = new Always();
        loop.createTask("greedy", () -> awaitForever(always));
        IO.println("polls before another task runs: " + loop.runUntilComplete(() -> always.polls));
    }
}

// %% [markdown]
// ```console
// $ ./jbang aio_coroutine_server --events
// the clock strikes [...]
// polls before another task runs: 64
// ```
//
// After 64 awaits that didn't wait, the greedy task has to let the others run. The loop of `event_loop` would never get
// to the second task. At the end, closing the loop cancels the greedy task.
//
// ## The server
//
// The server looks as it did in `event_loop`. The type of an event is the type of what `await` returns: a connection
// for an `AcceptEvent`, bytes for a `ReadEvent`. One `AcceptEvent` is enough for all connections, because an event
// that has given its value can be awaited again.

// %%
void handleEvents(SocketChannel conn) {
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
    var accept = new AcceptEvent(listener);
    while (true) {
        SocketChannel conn = await(accept);
        String peer = Sockets.name(conn.getRemoteAddress());
        IO.println("Got connection from " + peer);
        clients.increment();
        loop.createTask(peer, () -> handleEvents(conn));
    }
}

// %% [markdown]
// `createTask` takes a name, which shows up in reports and thread dumps. `runForever` returns when its thread is
// interrupted: every task is canceled at its `await`, its `finally` blocks run, and the loop is closed.

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
    if (List.of(args).contains("--events")) events();
    else Script.serve("""
            aio_coroutine_server [host] [port] [--events]

            A server of coroutines on the library's event loop: prints what each client sends.

              host      where to listen (default localhost)
              port      the port, 0 for any free one (default 8888)
              --events  do not serve: wait for the next second, then for an event that is always ready
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
//
// Watch two of them, Alice and Bob. While both pause, how many coroutines wait, and on which lines of the page?
//
// ```player
// $ ./jbang watch aio_coroutine_server
// $ ./jbang aio_coroutine_client localhost 8888 --wait 4
// $ ./jbang aio_coroutine_client localhost 8888 --wait 4
// ```
//
// Three of them: `server` at its `await(accept)`, and one for each client at the `await` in the head of the `for`. (You
// see Alice and Bob in place of the addresses, which are also the names of the tasks.)

// %% tags=["active-ipynb"]
// events();

// %% tags=["active-ipynb"]
// var server = start("localhost", 0);

// %% tags=["active-ipynb"]
// try (var client = new Socket("localhost", server.port())) {
//     client.getOutputStream().write("hello from a cell".getBytes());
// }

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## Who runs, and when
//
// [SequenceDiagram.of](../lib/diagram/SequenceDiagram.java#of) runs a piece of code on a loop of its own and returns a
// picture of what the loop did. Time goes down, and a bar marks who runs. A dashed arrow gives control back to the loop.
// Here the server has a client that connects, sends its message a second later, and leaves. How many bars will there be
// at the same height?

// %% tags=["active-ipynb"]
// SequenceDiagram.of(() -> {
//     EventLoop loop = EventLoop.current();
//     try (var listener = Sockets.listen("localhost", 0);
//             var client = new Socket("localhost", listener.socket().getLocalPort())) {
//         loop.createTask("server", () -> serverLoop(loop, listener, new LongAdder()));
//         await(new NextSecond());
//         client.getOutputStream().write("hello from a diagram".getBytes());
//         client.close();
//         await(new NextSecond());
//     }
// })

// %% [markdown]
// Always one: the loop's, or that of one task. Look for the two places where the loop sleeps: nothing was ready there.
// The server never ends by itself, so closing the loop cancels it.
//
// ## What it still can't do
//
// A client that connects and says nothing holds its coroutine, its connection and a file descriptor forever. The loop
// has timers, but this server sets no time limit. First [aio_coroutine_client](aio_coroutine_client.java) puts some
// load on it, and [aio_towards_asyncio](aio_towards_asyncio.java) then sets the limit.
//
// ## Exercises
//
// - A gate for all of them: `./jbang exercise start aio_coroutine_server_1`
// - An event that gives lines: `./jbang exercise start aio_coroutine_server_2`
