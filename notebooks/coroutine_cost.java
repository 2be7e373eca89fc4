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
// This chapter measures six ways to run some other code and come back, all with Java's public API:
//
// | way | what happens |
// | --- | --- |
// | a callback | take a `Runnable` out of a queue and call it |
// | two virtual threads | each waits for its turn in `park`, and ends its turn with `unpark` |
// | our coroutine, the loop on a virtual thread | `Coroutine.send`, as [EventLoop](../lib/aio/EventLoop.java) calls it |
// | two `SynchronousQueue`s | two virtual threads pass a number there and back |
// | two platform threads | the same `park` and `unpark`, on threads of the operating system |
// | our coroutine, the loop on a platform thread | `Coroutine.send`, called from a platform thread |
//
// In the second and the fifth, each thread repeats three lines, where `own` is 0 or 1 and `turn` is volatile (the rest
// is in `lib/measure/Switches.java`):
//
// ```java
// while (turn != own) LockSupport.park(this);
// turn = 1 - own;
// LockSupport.unpark(threads[1 - own]);
// ```
//
// ## What do you expect?
//
// Write down your guesses before you read on:
//
// 1. How many nanoseconds does the callback take? How many times that does our coroutine take?
// 2. How much of the coroutine's cost is our own bookkeeping, and how much is the bare hand-off of two virtual
//    threads?
// 3. Does a second processor make a switch faster or slower?
// 4. What does it cost to run the loop on a platform thread?

// %% [markdown]
// ## What came out
//
// The first column is from `./jbang coroutine_cost`, the second from `taskset -c 0 ./jbang coroutine_cost`, which
// leaves Java one processor. Both are in nanoseconds, on a virtual machine with two processors (AMD EPYC), Linux 6.18,
// JDK 25.0.3:
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
//
// - **A switch is expensive next to a call.** A callback takes 2 ns, and our coroutine some 200 to 600 times that.
// - **The coroutine costs what the hand-off costs.** Its interval overlaps that of two bare virtual threads in both
//   columns, so the bookkeeping of `Coroutine` is too small to see here.
// - **The loop's own thread matters most.** From a platform thread a switch costs 14 to 52 times as much on two
//   processors, and 5 to 16 times as much on one (the intervals are wide). That's why the library's `EventLoop` starts
//   a virtual thread and runs there.
// - **A second processor makes it slower.** Virtual threads run on *carriers*, platform threads, one for each processor
//   ([JEP 444](https://openjdk.org/jeps/444)). When one side wakes the other, an idle second carrier may be woken to
//   run it. To see that, we counted the calls of
//   [futex](https://man7.org/linux/man-pages/man2/futex.2.html), with which a platform thread sleeps and is woken
//   (`perf stat -e syscalls:sys_enter_futex`, around ten calls of `Switches.virtualThreads`, which is 200,000 turns):
//   21,000 to 43,000 on two processors, 1,000 to 1,300 on one.
// - **The queues are faster on two processors** because they spin before they park: up to 128 rounds if the carrier
//   has nothing else queued (`DualNode.await` in JDK 25's
//   [LinkedTransferQueue](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/util/concurrent/LinkedTransferQueue.java)).
//   On one processor they don't spin, and they aren't faster than the others.
//
// Does a server notice? A request costs `caro_pig` 7,230 ns of CPU in [measure_peers](measure_peers.java), on one
// processor and with connections that are kept. A switch of 380 ns is 5 % of that. So each switch that you avoid is
// worth a little, and `EventLoop.await()` does avoid some: it tries the operation first, and suspends the coroutine
// only if the operation would block.

// %% [markdown]
// ## How it is measured
//
// The program uses [JMH](https://github.com/openjdk/jmh), OpenJDK's benchmark tool. A loop of your own around
// `System.nanoTime()` also measures the JVM while it still compiles that loop. JMH first runs each way until it's warm,
// repeats it in fresh JVMs (`forks`), and reports how far apart the rounds are. With 0 forks it runs in this JVM:
// that's good enough to try a cell, but don't believe the figure.

// %%
static Map<String, String> ways() {
    var ways = new LinkedHashMap<String, String>();
    ways.put("callback", "a callback out of a queue");
    ways.put("virtualThreads", "two virtual threads park and unpark each other");
    ways.put("coroutine", "our coroutine, the loop on a virtual thread");
    ways.put("synchronousQueue", "two virtual threads and two SynchronousQueues");
    ways.put("platformThreads", "two platform threads park and unpark each other");
    ways.put("coroutineFromPlatformThread", "our coroutine, the loop on a platform thread");
    return ways;
}

// %%
Result<?> measure(String way, int forks, int rounds, Duration round) throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // it would refuse a second run at the same time
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
    return "%,9.0f%s ns  %s".formatted(result.getScore(), range, ways().get(way));
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            coroutine_cost [--quick]

            Measures with JMH what it costs to switch to other code and back, in six ways.

              --quick  takes seconds instead of minutes, and is less exact
            """, args, a -> {
        boolean quick = a.has("--quick");
        var round = Duration.ofMillis(quick ? 100 : 1000);
        for (String way : ways().keySet()) {
            IO.println(line(way, measure(way, quick ? 1 : 2, quick ? 2 : 5, round)));
        }
    });
}

// %% [markdown]
// ## Run it
//
// The whole measurement takes about two minutes, and as long again with `taskset -c 0` in front. This is the
// short one:
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
// IO.println(line("callback", measure("callback", 0, 2, Duration.ofMillis(100))));
// IO.println(line("coroutine", measure("coroutine", 0, 2, Duration.ofMillis(100))));

// %% [markdown]
// ## What it can't say
//
// These loops do nothing but switch. A server also reads, parses and writes between two switches, so what it finds in
// the processor's caches, and what its carriers are doing, differs.
// [measure_servers](measure_servers.java) measures what a whole server pays for its coroutines.
//
// ## Exercises
//
// - A switch for each delivery: `./jbang exercise start coroutine_cost_1`
