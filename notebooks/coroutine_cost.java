// %%
//JAVA 25+
//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//JAVAC_OPTIONS -proc:full
//JAVA_OPTIONS --sun-misc-unsafe-memory-access=allow
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/chart/ChartText.java
//SOURCES ../lib/measure/Machine.java
//SOURCES ../lib/measure/Report.java
//SOURCES ../lib/measure/Switches.java
import module java.base;
import chart.ChartText;
import script.Script;
import script.ScriptException;
import measure.Machine;
import measure.Report;
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
// Guess before you scroll: how many nanoseconds does a callback take, and how many times that does our coroutine take?
// How much of the coroutine's cost is our own bookkeeping, and how much is the bare hand-off of two virtual threads? Does
// a second processor make a switch faster or slower?
//
// ```chart bars log
// A switch there and back on all processors, in nanoseconds
// $ ./jbang coroutine_cost
// 2 processors (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// way                                             mean     low    high
// a callback                                         2       1       3
// two virtual threads                            1,184     424   1,944
// our coroutine, the loop on a virtual thread      990     506   1,474
// two SynchronousQueues                            398      16     781
// two platform threads                          50,265  38,767  61,763
// our coroutine, the loop on a platform thread  34,905  26,649  43,162
// ```
//
// ```chart bars log
// A switch there and back on one processor, in nanoseconds
// $ taskset -c 0 ./jbang coroutine_cost
// 1 processor (AMD EPYC), Linux 6.18.44, Java 25.0.3+9-LTS
//
// way                                            mean    low   high
// a callback                                        2      1      2
// two virtual threads                             335    248    421
// our coroutine, the loop on a virtual thread     423    357    489
// two SynchronousQueues                           452    359    545
// two platform threads                          6,001  5,242  6,759
// our coroutine, the loop on a platform thread  8,550  7,605  9,496
// ```
//
// (The axis is logarithmic: each grid line is ten times the one before.) The six ways:
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
// - **A switch is expensive next to a call.** A callback takes a few nanoseconds, and our coroutine hundreds of times
//   that.
// - **The coroutine costs what the hand-off costs.** Its range overlaps that of two bare virtual threads in both charts,
//   so the bookkeeping of `Coroutine` is too small to see here.
// - **The loop's own thread matters most.** From a platform thread a switch costs many times as much, because it goes
//   through the operating system. That's why the library's `EventLoop` starts a virtual thread and runs there.
// - **A second processor makes it slower.** Virtual threads run on *carriers*, platform threads, one for each processor
//   ([JEP 444](https://openjdk.org/jeps/444)). When one side wakes the other, an idle second carrier may be woken to
//   run it. To see that, we counted the calls of
//   [futex](https://man7.org/linux/man-pages/man2/futex.2.html), with which a platform thread sleeps and is woken
//   (`perf stat -e syscalls:sys_enter_futex`, around ten calls of `Switches.virtualThreads`, or 200,000 turns):
//   21,000 to 43,000 on two processors, 1,000 to 1,300 on one.
// - **The queues are faster on two processors** than the bare hand-off, because they spin before they park: up to 128
//   rounds if the carrier has nothing else queued (`DualNode.await` in JDK 25's
//   [LinkedTransferQueue](https://github.com/openjdk/jdk/blob/jdk-25-ga/src/java.base/share/classes/java/util/concurrent/LinkedTransferQueue.java)).
//   On one processor they don't spin, and they aren't faster than the others.
//
// Does a server notice? On one processor and with keep-alive connections, a request costs `caro_pig` several
// microseconds of CPU in [measure_peers](measure_peers.java), and a switch costs a few hundred nanoseconds, which is a
// few percent of that. So each switch that you avoid is worth a little, and `EventLoop.await()` does avoid some: it
// tries the operation first, and suspends the coroutine only if the operation would block.

// %% [markdown]
// ## How it is measured
//
// The program uses [JMH](https://github.com/openjdk/jmh), OpenJDK's benchmark tool. A loop of your own around
// `System.nanoTime()` also measures the JVM while it still compiles that loop. JMH first runs each way until it's warm,
// repeats it in fresh JVMs (`forks`), and reports how far apart the rounds are. With 0 forks it runs in this JVM:
// that's good enough to try a cell, but don't believe the figure.
//
// A bar shows the **mean** of ten rounds of a second, five in each of two JVMs. The line on it is the **confidence
// interval**: JMH computes it from the rounds so that, if their errors are random, it misses the true mean in one of
// 1,000 measurements. If two intervals overlap, this run can't tell the two ways apart.
//
// In the second and the fifth way, each thread repeats three lines, where `own` is 0 or 1 and `turn` is volatile (the
// rest is in [Switches](../lib/measure/Switches.java)):
//
// ```java
// while (turn != own) LockSupport.park(this);
// turn = 1 - own;
// LockSupport.unpark(threads[1 - own]);
// ```

// %%
static SequencedMap<String, String> ways() {
    var ways = new LinkedHashMap<String, String>();
    ways.put("callback", "a callback");
    ways.put("virtualThreads", "two virtual threads");
    ways.put("coroutine", "our coroutine, the loop on a virtual thread");
    ways.put("synchronousQueue", "two SynchronousQueues");
    ways.put("platformThreads", "two platform threads");
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
ChartText.Row row(String way, Result<?> result) {
    double mean = result.getScore(), error = result.getScoreError(); // NaN from a single round
    double half = Double.isNaN(error) ? 0 : error;
    return new ChartText.Row(ways().get(way), Stream.of(mean, Math.max(1, mean - half), mean + half)
            .map(nanoseconds -> "%,.0f".formatted(nanoseconds)).toList());
}

void measureAll(boolean quick, boolean write) throws Exception {
    var round = Duration.ofMillis(quick ? 100 : 1000);
    List<ChartText.Row> rows = new ArrayList<>();
    for (String way : ways().keySet()) {
        System.err.println("measuring " + ways().get(way));
        rows.add(row(way, measure(way, quick ? 1 : 2, quick ? 2 : 5, round)));
    }
    boolean one = Runtime.getRuntime().availableProcessors() == 1;
    var report = new Report("coroutine_cost");
    report.add(new ChartText(
            "A switch there and back on " + (one ? "one processor" : "all processors") + ", in nanoseconds",
            (one ? "taskset -c 0 " : "") + "./jbang coroutine_cost", Machine.describe(),
            List.of("way", "mean", "low", "high"), rows, ""));
    if (write) report.write();
}

// %%
void main(String... args) throws Exception {
    Script.run("""
            coroutine_cost [--quick] [--write]

            Measures with JMH what it costs to switch to other code and back, in six ways.

              --quick  takes seconds instead of minutes, and is less exact
              --write  puts the table into this chapter, in the checkout
            """, args, a -> {
        if (a.has("--quick") && a.has("--write"))
            throw new ScriptException("a quick run isn't exact enough for the page: leave out --quick or --write");
        measureAll(a.has("--quick"), a.has("--write"));
    });
}

// %% [markdown]
// ## Run it
//
// The whole measurement takes about two minutes, and as long again with `taskset -c 0` in front. This is the
// short one:
//
// ```console
// $ ./jbang coroutine_cost --quick 2> /dev/null
// A switch there and back on [...]
// [...]
// our coroutine, the loop on a platform thread [...]
// ```

// %% tags=["active-ipynb"]
// IO.println(row("callback", measure("callback", 0, 2, Duration.ofMillis(100))));
// IO.println(row("coroutine", measure("coroutine", 0, 2, Duration.ofMillis(100))));

// %% [markdown]
// ## What it can't say
//
// These loops do nothing but switch. A server also reads, parses and writes between two switches, so it finds other
// things in the processor's caches, and its carriers are busy with other work. [measure_servers](measure_servers.java)
// compares whole servers, with coroutines and without.
//
// ## Exercises
//
// - A switch for each delivery: `./jbang exercise start coroutine_cost_1`
