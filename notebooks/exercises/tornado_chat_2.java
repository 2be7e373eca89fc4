// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/tasks/Queue.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.EventLoop;
import aio.tasks.Queue;
import exercise.Finding;
import script.Script;
import static aio.EventLoop.await;

// %% [markdown]
// # How much did Sam miss?
//
// **Write.** A bounded queue for each client, and a policy for a full one: drop, and say how much was dropped.
//
// Each person in this room has a queue for five lines, as in [tornado_chat](../tornado_chat.java). `deliver` waits while
// the queue is full, so when Sam reads nothing, the speaker gets no further. Rewrite it: it waits for nobody. A line that
// doesn't fit is dropped and counted. As soon as there is room again, the next line comes after a line `missed N`, so
// the client knows how many lines it hasn't got, and where. A line after `missed N` that doesn't fit is dropped, too.

// %%
class Person {
    final Queue<String> outbox = new Queue<>(5);
    int missed;

    void deliver(String line) throws IOException {
        // >>> start
        // await(outbox.put(line));
        // >>> solution
        if (missed > 0 && outbox.putNowait("missed " + missed)) missed = 0;
        if (missed > 0 || !outbox.putNowait(line)) missed++;
        // >>> nobody is told
        // outbox.putNowait(line);
        // >>> the count is not reset
        // if (missed > 0) outbox.putNowait("missed " + missed);
        // if (!outbox.putNowait(line)) missed++;
        // >>> the notice is lost in a full queue
        // if (missed > 0) {
        //     outbox.putNowait("missed " + missed);
        //     missed = 0;
        // }
        // if (!outbox.putNowait(line)) missed++;
        // <<<
    }

    List<String> read(int count) {
        List<String> lines = new ArrayList<>();
        while (lines.size() < count && outbox.size() > 0) lines.add(outbox.getNowait());
        return lines;
    }
}

// %%
/** Two people; Bob reads everything, Sam some lines now and then. Returns what Sam has got. */
List<String> talk(Person bob, Person sam) throws IOException {
    List<String> got = new ArrayList<>();
    int said = 0;
    for (int read : new int[] {1, 3, 0, 9, 9}) {
        for (int i = 0; i < 4; i++) {
            String line = "line " + ++said;
            bob.deliver(line);
            sam.deliver(line);
            bob.read(1);
        }
        got.addAll(sam.read(read));
    }
    got.addAll(sam.read(9));
    return got;
}

void main(String... args) throws Exception {
    Script.run("""
            tornado_chat_2

            Says twenty lines to Sam, who reads some of them, and prints what he got.
            """, args, _ -> {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> talk(new Person(), new Person())).forEach(IO::println);
        }
    });
}

// %% tags=["check"]
void verify() throws Exception {
    try (var loop = new EventLoop()) {
        Callable<List<String>> talk = () -> talk(new Person(), new Person());
        var done = loop.createTask("talk", talk);
        loop.callLater(Duration.ofSeconds(2), loop::stop);
        done.addDoneCallback(_ -> loop.stop());
        loop.runForever();
        if (!done.isDone())
            throw new Finding("Sam's queue was full, and the speaker waited.", "the room goes on without Sam");
        List<String> got = done.result();
        var expected = List.of("line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "missed 2", "line 9",
                "line 10", "missed 6", "line 17", "line 18", "line 19", "line 20");
        if (!got.equals(expected))
            throw new Finding("Sam got " + String.join(", ", got) + ".", String.join(", ", expected));
    }
}

// %% [markdown]
// ## Hints
//
// 1. `putNowait` returns false if the queue is full, and waits for nobody.
// 2. The line `missed N` needs room in the queue itself. What if there is none?
// 3. When may `missed` become 0 again?
//
// ## Solution
//
// `missed` is what Sam still has to be told. It becomes 0 only when the line that tells him is in the queue; until then,
// each new line is one more that he misses, even if room for it should turn up in between. So Sam can add up what he got
// and what he missed, and the sum is what was said.
//
// ## Wrong attempts
//
// - start: Sam's queue was full, and the speaker waited. Expected: the room goes on without Sam.
// - nobody is told: Sam got [...]. Expected: [...].
// - the count is not reset: Sam got [...]. Expected: [...].
// - the notice is lost in a full queue: Sam got [...]. Expected: [...].
