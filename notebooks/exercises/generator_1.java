// %%
//JAVA 25+
//SOURCES ../../lib/aio/Coroutine.java ../../lib/aio/Future.java
//SOURCES ../../lib/exercise/Prediction.java
//SOURCES ../../lib/exercise/Printed.java
import module java.base;
import aio.Coroutine;
import aio.Future;
import exercise.Prediction;
import exercise.Printed;

// %% [markdown]
// # Who runs when the result is there
//
// **Predict.** `setResult` runs the coroutines that wait, one after another, before it returns.
//
// `await` and `step` are those of [generator](../generator.java), on the library's `Coroutine` and `Future`. Two
// coroutines wait for a name, and a third comes when the name is there. What does the program print? Write your lines
// into `prediction`, in their order.

// %%
static String await(Future<String> future) throws Exception {
    Coroutine.yield(future); // whoever resumes us does it when the future is done
    return future.result();
}

void step(Coroutine<Void> coroutine) {
    try {
        Object yielded = coroutine.send(null);
        if (yielded instanceof Future<?> future) future.addDoneCallback(_ -> step(coroutine));
    } catch (Exception e) {
        IO.println("a coroutine failed: " + e);
    }
}

Void greet(String greeting, Future<String> name) throws Exception {
    IO.println(greeting + " ...");
    IO.println(greeting + " " + await(name));
    return null;
}

void program() {
    var name = new Future<String>();
    var hello = new Coroutine<Void>(() -> greet("hello", name));
    var bye = new Coroutine<Void>(() -> greet("bye", name));
    IO.println("both are made");
    step(bye);
    step(hello);
    name.setResult("Caro");
    IO.println("the name is set");
    step(new Coroutine<>(() -> greet("again", name)));
    IO.println("the end");
}

// %%
String prediction() {
    // >>> start
    // return """
    //         ?
    //         """;
    // >>> solution
    return """
            both are made
            bye ...
            hello ...
            bye Caro
            hello Caro
            the name is set
            again ...
            again Caro
            the end
            """;
    // >>> a coroutine starts when it is made
    // return """
    //         hello ...
    //         bye ...
    //         both are made
    //         bye Caro
    //         hello Caro
    //         the name is set
    //         again ...
    //         again Caro
    //         the end
    //         """;
    // >>> setResult returns first
    // return """
    //         both are made
    //         bye ...
    //         hello ...
    //         the name is set
    //         bye Caro
    //         hello Caro
    //         again ...
    //         again Caro
    //         the end
    //         """;
    // >>> the third one waits for the next setResult
    // return """
    //         both are made
    //         bye ...
    //         hello ...
    //         bye Caro
    //         hello Caro
    //         the name is set
    //         again ...
    //         the end
    //         """;
    // <<<
}

void main() {
    program();
}

// %% tags=["check"]
void verify() {
    program();
    Prediction.check(prediction(), Printed.lines());
}

// %% [markdown]
// ## Hints
//
// 1. What runs when a `Coroutine` is made, and what at the first `send`?
// 2. `setResult` calls the callbacks itself. Where do these callbacks lead, and when does `setResult` return?
// 3. What does `addDoneCallback` do with a future that is done?
//
// ## Solution
//
// A coroutine starts at its first `send`, in `step`, so both wait in the order of the steps: `bye`, then `hello`.
// `setResult` runs the callbacks in the order in which they were added, and each runs its coroutine to its end, before
// the next line of `program`. The third coroutine yields the future as well, but `addDoneCallback` finds it done and
// calls `step` at once. In a larger program this is a trap: code that sets a result doesn't expect that other coroutines
// run before its next line. A loop avoids it by running the callbacks later, in a turn of their own.
//
// ## Wrong attempts
//
// - start: Line 1 of your prediction is "?", and the program prints something else.
//   Expected: what the program prints, line by line.
// - a coroutine starts when it is made: Line 1 of your prediction is "hello ...", and the program prints something
//   else. Expected: what the program prints, line by line.
// - setResult returns first: Line 4 of your prediction is "the name is set", and the program prints something else.
//   Expected: another line 4; those before it are right.
// - the third one waits for the next setResult: Line 8 of your prediction is "the end", and the program prints
//   something else. Expected: another line 8; those before it are right.
