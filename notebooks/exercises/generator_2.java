// %%
//JAVA 25+
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
import module java.base;
import exercise.Client;
import exercise.Finding;

// %% [markdown]
// # Close a generator
//
// **Write.** No garbage collector runs a `finally`, so a generator has to be closed.
//
// The `Generator` of [generator](../generator.java) has no `close`, so a body that nobody resumes never gets to its
// `finally`. `fetch` opens a connection in a `try` and yields. If its caller forgets it, the connection stays open
// forever. Write `close`. It has to resume the body with an exception at its `yield`, which doesn't come out of `close`,
// and to return when the body has ended. A body that hasn't been resumed yet must not run at all, and closing a
// generator that has ended does nothing.

// %%
class Generator {
    private static final ThreadLocal<Generator> CURRENT = new ThreadLocal<>();
    private final Semaphore callersTurn = new Semaphore(0);
    private final Semaphore bodysTurn = new Semaphore(0);
    private Object message; // from the side whose turn ends to the other
    private Exception failure;
    boolean hasEnded;
    // >>> start
    // >>> solution
    private boolean closing;
    // <<<

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
        // >>> start
        // >>> solution
        if (current.closing) throw new CancellationException("the generator is closed");
        // >>> it resumes the body, and that's all
        // <<<
        return current.message;
    }

    private void run(Callable<?> body) {
        CURRENT.set(this);
        bodysTurn.acquireUninterruptibly(); // until the first send
        try {
            // >>> start
            // body.call();
            // >>> solution
            if (!closing) body.call();
            // >>> it starts a body that nobody has resumed
            // body.call();
            // <<<
        } catch (Throwable t) {
            failure = t instanceof Exception e ? e : new ExecutionException(t);
        }
        hasEnded = true;
        message = null;
        callersTurn.release();
    }

    void close() throws Exception {
        // >>> start
        // // Your code.
        // >>> solution
        if (hasEnded) return;
        closing = true;
        try {
            send(null);
        } catch (CancellationException e) {
            // The ordinary end of a generator that was closed.
        }
        // >>> it doesn't wait for the body
        // closing = true;
        // hasEnded = true;
        // bodysTurn.release();
        // >>> the exception comes out of close
        // if (hasEnded) return;
        // closing = true;
        // send(null);
        // <<<
    }
}

// %%
Object fetch(int port) throws IOException {
    try (var conn = new Socket("localhost", port)) {
        Generator.yield("connected");
        conn.getOutputStream().write("GET".getBytes());
        return null;
    }
}

void main() throws Exception {
    try (var listener = new ServerSocket(0)) {
        var generator = new Generator(() -> fetch(listener.getLocalPort()));
        IO.println(generator.send(null));
        try (var conn = listener.accept()) {
            generator.close();
            conn.setSoTimeout(1000);
            IO.println("-1 if the connection is closed: " + conn.getInputStream().read());
        }
    }
}

// %% tags=["check"]
void verify() throws Exception {
    try (var listener = new ServerSocket(0)) {
        var generator = new Generator(() -> fetch(listener.getLocalPort()));
        generator.send(null);
        try (var server = Client.accept("the server", listener)) {
            try {
                generator.close();
            } catch (CancellationException e) {
                throw new Finding("close() threw " + e + ".", "it returns, because the body has ended as it should");
            }
            String sent = server.rest();
            if (sent.isEmpty() && !server.hasEnded())
                throw new Finding("The generator is closed, and its connection is still open.",
                        "the body gets an exception at its yield, and leaves its try");
            if (!sent.isEmpty())
                throw new Finding("close() let the body go on after its yield, and it sent \"" + sent + "\".",
                        "the body gets an exception at its yield, and leaves its try");
        }
        generator.close(); // it has ended, so nothing happens
        var ran = new AtomicBoolean();
        new Generator(() -> ran.getAndSet(true)).close();
        if (ran.get())
            throw new Finding("A generator was closed before its first send, and its body ran.", "it never runs");
        var ended = new AtomicBoolean();
        var slow = new Generator(() -> {
            try {
                return Generator.yield("opened");
            } finally {
                LockSupport.parkNanos(200_000_000);
                ended.set(true);
            }
        });
        slow.send(null);
        slow.close();
        if (!ended.get())
            throw new Finding("close() returned while the body was still in its finally.", "it waits for the body");
    }
}

// %% [markdown]
// ## Hints
//
// 1. The body waits in `yield`, on a thread of its own. `close` has to give it its turn, and `yield` has to throw
//    instead of returning. How can `yield` know?
// 2. A field, `closing`, that `close` sets before it resumes the body. `send` already does everything else.
// 3. Where does a body wait that nobody has resumed yet? What has to be asked there?
//
// ## Solution
//
// `close` sets a flag and resumes the body. `yield` finds the flag and throws, so the body leaves its `try`, and its
// `finally` blocks run, on its own thread, with its own variables. The exception then ends the body: `run` catches it,
// `send` throws it to the caller, and there `close` catches it, because it's the end that was wanted. A body that
// hasn't been resumed waits in `run`, so `run` has to look at the flag, too. The library's `Coroutine.close` does the
// same, and also deals with a body that catches the exception and yields again.
//
// ## Wrong attempts
//
// - start: The generator is closed, and its connection is still open. Expected: the body gets an exception at its
//   yield, and leaves its try.
// - it resumes the body, and that's all: close() let the body go on after its yield, and it sent "GET". Expected: the
//   body gets an exception at its yield, and leaves its try.
// - it starts a body that nobody has resumed: A generator was closed before its first send, and its body ran. Expected:
//   it never runs.
// - it doesn't wait for the body: close() returned while the body was still in its finally. Expected: it waits for the
//   body.
// - the exception comes out of close: close() threw java.util.concurrent.CancellationException: the generator is
//   closed. Expected: it returns, because the body has ended as it should.
