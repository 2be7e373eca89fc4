// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
import module java.base;
import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;
import exercise.Prediction;
import exercise.Printed;
import static aio.EventLoop.await;

// %% [markdown]
// # Three clients and a plain int
//
// **Predict.** Many clients wait at once, one of them runs at a time, and it's another's turn only at an `await`.
//
// Three clients run on one loop, as in [aio_coroutine_client](../aio_coroutine_client.java), but without sockets, and
// count themselves in a plain `int`. What does the program print? Write your lines into `prediction`, in their order.

// %%
int connected;

void client(String name, int millis) throws IOException {
    connected++;
    IO.println(name + " connects: " + connected);
    await(new SleepEvent(Duration.ofMillis(millis)));
    connected--;
    IO.println(name + " leaves: " + connected);
}

void program() throws Exception {
    try (var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            var tasks = new ArrayList<Task<Void>>();
            tasks.add(loop.createTask("Alice", () -> client("Alice", 700)));
            tasks.add(loop.createTask("Bob", () -> client("Bob", 100)));
            tasks.add(loop.createTask("Carol", () -> client("Carol", 400)));
            IO.println("the tasks are made: " + connected);
            await(loop.gather(tasks));
            IO.println("all have left: " + connected);
            return null;
        });
    }
}

// %%
String prediction() {
    // >>> start
    // return """
    //         ?
    //         """;
    // >>> solution
    return """
            the tasks are made: 0
            Alice connects: 1
            Bob connects: 2
            Carol connects: 3
            Bob leaves: 2
            Carol leaves: 1
            Alice leaves: 0
            all have left: 0
            """;
    // >>> a task runs when it is made
    // return """
    //         Alice connects: 1
    //         Bob connects: 2
    //         Carol connects: 3
    //         the tasks are made: 3
    //         Bob leaves: 2
    //         Carol leaves: 1
    //         Alice leaves: 0
    //         all have left: 0
    //         """;
    // >>> one client after another
    // return """
    //         the tasks are made: 0
    //         Alice connects: 1
    //         Alice leaves: 0
    //         Bob connects: 1
    //         Bob leaves: 0
    //         Carol connects: 1
    //         Carol leaves: 0
    //         all have left: 0
    //         """;
    // >>> they leave as they came
    // return """
    //         the tasks are made: 0
    //         Alice connects: 1
    //         Bob connects: 2
    //         Carol connects: 3
    //         Alice leaves: 2
    //         Bob leaves: 1
    //         Carol leaves: 0
    //         all have left: 0
    //         """;
    // <<<
}

void main() throws Exception {
    program();
}

// %% tags=["check"]
void verify() throws Exception {
    program();
    Prediction.check(prediction(), Printed.lines());
}

// %% [markdown]
// ## Hints
//
// 1. The task that makes the three tasks is running. When does it first wait?
// 2. How far does each of the three run, once it's its turn?
// 3. Who is woken first: the one that was made first, or the one whose time is up first?
//
// ## Solution
//
// `createTask` only queues a task. The one that makes the three goes on until its own `await`, so `the tasks are made`
// comes first, with nobody connected. Then each client runs up to its `SleepEvent`, in the order in which they were
// made, and all three sleep at once. The loop wakes them when their timers are due. `connected` is never wrong, although
// it's a plain `int` and has no lock: between two awaits, nobody else runs. With three threads that block, the same
// program could print its lines in another order, and lose a count.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - a task runs when it is made: Line 1 of your prediction is "Alice connects: 1", and the program prints something else.
//   Expected: what the program prints, line by line.
// - one client after another: Line 3 of your prediction is "Alice leaves: 0", and the program prints something else.
//   Expected: another line 3; those before it are right.
// - they leave as they came: Line 5 of your prediction is "Alice leaves: 2", and the program prints something else.
//   Expected: another line 5; those before it are right.
