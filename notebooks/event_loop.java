// %%
//JAVA 25+
//SOURCES ../lib/aio/Acceptor.java ../lib/aio/Coroutine.java
//SOURCES ../lib/script/NetworkText.java ../lib/script/Script.java ../lib/script/Sockets.java
import module java.base;
import aio.Acceptor;
import aio.Coroutine;
import script.NetworkText;
import script.Script;
import script.Server;
import script.Sockets;

// %% [markdown]
// # An event loop in five steps
//
// In [aio_future_server](aio_future_server.java) each wait spells out how to register a channel, and there is no way
// to wait for a period of time. What would a loop look like that takes care of both? An **event loop** runs what is
// ready and finds out what has become ready. It takes about 100 lines on top of the library's `Coroutine`. Predict what
// the experiments of each step will print before you read on; `--steps` runs them all.
//
// ```diagram
//                 +-------- turn ---------+
//   callSoon ---> |      ready queue      |      coroutine
//   new Task ---> | [ step . step . ... ] | ---> runs until it awaits an event
//                 +-----------------------+                |
//                            ^                             |
//                            +-- wake --- select <---------+
//                                         timers, channels
// ```
//
// ## Step 1: the ready queue
//
// A queue holds the callbacks that can run now. One *turn* runs those that are in the queue when it begins.

// %%
interface Callback { void run() throws Exception; }

class ReadyQueue {
    final Queue<Callback> ready = new ArrayDeque<>();
    void callSoon(Callback callback) { ready.add(callback); }

    void turn() {
        for (int n = ready.size(); n > 0; n--) {
            try { ready.remove().run(); } catch (Throwable e) { System.err.println("a callback failed: " + e); }
        }
    }
}

// One callback adds another, and one fails. What is printed before the turn is over?
void readyQueue() {
    var loop = new ReadyQueue();
    loop.callSoon(() -> loop.callSoon(() -> IO.println("added during the turn")));
    loop.callSoon(() -> Integer.parseInt("oops"));
    loop.callSoon(() -> IO.println("added before"));
    loop.turn();
    IO.println("the turn is over");
    loop.turn();
}

// %% [markdown]
// ```console server
// $ ./jbang event_loop --steps
// a callback failed: java.lang.NumberFormatException: For input string: "oops"
// added before
// the turn is over
// added during the turn
// ```
//
// If a turn lasted until the queue was empty, a callback that keeps adding itself would keep the loop from ever
// looking at a socket. The `try` is around each call, so a failure ends one callback and no other.
//
// ## Step 2: timers and the selector
//
// A timer is a callback and the time when it's due; a priority queue has the earliest at its head. A channel waits in
// the selector for one report, with its callback attached to its key: `onReady` moves the callback to the ready queue
// and clears the channel's interest. `select` sleeps until a channel is ready or a timer is due; it doesn't sleep
// while a callback is ready. `running` is for the coroutines of step 3. `run` ends on an interrupt, or when no callback
// is ready, no timer is set and `running` is empty. Then it closes the coroutines that are still waiting.

// %%
record Timer(long when, Callback callback) {}

class EventLoop extends ReadyQueue {
    final Queue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.when() - b.when()));
    Set<Coroutine<?>> running = new HashSet<>();
    final Selector selector = Selector.open();
    EventLoop() throws IOException {}

    void callLater(Duration delay, Callback callback) {
        timers.add(new Timer(System.nanoTime() + delay.toNanos(), callback));
    }

    void watch(SelectableChannel channel, int operation, Callback wake) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key != null && key.attachment() != null) throw new IllegalStateException("somebody waits for it");
        channel.register(selector, operation, wake);
    }

    void onReady(SelectionKey key) {
        callSoon((Callback) key.attachment());
        key.interestOps(0).attach(null);
    }

    long untilFirst() { return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().when() - System.nanoTime(); }
    void select() throws IOException {
        long nanos = ready.isEmpty() ? untilFirst() : 0;
        if (nanos <= 0) selector.selectNow(this::onReady);
        else selector.select(this::onReady, nanos / 1_000_000 + 1);
        while (untilFirst() <= 0) callSoon(timers.remove().callback());
    }

    void run() throws IOException {
        try (selector) {
            while (!Thread.interrupted() && !(ready.isEmpty() && timers.isEmpty() && running.isEmpty())) {
                select();
                turn();
            }
        } finally {
            for (Coroutine<?> coroutine : running) callSoon(coroutine::close);
            turn();
        }
    }
}

// Two wait for the same pipe, and a timer writes a byte. Who gets it, and in which order do the lines come?
void timersAndSelector(EventLoop loop) throws Exception {
    Pipe pipe = Pipe.open();
    try (var source = pipe.source(); var sink = pipe.sink()) {
        source.configureBlocking(false);
        for (String name : List.of("first", "second"))
            loop.callSoon(() -> loop.watch(source, SelectionKey.OP_READ, () -> IO.println("a byte for the " + name)));
        loop.callLater(Duration.ofMillis(300), () -> IO.println("300 ms"));
        loop.callLater(Duration.ofMillis(20), () -> IO.println("20 ms, wrote " + sink.write(ByteBuffer.allocate(1))));
        loop.run();
    }
}

// The same, but a new waiter replaces the old one. Who gets the byte now?
void replaceTheWaiter() throws Exception {
    timersAndSelector(new EventLoop() {
        void watch(SelectableChannel channel, int operation, Callback wake) throws IOException {
            channel.register(selector, operation, wake);
        }
    });
}

// %% [markdown]
// ```console server
// a callback failed: java.lang.IllegalStateException: somebody waits for it
// 20 ms, wrote 1
// a byte for the first
// 300 ms
// 20 ms, wrote 1
// a byte for the second
// 300 ms
// ```
//
// On the first loop, the second waiter gets an error, and the byte goes to the first. On the other loop, the first
// waits forever, and nobody is told. The fix is the `if` in `watch`.
//
// ## Step 3: an event, `await`, a task
//
// An **event** is something to wait for. It has two hooks: `poll` tries the operation and returns null for 'not yet';
// `register` arranges for `wake` to be called when it's worth another try. `await` polls first. The coroutine stops
// only if that returns null, and hands the event to its **task**, which steps the coroutine from one wait to the next.
//
// ```diagram
//   coroutine           task              event             loop           selector
//       |-- poll ----------------------->  null               |               |
//       |-- yield ------>|-- register ---->|-- watch -------->|-- select ---->|
//       |<-- send -------|<-- wake: step ---------------------|<-- it's ready-|
//       |-- poll ----------------------->  bytes              |               |
// ```

// %%
interface Event<T> {
    T poll() throws IOException;
    void register(EventLoop loop, Callback wake) throws IOException;
}

static <T> T await(Event<T> event) throws IOException {
    T value;
    while ((value = event.poll()) == null) Coroutine.yield(event);
    return value;
}

class Task {
    final EventLoop loop;
    final Coroutine<Void> coroutine;
    Task(EventLoop loop, Callback body) {
        this.loop = loop;
        coroutine = new Coroutine<>(() -> { body.run(); return null; });
        loop.running.add(coroutine);
        loop.callSoon(() -> step(null));
    }

    void step(Throwable failure) {
        try {
            Object yielded = failure == null ? coroutine.send(null) : coroutine.raise(failure);
            if (!coroutine.isDone()) ((Event<?>) yielded).register(loop, () -> step(null));
        } catch (Throwable e) {
            if (coroutine.isDone()) System.err.println("a task failed: " + e);
            else loop.callSoon(() -> step(e)); // register failed: raise that at the await
        }
        if (coroutine.isDone()) loop.running.remove(coroutine);
    }
}

record NextTurn(Set<String> polled) implements Event<String> {
    public String poll() { return polled.add("once") ? null : "the first task, at its second poll"; }
    public void register(EventLoop loop, Callback wake) { loop.callSoon(wake); }
}

// Which task prints first?
void twoTasks(EventLoop loop) throws IOException {
    new Task(loop, () -> IO.println(await(new NextTurn(new HashSet<>()))));
    new Task(loop, () -> IO.println("the second task"));
    loop.run();
    IO.println("the loop has ended, with " + loop.running.size() + " tasks");
}

// The same, but a task that has ended stays in `running`. When does the loop end now?
void keepTheTasks() throws IOException {
    var loop = new EventLoop();
    loop.running = new HashSet<>() { public boolean remove(Object task) { return false; } };
    loop.callLater(Duration.ofMillis(300), Thread.currentThread()::interrupt);
    twoTasks(loop);
}

// %% [markdown]
// ```console server
// the second task
// the first task, at its second poll
// the loop has ended, with 0 tasks
// [...]
// the loop has ended, with 2 tasks
// ```
//
// The first `poll` returns null, so the first task stops, and `wake` puts its next step behind the second task's. The
// other loop waits for two tasks that have ended, until the timer interrupts it. In a server, `running` would grow with
// each client. The fix is the last line of `step`.
//
// ## Step 4: events that register themselves, and a server
//
// Now we write the details of registration once, in two classes. An empty byte array means the end of the stream.
// When the process is out of file descriptors, `Acceptor` pauses, and the event waits for a time instead of a channel.
// The server has two kinds of coroutine, which look like blocking code: one accepts forever and makes a task for each
// connection; the other reads one connection to its end.

// %%
record AcceptEvent(ServerSocketChannel listener, Acceptor acceptor) implements Event<SocketChannel> {
    public SocketChannel poll() throws IOException {
        SocketChannel conn = acceptor.accept();
        if (conn != null) conn.configureBlocking(false);
        return conn;
    }
    public void register(EventLoop loop, Callback wake) throws IOException {
        long pause = acceptor.pauseMillis();
        if (pause > 0) loop.callLater(Duration.ofMillis(pause), wake);
        else loop.watch(listener, SelectionKey.OP_ACCEPT, wake);
    }
}

record ReadEvent(SocketChannel conn) implements Event<byte[]> {
    public byte[] poll() throws IOException {
        var buffer = ByteBuffer.allocate(4096);
        int n = conn.read(buffer);
        return n == 0 ? null : Arrays.copyOf(buffer.array(), Math.max(n, 0));
    }
    public void register(EventLoop loop, Callback wake) throws IOException {
        loop.watch(conn, SelectionKey.OP_READ, wake);
    }
}

void handleEvents(SocketChannel conn) {
    try (conn) {
        var text = new NetworkText();
        byte[] data;
        do {
            data = await(new ReadEvent(conn));
            String received = data.length == 0 ? text.end() : text.decode(ByteBuffer.wrap(data));
            if (!received.isEmpty()) IO.println(received);
        } while (data.length > 0);
    } catch (IOException e) {} // A reset: this client is gone, and with it this task.
}

void serverLoop(EventLoop loop, ServerSocketChannel listener, LongAdder clients) throws IOException {
    var accept = new AcceptEvent(listener, new Acceptor(listener, System.err::println));
    while (true) {
        SocketChannel conn = await(accept);
        IO.println("Got connection from " + Sockets.name(conn.getRemoteAddress()));
        clients.increment();
        new Task(loop, () -> handleEvents(conn));
    }
}

// Ann resets her connection, and Bob says hello. Who hears of the reset?
void annAndBob(EventLoop loop) throws Exception {
    try (var listener = Sockets.listen("localhost", 0); var ann = new Socket(); var bob = new Socket()) {
        new Task(loop, () -> serverLoop(loop, listener, new LongAdder()));
        ann.connect(listener.getLocalAddress());
        bob.connect(listener.getLocalAddress());
        ann.setSoLinger(true, 0); // so close() sends a reset
        loop.callLater(Duration.ofMillis(50), ann::close);
        loop.callLater(Duration.ofMillis(200), () -> bob.getOutputStream().write("hello".getBytes()));
        loop.callLater(Duration.ofMillis(400), Thread.currentThread()::interrupt);
        loop.run();
    }
}

// The same on a loop that reads for its coroutines. Who hears of the reset now?
void readInTheLoop() throws Exception {
    var loop = new EventLoop() {
        void select() throws IOException {
            super.select();
            for (SelectionKey key : selector.keys())
                if (key.channel() instanceof SocketChannel conn) conn.read(ByteBuffer.allocate(4096));
        }
    };
    try { annAndBob(loop); } catch (IOException e) { IO.println("the loop ends: " + e.getMessage()); }
}

// %% [markdown]
// ```console server
// Got connection from 127.0.0.1:[...]
// Got connection from 127.0.0.1:[...]
// hello
// [...]
// the loop ends: Connection reset
// ```
//
// On the first loop, only Ann's coroutine does: `poll` fails in its `await`, and its `catch` ends it. The other loop
// fails itself, and never reads Bob's hello. The fix is `event.poll()` in `await`: a coroutine does its own reading.
//
// ## Step 5: time
//
// The last event needs no channel. Three tasks sleep on one thread. In which order do they wake up?

// %%
record SleepEvent(Duration duration, long due) implements Event<Duration> {
    SleepEvent(Duration duration) { this(duration, System.nanoTime() + duration.toNanos()); }
    public Duration poll() { return System.nanoTime() - due < 0 ? null : duration; }
    public void register(EventLoop loop, Callback wake) { loop.timers.add(new Timer(due, wake)); }
}

void sleepers() throws Exception {
    var loop = new EventLoop();
    for (int millis : List.of(300, 100, 200))
        new Task(loop, () -> IO.println("slept for " + await(new SleepEvent(Duration.ofMillis(millis)))));
    loop.run();
}

void steps() throws Exception {
    readyQueue();
    timersAndSelector(new EventLoop());
    replaceTheWaiter();
    twoTasks(new EventLoop());
    keepTheTasks();
    annAndBob(new EventLoop());
    readInTheLoop();
    sleepers();
}

// %% [markdown]
// ```console server
// slept for PT0.1S
// slept for PT0.2S
// slept for PT0.3S
// ```
//
// ## Run it
//
// Watch the server with Alice, who says nothing, and with Bob, who sends a message and leaves. Whenever `select` has
// returned, what is in the ready queue? And what does Alice cost the loop?
//
// ```player
// $ ./jbang watch event_loop
// $ ./jbang talk localhost 8888
// $ ./jbang http_client
// ```
//
// One step of each coroutine whose channel was reported, and the turn that follows empties the queue. Alice's coroutine
// stands at its `await`, and her channel is a key in the selector. Until it is reported, the loop has nothing to do for
// her.

// %%
Server start(String host, int port) throws IOException {
    var clients = new LongAdder();
    return Server.start(host, Sockets.listen(host, port), listener -> {
        var loop = new EventLoop();
        new Task(loop, () -> serverLoop(loop, listener, clients));
        loop.run();
    }, () -> clients.sum() + " clients");
}

void main(String... args) throws Exception {
    if (List.of(args).contains("--steps")) steps();
    else Script.serve("""
            event_loop [host] [port] [--steps]

            A server of coroutines on an event loop built from nothing: prints what each client sends.

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8888)
              --steps  do not serve: run the experiments of the five steps
            """, args, a -> start(a.host(), a.port(8888)));
}

// %% tags=["active-ipynb"]
// steps();

// %% [markdown]
// ## What it still can't do
//
// A task has no result, and nobody can cancel it or wait for it. Another thread can't wake the loop. A client that
// never stops sending keeps its coroutine running, since each `poll` succeeds, so all the others wait. The library's
// loop handles all of this; [aio_coroutine_server](aio_coroutine_server.java) runs the same server on it.
//
// ## Exercises
//
// - A turn has to end: `./jbang exercise start event_loop_1`
// - The event that is missing: `./jbang exercise start event_loop_2`
