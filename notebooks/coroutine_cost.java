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
// Since chapter 8 our servers read from top to bottom, because a coroutine can stop in the middle and go on later. Java has
// no coroutines. Ours is a virtual thread and a hand-off: the loop wakes it and parks itself, it wakes the loop and parks
// itself. A callback is a method call. What does the comfort cost?
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

// %% [markdown]
// ## The ways
//
// Each is one switch, there and back, by another part of Java's public API. Their code is in `lib/measure/Switches.java`.
//
// `jdk.internal.vm.Continuation`, on which virtual threads are built, is not among them. It would be the shortest way of all, but
// it is not public, and it would need a flag that no reader of a book should have to type.

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

// %% [markdown]
// ## How it is measured
//
// By JMH, the JDK's own tool for this. A loop around `System.nanoTime()` would measure how well the compiler sees through
// the loop. JMH warms each way up, runs it in JVMs of its own (`forks`), one after the other, and tells how far the rounds
// lie apart. With 0 forks it runs in this JVM: good enough to try a cell, not to believe the figure.

// %%
Result<?> measure(String way, int forks, int rounds, Duration round) throws RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // two at once disturb each other, but need not fail
    var time = TimeValue.milliseconds(round.toMillis());
    var options = new OptionsBuilder().include(Switches.class.getName() + "." + way + "$").verbosity(VerboseMode.SILENT);
    options.warmupIterations(rounds).warmupTime(time).measurementIterations(rounds).measurementTime(time);
    options.forks(forks).jvmArgs("--sun-misc-unsafe-memory-access=allow");
    return new Runner(options.build()).runSingle().getPrimaryResult();
}

// %% [markdown]
// The error is half of the interval that holds the mean with 99.9 % confidence. Two ways whose intervals overlap are not told
// apart by this run.

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

            Measures, with JMH, what one switch to other code and back costs, by each way that Java offers.

              --quick  in seconds instead of minutes, and less exactly
            """, args, a -> {
        describeWays();
        int rounds = a.has("--quick") ? 2 : 5;
        var round = Duration.ofMillis(a.has("--quick") ? 100 : 1000);
        for (String way : WAYS.keySet()) IO.println(line(way, measure(way, a.has("--quick") ? 1 : 2, rounds, round)));
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
// ## What it says
//
// On the machine where this was written (two processors, JDK 25.0.3), in nanoseconds; the second column with
// `taskset -c 0 ./jbang coroutine_cost`, which leaves Java one processor:
//
// | one switch there and back | two processors | one processor |
// | --- | --- | --- |
// | a callback | 2 | 2 |
// | two virtual threads | 1,232 +/- 56 | 344 +/- 135 |
// | our coroutine, the loop on a virtual thread | 1,271 +/- 81 | 380 +/- 193 |
// | two SynchronousQueues | 569 +/- 17 | 412 +/- 136 |
// | two platform threads | 42,135 +/- 14,190 | 1,930 +/- 232 |
// | our coroutine, the loop on a platform thread | 40,589 +/- 21,493 | 2,871 +/- 93 |
//
// Three things to learn from it:
//
// - **The coroutine costs what the hand-off costs.** Its own bookkeeping is lost in the noise. So the hand-off is what to choose
//   well, and the loop must run on a virtual thread: from a platform thread every switch asks the operating system to wake
//   a thread. `EventLoop` sees to that by itself.
// - **A second processor makes it slower.** Whoever is woken may be picked up by the other processor, and that one has to be
//   woken too. The queues fare better there because they spin for a moment instead of parking: they keep both processors busy
//   to save time. A loop that serves as long as it can before it waits needs neither.
// - **A callback is free, and a switch is cheap.** A request over HTTP costs our server some 4,000 ns of processor time, most of them in the kernel. One switch
//   of 380 ns is a tenth of that. So the library tries each operation first and switches only if it would block, and a
//   request that is there already costs no switch at all.
//
// ## What the articles do not say
//
// They say that coroutines are light, and do not measure. In Python a generator resumes like a function that is called; here
// two threads take turns. The comparison of both is not made here: this chapter compares what Java offers.
//
// ## Exercises
//
// 1. Add a way to `Switches`: two virtual threads and an `Exchanger`, or a `ReentrantLock` with a `Condition`. Where does it stand?
// 2. Run it with `-Djdk.virtualThreadScheduler.parallelism=1`: which of the two columns do you get, and why?
// 3. Have the coroutine do some work between two switches, say 10,000 additions. From how much work on does the switch not matter?
