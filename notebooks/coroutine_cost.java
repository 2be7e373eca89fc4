// %%
//JAVA 25+
//DEPS org.openjdk.jmh:jmh-core:1.37
//DEPS org.openjdk.jmh:jmh-generator-annprocess:1.37
//JAVAC_OPTIONS -proc:full
//JAVA_OPTIONS --sun-misc-unsafe-memory-access=allow
//SOURCES ../lib/aio/script/Script.java
//SOURCES ../lib/measure/Switches.java
import module java.base;
import aio.script.Script;
import measure.Switches;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

// %% [markdown]
// # 16. What a switch costs
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
    options.forks(forks).jvmArgsAppend("--sun-misc-unsafe-memory-access=allow");
    return new Runner(options.build()).runSingle().getPrimaryResult();
}

// %% [markdown]
// The error is half of the interval that holds the mean with 99.9 % confidence. Two ways whose intervals overlap are not told
// apart by this run.

// %%
String line(String way, Result<?> result) {
    double error = result.getScoreError();
    String range = Double.isNaN(error) ? "" : " ± %,.0f".formatted(error);
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
// … ns  a callback out of a queue
// … ns  two virtual threads park and unpark each other
// … ns  our coroutine, the loop on a virtual thread
// … ns  two virtual threads and two SynchronousQueues
// … ns  two platform threads park and unpark each other
// … ns  our coroutine, the loop on a platform thread
// ```

// %% tags=["active-ipynb"]
// describeWays();
// IO.println(line("callback", measure("callback", 0, 2, Duration.ofMillis(100))));
// IO.println(line("coroutine", measure("coroutine", 0, 2, Duration.ofMillis(100))));
