// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.Event;
import aio.EventLoop;
import aio.ReadEvent;
import aio.Task;
import aio.WriteEvent;
import exercise.Client;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # A gate for all of them
//
// **Repair.** `register` notes who has to be woken, and a wake only lets `poll` try again.
//
// The clients of this server wait at a gate. One that sends `open` opens it for everybody, also for those that come
// later, and gets `opened`. All others get `come in` once the gate is open. `Opened` is the event for which their
// coroutines wait. It's an event of its own, as `NextSecond` in
// [aio_coroutine_server](../aio_coroutine_server.java), and each client makes a new one for the same `Gate`. With one
// client at the gate it works. With two, one stays outside. Repair `Gate` and `Opened`.

// %%
class Gate {
    boolean open;
    // >>> start
    // Task<?> waiting;
    // >>> solution
    final Set<Task<?>> waiting = new LinkedHashSet<>();
    // <<<

    void open() {
        // >>> start
        // open = true;
        // if (waiting != null) waiting.wake();
        // >>> solution
        open = true;
        waiting.forEach(Task::wake);
        // >>> it wakes them, and they find it closed
        // waiting.forEach(Task::wake);
        // >>> it wakes only the first
        // open = true;
        // waiting.stream().findFirst().ifPresent(Task::wake);
        // <<<
    }
}

class Opened extends Event<Boolean> {
    final Gate gate;

    Opened(Gate gate) { this.gate = gate; }

    protected Boolean poll() { return gate.open ? true : null; }

    // >>> start
    // protected void register(EventLoop loop, Task<?> task) { gate.waiting = task; }
    //
    // protected void unregister(EventLoop loop, Task<?> task) { gate.waiting = null; }
    // >>> solution
    protected void register(EventLoop loop, Task<?> task) { gate.waiting.add(task); }

    protected void unregister(EventLoop loop, Task<?> task) { gate.waiting.remove(task); }
    // <<<
}

// %%
void say(SocketChannel conn, String text) throws IOException {
    await(new WriteEvent(conn, ByteBuffer.wrap(text.getBytes())));
}

void converse(SocketChannel conn, Gate gate) throws IOException, TimeoutException {
    String message = new String(await(new ReadEvent(conn)));
    if (message.equals("open")) {
        gate.open();
        say(conn, "opened\n");
    } else {
        say(conn, "the gate is " + (gate.open ? "open" : "closed") + "\n");
        await(new Opened(gate));
        say(conn, "come in\n");
    }
    LoopServer.leave(conn);
}

Server start(String host, int port) throws IOException {
    var gate = new Gate();
    return LoopServer.start(host, port, conn -> converse(conn, gate));
}

void main(String... args) throws Exception {
    Script.serve("""
            aio_coroutine_server_1 [host] [port]

            A server with a gate: send open, or wait at it (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["check"]
Client atTheGate(String name, Server server) {
    return Client.connect(name, server.port()).send("hello").gets("the gate is closed\n", "because nobody has opened it");
}

void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = atTheGate("Alice", server);
            var bob = atTheGate("Bob", server); var opener = Client.connect("Olga", server.port())) {
        opener.send("open").gets("opened\n", "the answer to open");
        bob.gets("come in\n", "because Olga has opened the gate for everybody");
        alice.gets("come in\n", "because Olga has opened the gate for everybody");
        try (var carol = Client.connect("Carol", server.port())) {
            carol.send("hello").gets("the gate is open\ncome in\n", "because the gate stays open");
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. Alice's task waits, then Bob's does. What has `register` left in `waiting`?
// 2. `waiting` needs room for all of them: a list or a set. `register` adds a task, `unregister` removes it.
// 3. A task that is woken polls again. What does it have to find then?
//
// ## Solution
//
// One field holds one task, so Bob's registration overwrote Alice's. With a set, `open` wakes all of them. It has to set
// `open` as well, and that's what lets them in: a wake is no more than a hint, after which `await` polls, and if `poll`
// still returns null, the task goes back to sleep. `Task.wake` doesn't run the task at once; it queues the task, so the
// set doesn't change while `open` goes through it. `unregister` belongs to it, because a task that is canceled at the
// gate must not stay in the set.
//
// ## Wrong attempts
//
// - start: Alice waited and got nothing. Expected: "come in\n", because Olga has opened the gate for everybody.
// - it wakes them, and they find it closed: Bob waited and got nothing. Expected: "come in\n", because Olga has opened
//   the gate for everybody.
// - it wakes only the first: Bob waited and got nothing. Expected: "come in\n", because Olga has opened the gate for
//   everybody.
