// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Patience.java
import module java.base;
import aio.EventLoop;
import exercise.Finding;
import exercise.Patience;
import static aio.EventLoop.await;

// %% [markdown]
// # Ask, don't read
//
// **Repair.** What belongs to a loop is read and written on that loop; the others send it a question.
//
// Each shard counts what it sells. `sold` adds up the counts of all shards, as `/count` does in
// [many_loops](../many_loops.java). But it reads them on the wrong thread. `main` prints the right sum all the same, by
// luck; a `Shard` notices who reads it. Repair `sold`. It runs in a coroutine on the loop of one of the shards.

// %%
class Shard {
    final EventLoop loop = new EventLoop();
    private long count;
    boolean readByOthers; // for the check

    Shard(long count) { this.count = count; }

    void sell() { count++; }

    long count() {
        if (!onItsLoop()) readByOthers = true;
        return count;
    }

    boolean onItsLoop() {
        try {
            return EventLoop.current() == loop;
        } catch (IllegalStateException e) {
            return false; // no loop runs this thread
        }
    }
}

long sold(List<Shard> shards) throws Exception {
    long sum = 0;
    // >>> start
    // for (Shard shard : shards) sum += shard.count();
    // >>> solution
    for (Shard shard : shards)
        sum += await(EventLoop.current().runInExecutor(shard.loop::callSoonThreadsafe, shard::count));
    // >>> it asks, and blocks until the answer is there
    // for (Shard shard : shards) {
    //     var answer = new CompletableFuture<Long>();
    //     shard.loop.callSoonThreadsafe(() -> answer.complete(shard.count()));
    //     sum += answer.get();
    // }
    // >>> it reads on some thread, not on the loop
    // for (Shard shard : shards) sum += await(EventLoop.current().runInExecutor(shard::count));
    // <<<
    return sum;
}

void main() throws Exception {
    var shards = List.of(new Shard(3), new Shard(4), new Shard(5));
    EventLoop first = shards.getFirst().loop;
    for (Shard shard : shards.subList(1, 3)) Thread.startVirtualThread(shard.loop::runForever);
    IO.println("sold: " + first.runUntilComplete(() -> sold(shards)));
    for (Shard shard : shards) shard.loop.close();
}

// %% tags=["check"]
void verify() throws Exception {
    var shards = List.of(new Shard(3), new Shard(4), new Shard(5));
    List<CompletableFuture<Long>> sums = new ArrayList<>(); // each shard asks, at the same time
    for (Shard shard : shards) {
        shard.sell();
        var sum = new CompletableFuture<Long>();
        sums.add(sum);
        shard.loop.createTask("sold", () -> {
            try {
                sum.complete(sold(shards));
            } catch (Throwable e) {
                sum.completeExceptionally(e);
            }
        });
    }
    for (Shard shard : shards) Thread.startVirtualThread(shard.loop::runForever);
    for (var sum : sums) {
        try {
            long sold = sum.get(3 * Patience.limit().toMillis(), TimeUnit.MILLISECONDS);
            for (Shard shard : shards) {
                if (shard.readByOthers) throw new Finding("A count was read on another thread than its loop's.",
                        "each shard reads its own count, on its loop");
            }
            if (sold != 15) throw new Finding("sold returned %d for shards with 4, 5 and 6.".formatted(sold), "15");
        } catch (TimeoutException e) {
            throw new Finding("The shards call sold at the same time, and it doesn't return.",
                    "15; each loop has to answer, too, while its own sold waits");
        } catch (ExecutionException e) {
            throw new Finding("sold threw " + e.getCause() + ".", "it asks the loop of each shard, and awaits the answer");
        }
    }
    for (Shard shard : shards) shard.loop.close();
}

// %% [markdown]
// ## Hints
//
// 1. A message to a loop is a callback, and the way in is `callSoonThreadsafe`.
// 2. `sold` runs on one of the loops that it asks. What does that loop do while `sold` blocks?
// 3. `runInExecutor` takes any `Executor`. Which one runs things on the loop of a shard?
//
// ## Solution
//
// `shard.loop::callSoonThreadsafe` is an executor whose thread is that loop, so `runInExecutor` with it runs
// `shard.count()` there and gives a future of what it returns. `await` suspends the coroutine, so its own loop is free to
// answer the question that `sold` sends to it. Code that blocks instead stops the loop that has to answer, and two
// loops that ask each other at the same time wait for each other forever.
//
// ## Wrong attempts
//
// - start: A count was read on another thread than its loop's. Expected: each shard reads its own count, on its loop.
// - it asks, and blocks until the answer is there: The shards call sold at the same time, and it doesn't return. Expected:
//   15; each loop has to answer, too, while its own sold waits.
// - it reads on some thread, not on the loop: A count was read on another thread than its loop's. Expected: each shard
//   reads its own count, on its loop.
