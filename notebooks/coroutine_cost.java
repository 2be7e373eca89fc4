// %%
//JAVA 25+
//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//JAVAC_OPTIONS -proc:full
//JAVA_OPTIONS --sun-misc-unsafe-memory-access=allow
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/measure/Switches.java
import module java.base;
import script.Script;
import measure.Switches;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

// %% [markdown]
// # What a switch costs
//
// A callback is a method call. A coroutine of this book is a virtual thread ([generator](generator.java)): to
// resume it, the loop wakes that thread and parks itself, and at the next `await` the coroutine wakes the loop and
// parks. How much does that round trip cost, and does a server notice?
//
// ```diagram
//   loop       | runs |  parked         | runs |
//                     |                 ^
//                send |                 | yield
//                     v                 |
//   coroutine  parked |      runs       |  parked
//
//                     |<- one switch: there and back ->
// ```
//
// There are other ways to run somebody else's code and come back. This chapter measures six of them, each with
// nothing but Java's public API:
//
// | way | what happens |
// | --- | --- |
// | a callback | a queue holds a `Runnable`; take it out and call it |
// | two virtual threads | each waits for its turn in `park`, and ends its turn with `unpark` |
// | our coroutine, the loop on a virtual thread | `Coroutine.send`, as [EventLoop](../lib/aio/EventLoop.java) calls it |
// | two `SynchronousQueue`s | two virtual threads pass a number there and back |
// | two platform threads | the same `park` and `unpark`, on threads of the operating system |
// | our coroutine, the loop on a platform thread | `Coroutine.send`, called from an ordinary thread |
//
// The hand-off beneath the second and the fifth is three lines (the rest is in `lib/measure/Switches.java`):
//
// ```java
// while (turn != own) LockSupport.park(this);
// turn = 1 - own;
// LockSupport.unpark(threads[1 - own]);
// ```
//
// `jdk.internal.vm.Continuation`, the class that virtual threads are built on, isn't on the list. It's internal, so
// it needs a flag (`--add-exports java.base/jdk.internal.vm=ALL-UNNAMED`), and a chapter that needs a flag can't be
// pasted into JShell.

// %% [markdown]
// ## What do you expect?
//
// Write down your guesses before you read on:
//
// 1. How many nanoseconds does the callback take? How many times that does our coroutine take?
// 2. How much of the coroutine's cost is our own bookkeeping, and how much is the bare hand-off of two virtual
//    threads?
// 3. Does a second processor make a switch faster or slower?
// 4. What does it cost to run the loop on a platform thread?
//
// This is what `./jbang coroutine_cost` and `taskset -c 0 ./jbang coroutine_cost` (which leaves Java one processor)
// printed, in nanoseconds, on a virtual machine with two processors (AMD EPYC), Linux 6.18, JDK 25.0.3:
//
// | one switch there and back | two processors | one processor |
// | --- | --- | --- |
// | a callback | 2 | 2 |
// | two virtual threads | 1,232 +/- 56 | 344 +/- 135 |
// | our coroutine, the loop on a virtual thread | 1,271 +/- 81 | 380 +/- 193 |
// | two `SynchronousQueue`s | 569 +/- 17 | 412 +/- 136 |
// | two platform threads | 42,135 +/- 14,190 | 1,930 +/- 232 |
// | our coroutine, the loop on a platform thread | 40,589 +/- 21,493 | 2,871 +/- 93 |
//
// The number after `+/-` is half of the interval that holds the mean with 99.9 % confidence. If two intervals
// overlap, this run can't tell the two ways apart.

// %% [markdown]
// ## What it says
//
// - **The coroutine costs what the hand-off costs.** Its interval overlaps that of two bare virtual threads in both
//   columns, so the bookkeeping of `Coroutine` is too small to see here.
// - **The thread under the loop matters most.** From a platform thread a switch costs 15 to 50 times as much on two
//   processors (the intervals are wide), and about 8 times as much on one. That's why `EventLoop` starts a virtual
//   thread of its own and runs there.
// - **A second processor makes it slower.** Virtual threads run on a work-stealing pool of *carriers*, platform
//   threads, one for each processor ([JEP 444](https://openjdk.org/jeps/444)). When one side wakes the other, an
//   idle second carrier may be woken to take it. We counted that for 200,000 turns of two virtual threads, with
//   `perf stat -e syscalls:sys_enter_futex`, the system call that puts a platform thread to sleep and wakes it:
//   42,894 calls on two processors, 979 on one (JDK 25.0.3).
// - **The queues are faster on two processors** because they spin before they park: up to 128 rounds if the carrier
//   has nothing else queued (`DualNode.await` in JDK 25's
//   [LinkedTransferQueue](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/util/concurrent/LinkedTransferQueue.java)).
//   Spinning keeps both processors busy. On one processor, where they don't spin, they're no faster than the
//   others.
//
// Does a server notice? A request costs `caro_pig` 6,380 ns of CPU in [measure_peers](measure_peers.java), on one
// processor and with connections that are kept. A switch of 380 ns is 6 % of that. So each switch that you avoid is
// worth a little, and `EventLoop.await()` does avoid some: it tries the operation first and suspends the coroutine
// only if the operation would block. A request that arrives in the same read as the one before it costs no switch
// at all.

// %% [markdown]
// ## How it is measured
//
// With [JMH](https://github.com/openjdk/jmh), OpenJDK's tool for such measurements. A loop of your own around
// `System.nanoTime()` mostly measures what the JIT compiler makes of that loop. JMH warms each way up, runs it in
// fresh JVMs (`forks`), and reports how far apart the rounds are. With 0 forks it runs in this JVM, which is good
// enough to try a cell but not to believe its figure.

// %%
static final Map<String, String> WAYS = new LinkedHashMap<>();

// %%
void describeWays() {
    WAYS.put("callback", "a callback out of a queue");
    WAYS.put("virtualThreads", "two virtual threads park and unpark each other");
    WAYS.put("coroutine", "our coroutine, the loop on a virtual thread");
    WAYS.put("synchronousQueue", "two virtual threads and two SynchronousQueues");
    WAYS.put("platformThreads", "two platform threads park and unpark each other");
    WAYS.put("coroutineFromPlatformThread", "our coroutine, the loop on a platform thread");
}

// %%
Result<?> measure(String way, int forks, int rounds, Duration round) throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // two runs at once only disturb each other
    var time = TimeValue.milliseconds(round.toMillis());
    var options = new OptionsBuilder().include(Switches.class.getName() + "." + way + "$");
    options.verbosity(VerboseMode.SILENT);
    options.warmupIterations(rounds).warmupTime(time).measurementIterations(rounds).measurementTime(time);
    options.forks(forks).jvmArgs("--sun-misc-unsafe-memory-access=allow");
    return new Runner(options.build()).runSingle().getPrimaryResult();
}

// %%
String line(String way, Result<?> result) {
    double error = result.getScoreError();
    String range = Double.isNaN(error) ? "" : " +/- %,.0f".formatted(error);
    return "%,9.0f%s ns  %s".formatted(result.getScore(), range, WAYS.get(way));
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            coroutine_cost [--quick]

            Measures with JMH what it costs to switch to other code and back, in six ways.

              --quick  takes seconds instead of minutes, and is less exact
            """, args, a -> {
        describeWays();
        boolean quick = a.has("--quick");
        var round = Duration.ofMillis(quick ? 100 : 1000);
        for (String way : WAYS.keySet()) {
            IO.println(line(way, measure(way, quick ? 1 : 2, quick ? 2 : 5, round)));
        }
    });
}

// %% [markdown]
// ## Run it
//
// The whole measurement takes two minutes. This is the short one:
//
// ```console
// $ ./jbang coroutine_cost --quick
// [...] ns  a callback out of a queue
// [...] ns  two virtual threads park and unpark each other
// [...] ns  our coroutine, the loop on a virtual thread
// [...] ns  two virtual threads and two SynchronousQueues
// [...] ns  two platform threads park and unpark each other
// [...] ns  our coroutine, the loop on a platform thread
// ```

// %% tags=["active-ipynb"]
// describeWays();
// IO.println(line("callback", measure("callback", 0, 2, Duration.ofMillis(100))));
// IO.println(line("coroutine", measure("coroutine", 0, 2, Duration.ofMillis(100))));

// %% [markdown]
// ## What it can't say
//
// These loops do nothing but switch. A server also reads, parses and writes between two switches, so its caches and
// its carriers are in another state. What a whole server pays for its coroutines is the question of
// [measure_servers](measure_servers.java).
//
// ## Exercises
//
// 1. Add a way to `Switches`: two virtual threads and an `Exchanger`, or a `ReentrantLock` with a `Condition`.
//    Where does it stand?
// 2. Run it with `-Djdk.virtualThreadScheduler.parallelism=1`: which of the two columns do you get, and why?
// 3. Have the coroutine do some work between two switches, say 10,000 additions. How much work does it take until
//    the switch no longer matters?
