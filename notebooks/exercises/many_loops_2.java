// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java
//SOURCES ../../lib/aio/Future.java
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import exercise.Finding;

// %% [markdown]
// # One crossing for many messages
//
// **Write.** A crossing to another loop costs more than what the message does there, so messages travel together.
//
// A loop writes lines of a log and sends each to the loop that owns the file. An `Outbox` belongs to the sending loop.
// Its `send` may be called a thousand times in a turn; each call is one crossing now. Let all lines that are sent in one
// turn cross together, in order. A single line must arrive as well, without waiting for more.

// %%
class Outbox {
    private final Executor owner; // runs what it gets on the loop that owns the file: a crossing
    private final Consumer<String> log; // for that loop only
    // >>> start
    // >>> solution
    private List<String> waiting = new ArrayList<>();
    // >>> it waits until there are a hundred
    // private List<String> waiting = new ArrayList<>();
    // >>> it goes on with the list that it has sent
    // private final List<String> waiting = new ArrayList<>();
    // <<<

    Outbox(Executor owner, Consumer<String> log) {
        this.owner = owner;
        this.log = log;
    }

    void send(String line) {
        // >>> start
        // owner.execute(() -> log.accept(line));
        // >>> solution
        if (waiting.isEmpty()) EventLoop.current().callSoon(this::flush);
        waiting.add(line);
        // >>> it waits until there are a hundred
        // waiting.add(line);
        // if (waiting.size() == 100) flush();
        // >>> it goes on with the list that it has sent
        // if (waiting.isEmpty()) EventLoop.current().callSoon(this::flush);
        // waiting.add(line);
        // <<<
    }

    // >>> start
    // >>> solution
    private void flush() {
        List<String> lines = waiting;
        waiting = new ArrayList<>();
        owner.execute(() -> lines.forEach(log));
    }
    // >>> it waits until there are a hundred
    // private void flush() {
    //     List<String> lines = waiting;
    //     waiting = new ArrayList<>();
    //     owner.execute(() -> lines.forEach(log));
    // }
    // >>> it goes on with the list that it has sent
    // private void flush() {
    //     owner.execute(() -> waiting.forEach(log));
    //     waiting.clear();
    // }
    // <<<
}

/** Waits until the loop has run what callSoon has added so far. */
void turn() throws Exception {
    var done = new Future<Boolean>();
    EventLoop.current().callSoon(() -> done.setResult(true));
    EventLoop.await(done);
}

void main() throws Exception {
    try (var loop = new EventLoop()) {
        var outbox = new Outbox(Runnable::run, IO::println);
        loop.runUntilComplete(() -> {
            for (int i = 1; i <= 3; i++) outbox.send("line " + i);
            turn();
            return null;
        });
    }
}

// %% tags=["check"]
void verify() throws Exception {
    List<Runnable> crossings = new ArrayList<>(); // not yet run by the owner, as if it were busy
    List<String> written = new ArrayList<>();
    try (var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            var outbox = new Outbox(crossings::add, written::add);
            for (int i = 1; i <= 1000; i++) outbox.send("line " + i);
            turn();
            outbox.send("the last line");
            turn();
            return null;
        });
    }
    crossings.forEach(Runnable::run); // now the owner has time
    if (crossings.size() > 2) throw new Finding("%,d crossings for 1,000 lines in one turn and one in a later turn."
            .formatted(crossings.size()), "two");
    if (written.size() < 1001) throw new Finding("Of 1,001 lines, the owner wrote %d.".formatted(written.size()),
            "all of them, although the owner runs later than the sender goes on");
    for (int i = 1; i <= 1000; i++) {
        if (!written.get(i - 1).equals("line " + i)) throw new Finding("Line %d is \"%s\".".formatted(i, written.get(i - 1)),
                "\"line %d\", in the order in which they were sent".formatted(i));
    }
}

// %% [markdown]
// ## Hints
//
// 1. Collect the lines in a list. When do you know that the turn's last line is in it?
// 2. What `callSoon` adds runs in a later turn. Who has to call it, and how often?
// 3. The owner runs on another thread, and later. Which list may it read while you collect the next lines?
//
// ## Solution
//
// The first line of a turn asks the sender's own loop, with `callSoon`, for a `flush` in a later turn, and the others just join
// the list. `flush` hands the whole list over and starts a new one. From then on, the old list belongs to the owner, so
// no two threads ever use one list. A batch by number, a hundred lines for example, keeps the last ones back until more
// come; a batch by turn doesn't.
//
// ## Wrong attempts
//
// - start: 1,001 crossings for 1,000 lines in one turn and one in a later turn. Expected: two.
// - it waits until there are a hundred: 10 crossings for 1,000 lines in one turn and one in a later turn. Expected: two.
// - it goes on with the list that it has sent: Of 1,001 lines, the owner wrote 0. Expected: all of them, although the
//   owner runs later than the sender goes on.
