// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/exercise/Finding.java ../../lib/exercise/Patience.java
import module java.base;
import aio.CancelledError;
import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.Task;
import exercise.Finding;
import exercise.Patience;
import static aio.EventLoop.await;

// %% [markdown]
// # The fastest one wins
//
// **Write.** `cancel` only asks; a task has ended when its `finally` blocks have, and you can `await` that.
//
// A program asks three servers the same question and takes the first answer. Write `first(tasks)`. It returns the result
// of the task that ends first, or throws its failure. The others are canceled, and when `first` returns or throws,
// all of them have ended, with their `finally` blocks. `gather` from
// [aio_towards_asyncio](../aio_towards_asyncio.java) can't do that: it waits for all results.

// %%
<T> T first(List<Task<T>> tasks) throws Exception {
    // >>> start
    // return await(EventLoop.current().gather(tasks)).getFirst();
    // >>> solution
    var done = new Future<Task<T>>();
    for (Task<T> task : tasks) {
        task.addDoneCallback(_ -> {
            if (!done.isDone()) done.setResult(task);
        });
    }
    Task<T> winner = await(done);
    tasks.forEach(Task::cancel);
    for (Task<T> task : tasks) {
        try {
            await(task);
        } catch (CancelledError | Exception e) {
            // One of the others; the winner's failure is thrown below.
        }
    }
    return winner.result();
    // >>> the others go on
    // var done = new Future<Task<T>>();
    // for (Task<T> task : tasks) {
    //     task.addDoneCallback(_ -> {
    //         if (!done.isDone()) done.setResult(task);
    //     });
    // }
    // return await(done).result();
    // >>> it doesn't wait for the others
    // var done = new Future<Task<T>>();
    // for (Task<T> task : tasks) {
    //     task.addDoneCallback(_ -> {
    //         if (!done.isDone()) done.setResult(task);
    //     });
    // }
    // Task<T> winner = await(done);
    // tasks.forEach(Task::cancel);
    // return winner.result();
    // >>> it waits for the first in the list
    // T result = await(tasks.getFirst());
    // tasks.forEach(Task::cancel);
    // return result;
    // <<<
}

// %%
final List<String> ended = new ArrayList<>(); // only the loop's thread uses it

/** Asks a server: it takes some time, and a moment more to leave. */
String ask(String name, Duration time) throws IOException {
    try {
        await(new SleepEvent(time));
        if (name.equals("Mallory")) throw new IOException("Mallory doesn't know");
        return "answer of " + name;
    } finally {
        await(new SleepEvent(Duration.ofMillis(20))); // says goodbye
        ended.add(name);
    }
}

/** Asks these servers at once; the second one is the fastest. */
String askAll(String... names) throws Exception {
    ended.clear();
    try (var loop = new EventLoop()) {
        return loop.runUntilComplete(() -> {
            var tasks = new ArrayList<Task<String>>();
            for (String name : names) {
                var time = name.equals(names[1]) ? Duration.ofMillis(50) : Duration.ofHours(1);
                tasks.add(loop.createTask(name, () -> ask(name, time)));
            }
            try {
                return first(tasks) + ", ended: " + ended.size();
            } catch (IOException e) {
                return e.getMessage() + ", ended: " + ended.size();
            }
        });
    }
}

void main() throws Exception {
    IO.println(askAll("Alice", "Bob", "Carol"));
    IO.println(askAll("Alice", "Mallory", "Carol"));
}

// %% tags=["check"]
/** Asks, and gives up long before the slow servers would answer. */
String withinLimit(String... names) throws Exception {
    var asked = new FutureTask<String>(() -> askAll(names));
    var thread = Thread.ofPlatform().daemon().name("asking").start(asked);
    try {
        return asked.get(3 * Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
        thread.interrupt();
        throw new Finding(names[1] + " has answered, and first still waits.",
                "it goes on as soon as one of the tasks has ended");
    }
}

void verify() throws Exception {
    String answer = withinLimit("Alice", "Bob", "Carol");
    if (!answer.startsWith("answer of Bob,"))
        throw new Finding("Bob is the fastest, and first returned \"" + answer + "\".", "the result of Bob's task");
    if (!answer.endsWith("ended: 3"))
        throw new Finding("first has returned, and of the three tasks only " + answer.replaceAll(".*: ", "") + " had ended.",
                "all three, because those that are canceled have finally blocks");
    answer = withinLimit("Alice", "Mallory", "Carol");
    if (!answer.equals("Mallory doesn't know, ended: 3"))
        throw new Finding("The fastest task failed, and the outcome was \"" + answer + "\".",
                "its failure, when all three tasks have ended");
}

// %% [markdown]
// ## Hints
//
// 1. You need to know which task ends first. `addDoneCallback` tells you when a task has ended; a `Future` of your own
//    brings that to your `await`.
// 2. A future can be completed only once. What if two tasks end in the same turn?
// 3. After `cancel`, a task still has its `finally` to run. `await(task)` returns when it has, with a `CancelledError`,
//    which isn't yours to pass on.
//
// ## Solution
//
// Each task's callback tries to complete one future, and the first that comes does. Then all tasks are canceled; for the
// winner that does nothing, because it has ended. `cancel` is only a request, though, which each task gets in its own
// turn, at its `await`. So `first` awaits them one after another. Here the `CancelledError` says that the task was
// canceled; [task_group](../task_group.java) shows that it might also say that we were. `winner.result()` returns the
// result, or throws the failure. Without these awaits, a function returns while its tasks are still running.
//
// ## Wrong attempts
//
// - start: Bob has answered, and first still waits. Expected: it goes on as soon as one of the tasks has ended.
// - the others go on: first has returned, and of the three tasks only 1 had ended. Expected: all three, because those
//   that are canceled have finally blocks.
// - it doesn't wait for the others: first has returned, and of the three tasks only 1 had ended. Expected: all three,
//   because those that are canceled have finally blocks.
// - it waits for the first in the list: Bob has answered, and first still waits. Expected: it goes on as soon as one of
//   the tasks has ended.
