// %%
//JAVA 25+
//SOURCES ../lib/aio/Coroutine.java ../lib/script/Script.java
import module java.base;
import aio.Coroutine;
import script.Script;
import script.ScriptException;

// %% [markdown]
// # A function that stops in the middle
//
// In [virtual_thread_server](virtual_thread_server.java) a function stopped in the middle, at a `read`, and went on
// later. But the JDK decided when. Can we decide it ourselves?
//
// In Python, C# and JavaScript you can. A **generator** is a function that stops at each `yield`, hands a value to
// its caller, and goes on from there when the caller asks for more, with all its local variables in place. Java has
// no generators. But a virtual thread keeps a stack while it waits, so all we need is a way to say whose turn it is.
//
// ```diagram
//   caller                                 body, on a virtual thread
//     |                                      |
//     |              send(value)             |   waits
//     +------------------------------------->|
//     |   waits                              |   runs, calls methods, loops ...
//     |              yield(value)            |
//     |<-------------------------------------+
//     |   runs                               |   waits, its local variables in place
//     v                                      v
// ```
//
// ## The generator
//
// Two semaphores say whose turn it is. A semaphore counts permits: `acquire` waits for one and takes it, `release`
// adds one. Both of ours start with none. `send` leaves a message, gives the body its turn, and waits for its own.
// `yield` does the same in the other direction. The two threads take turns, so the fields need no lock, and each
// thread sees after its `acquire` what the other wrote before its `release`
// ([Semaphore](https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/util/concurrent/Semaphore.html)).
//
// `yield` is static, so any method that the body calls can use it. A thread-local variable, which has a value of its
// own in each thread, tells it which generator it is in. Java also has a `yield` statement, so a call needs the
// class's name: `Generator.yield(...)`.

// %%
class Generator {
    private static final ThreadLocal<Generator> CURRENT = new ThreadLocal<>();
    private final Semaphore callersTurn = new Semaphore(0);
    private final Semaphore bodysTurn = new Semaphore(0);
    private Object message; // from the side whose turn ends to the other
    private Exception failure;
    Object result;
    boolean hasEnded;
    Generator(Callable<?> body) {
        Thread.startVirtualThread(() -> run(body));
    }

    Object send(Object value) throws Exception {
        if (hasEnded) throw new IllegalStateException("the generator has ended");
        message = value;
        bodysTurn.release();
        callersTurn.acquireUninterruptibly();
        if (failure != null) throw failure;
        return message;
    }

    static Object yield(Object value) {
        Generator current = CURRENT.get();
        current.message = value;
        current.callersTurn.release();
        current.bodysTurn.acquireUninterruptibly();
        return current.message;
    }

    private void run(Callable<?> body) {
        CURRENT.set(this);
        bodysTurn.acquireUninterruptibly(); // until the first send
        try {
            result = body.call();
        } catch (Throwable t) {
            failure = t instanceof Exception e ? e : new ExecutionException(t);
        }
        hasEnded = true;
        message = null;
        callersTurn.release();
    }
}

// %% [markdown]
// ## Taking turns
//
// The first body counts down. Before you read on: the constructor starts the thread. So which line comes first, the
// caller's `made it` or the body's `about to yield 2`? And can two lines swap places from one run to the next?

// %%
String countDown(int from) {
    for (int n = from; n > 0; n--) {
        IO.println("  body: about to yield " + n);
        Generator.yield(n);
    }
    return "liftoff";
}

void turns() throws Exception {
    var generator = new Generator(() -> countDown(2));
    IO.println("caller: made it");
    while (!generator.hasEnded) IO.println("caller: got " + generator.send(null));
    IO.println("caller: its result is " + generator.result);
}

// %% [markdown]
// ```console
// $ ./jbang generator turns
// caller: made it
//   body: about to yield 2
// caller: got 2
//   body: about to yield 1
// caller: got 1
// caller: got null
// caller: its result is liftoff
// ```
//
// It prints this every time: the thread waits for the first `send`, and from then on the two alternate. The variable
// `n` survives each stop because it's on the virtual thread's stack, and the stack waits. After the last `send`, the
// body ends without another `yield`. So `send` returns `null`, and `hasEnded` tells you why.
//
// ## Values go in, exceptions come out
//
// The value that you `send` is what `yield` returns inside, so caller and body can hold a conversation. The second
// answer has to be a number. What if it isn't? An exception that nobody catches ends its thread, and the other
// threads don't notice. Who gets this one?

// %%
String interview() {
    Object name = Generator.yield("Who are you?");
    Object age = Generator.yield("How old are you, " + name + "?");
    return name + ", " + Integer.parseInt((String) age);
}

void talk() throws Exception {
    var generator = new Generator(() -> interview());
    IO.println(generator.send(null)); // no yield is there yet to receive a value
    IO.println(generator.send("Caro"));
    try {
        generator.send("old enough");
    } catch (NumberFormatException e) {
        IO.println("send threw " + e);
    }
}

// %% [markdown]
// ```console
// $ ./jbang generator talk
// Who are you?
// How old are you, Caro?
// send threw java.lang.NumberFormatException: For input string: "old enough"
// ```
//
// The caller that resumed the body gets it, as if `send` were a plain call: `run` catches the exception on one thread
// and `send` throws it on the other. And look at `interview`: in [aio_callback_server](aio_callback_server.java) each
// step was a callback inside the one before it. Here a step is a line, and its result is in a local variable.
//
// ## When nobody resumes it
//
// The next body pretends to open a file, and to close it in a `finally`. It runs twice: in our generator, which is
// resumed once and forgotten, and in the library's, `aio.Coroutine`. That one has a `close`, which resumes the body
// one last time, with an exception at its `yield`. All that's left of ours is a weak reference, which doesn't keep an
// object from being garbage collected. After ten collections, is our generator gone? Which `finally` has run?

// %%
Object useFile(UnaryOperator<Object> yield) {
    try {
        return yield.apply("file opened");
    } finally {
        IO.println("file closed");
    }
}

void abandoned() throws Exception {
    var forgotten = new WeakReference<>(new Generator(() -> useFile(Generator::yield)));
    IO.println("forgotten: " + forgotten.get().send(null));
    for (int i = 0; i < 10; i++) System.gc();
    IO.println("collected: " + forgotten.refersTo(null));
    var closed = new Coroutine<>(() -> useFile(Coroutine::yield));
    IO.println("closed: " + closed.send(null));
    closed.close();
}

// %% [markdown]
// ```console
// $ ./jbang generator abandoned
// forgotten: file opened
// collected: false
// closed: file opened
// file closed
// ```
//
// The forgotten generator is still there. JDK 25 keeps track of every live virtual thread, so it can list them in a
// thread dump, and the thread's stack keeps the generator alive. Turn the tracking off, and look at what is still
// missing:
//
// ```console
// $ ./jbang run --runtime-option=-Djdk.trackAllThreads=false generator abandoned
// forgotten: file opened
// collected: true
// [...]
// ```
//
// Now it was collected, but no garbage collector runs a `finally`. If nobody is going to resume a body, somebody has
// to close it.
//
// ## A result that isn't there yet
//
// So far the body yields values that its caller wants. Now turn that around: the body yields *what it is waiting for*,
// and counts on its caller to resume it when that has arrived. A generator used like this is called a **coroutine**.
// What it yields is a **future**: a result that isn't there yet, plus a list of callbacks to run when it is.
//
// > **Note.** On the JDK's own `java.util.concurrent.Future` you can block until the result is there. Ours never
// > blocks.

// %%
class Future<T> {
    private final List<Runnable> callbacks = new ArrayList<>();
    private boolean done;
    private T result;

    void setResult(T value) {
        if (done) throw new IllegalStateException("the future is complete already: " + result);
        result = value;
        done = true;
        for (Runnable callback : callbacks) callback.run();
    }

    T result() {
        if (!done) throw new IllegalStateException("the future is pending");
        return result;
    }

    void addDoneCallback(Runnable callback) {
        if (done) callback.run();
        else callbacks.add(callback);
    }
}

static <T> T await(Future<T> future) {
    Generator.yield(future); // whoever resumes us does it when the future is done
    return future.result();
}

Void greet(Future<String> name, Future<String> town) {
    String who = await(name);
    IO.println("  Hello, " + who);
    IO.println("  " + who + " lives in " + await(town));
    return null;
}

// %% [markdown]
// ## You are the loop
//
// `greet` wants a name and a town, and nobody knows them yet. Here you resume it by hand. How many times do you have
// to call `send`, and what does each call return?

// %%
void byHand() throws Exception {
    Future<String> name = new Future<>(), town = new Future<>();
    var coroutine = new Generator(() -> greet(name, town));
    IO.println("it waits for the name: " + (coroutine.send(null) == name));
    name.setResult("Caro"); // what a socket, a timer or another thread would do
    IO.println("it waits for the town: " + (coroutine.send(null) == town));
    town.setResult("Oslo");
    IO.println("it has ended: " + (coroutine.send(null) == null));
}

// %% [markdown]
// ```console
// $ ./jbang generator byhand
// it waits for the name: true
//   Hello, Caro
// it waits for the town: true
//   Caro lives in Oslo
// it has ended: true
// ```
//
// ## A callback is the loop
//
// Your part was the same each time: send; if a future comes out, wait until it's done; send again. `addDoneCallback`
// can do the waiting, so we can write your part down once, as `step`:
//
// ```diagram
//   coroutine                      step                         future
//      |            send             |                             |
//      |<----------------------------+                             |
//      |        yield(future)        |                             |
//      +---------------------------->|    addDoneCallback(step)    |
//      |                             +---------------------------->|
//      |   waits                     |                             |   setResult
//      |                             |          callback           |<---------------
//      |            send             |<----------------------------+
//      |<----------------------------+                             |
//      v                             v                             v
// ```
//
// Now run two coroutines at once. Each waits for a name of its own, and both wait for the same town. Ann's name is
// known first. In which order do the four lines come out?

// %%
void step(Generator coroutine) {
    try {
        Object yielded = coroutine.send(null);
        if (yielded instanceof Future<?> future) future.addDoneCallback(() -> step(coroutine));
    } catch (Exception e) {
        IO.println("a coroutine failed: " + e);
    }
}

void stepped() {
    Future<String> caro = new Future<>(), ann = new Future<>(), town = new Future<>();
    step(new Generator(() -> greet(caro, town)));
    step(new Generator(() -> greet(ann, town)));
    ann.setResult("Ann");
    caro.setResult("Caro");
    town.setResult("Oslo");
}

// %% [markdown]
// ```console
// $ ./jbang generator stepped
//   Hello, Ann
//   Hello, Caro
//   Ann lives in Oslo
//   Caro lives in Oslo
// ```
//
// Nobody called `send` by hand. `setResult` runs the callbacks, in the order in which they were added, and each runs
// its coroutine up to the next wait or to the end. Ann was the first to ask for the town. There's one callback for
// each wait, as in `aio_callback_server`, but nobody writes them: it's always the same one, `step`.
//
// ## The same, hardened
//
// From here on the chapters use the library's [aio.Coroutine](../lib/aio/Coroutine.java) and
// [aio.Future](../lib/aio/Future.java). They work as ours do, and add:
//
// | here | in the library |
// | --- | --- |
// | A generator that isn't resumed waits forever. | [close](../lib/aio/Coroutine.java#close) ends it. [raise](../lib/aio/Coroutine.java#raise) throws any exception at its `yield`, which is how a failure or a cancellation gets in. |
// | The constructor starts the thread. | [The first send](../lib/aio/Coroutine.java#giveTurn) starts it. |
// | An interrupt of the caller doesn't reach a body that blocks. | It's [passed on](../lib/aio/Coroutine.java#resume). |
// | A future has a result, or none yet. | It can also [fail](../lib/aio/Future.java#setException), or be [canceled](../lib/aio/Future.java#cancel): then `result` throws. |
// | A future is for one thread. | [Any thread](../lib/aio/Future.java#complete) may complete it. |
// | `setResult` runs the callbacks, and whatever they lead to, before it returns. | If the future belongs to a loop, [the loop runs them](../lib/aio/Future.java#scheduleCallbacks), after it has returned. |
// | A callback that throws stops those after it. | It's [reported](../lib/aio/Future.java#runCallbacks), and the others run. |
// | | A failure that nobody looks at is [reported](../lib/aio/UnobservedFailure.java) when the future is garbage collected. |
//
// `aio.Coroutine` hands over with `LockSupport.park` and `unpark`, which semaphores are built on, and a volatile
// field for whose turn it is. It needs that field anyway, to refuse a `send` at the wrong time; and `park` returns on
// an interrupt, which can then be passed on. [coroutine_cost](coroutine_cost.java) measures what a hand-off costs.

// %%
void main(String... args) throws Exception {
    Script.run("""
            generator [part]

            A generator, a future and a coroutine, each resumed by hand.

              part  turns, talk, abandoned, byhand or stepped (default all of them)
            """, args, a -> {
        for (String part : a.text("part", "turns talk abandoned byhand stepped").split(" ")) {
            switch (part) {
                case "turns" -> turns();
                case "talk" -> talk();
                case "abandoned" -> abandoned();
                case "byhand" -> byHand();
                case "stepped" -> stepped();
                default -> throw new ScriptException("generator has no part '" + part + "' (try --help)");
            }
        }
    });
}

// %% [markdown]
// ## Run it
//
// ```console
// $ ./jbang generator
// caller: made it
// [...]
//   Caro lives in Oslo
// ```

// %% tags=["active-ipynb"]
// main();

// %% [markdown]
// ## What it still can't do
//
// Somebody has to call `setResult`, and in this chapter we did. In a server it should be the loop that sleeps until a
// socket is ready. [aio_future_server](aio_future_server.java) joins the two: readiness becomes a future, and the
// conversation of `aio_callback_server` becomes a coroutine.
//
// ## Exercises
//
// - Who runs when the result is there: `./jbang exercise start generator_1`
// - Close a generator: `./jbang exercise start generator_2`
