// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java ../../lib/aio/ReadEvent.java ../../lib/aio/WriteEvent.java
//SOURCES ../../lib/exercise/Client.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Script.java
import module java.base;
import aio.EventLoop;
import aio.ReadEvent;
import aio.WriteEvent;
import exercise.Client;
import exercise.Finding;
import lesson.LoopServer;
import script.Script;
import script.Server;
import static aio.EventLoop.await;

// %% [markdown]
// # A library that blocks
//
// **Repair.** What blocks goes to another thread, and its result, or its failure, comes back through a future.
//
// A client sends a name, and the server answers with what it finds in a directory. `Directory` is somebody else's
// library: `find` blocks until the answer is there, and for `hi` the server needs no directory. While one client waits
// for the directory, all the others wait, too. Repair `answer`, as in
// [aio_towards_asyncio](../aio_towards_asyncio.java). A name that isn't in the directory is answered with `unknown`.

// %%
class Directory {
    final Semaphore answers = new Semaphore(0); // one for each question that is answered

    String find(String name) throws IOException, InterruptedException {
        answers.acquire(); // this is where it blocks
        if (name.equals("Mallory")) throw new FileNotFoundException(name);
        return name + "@example.org";
    }
}

// %%
String answer(Directory directory, String name) throws IOException {
    if (name.equals("hi")) return "hello";
    try {
        // >>> start
        // return directory.find(name);
        // >>> solution
        return await(EventLoop.current().<String>runInExecutor(() -> directory.find(name)));
        // >>> the coroutine doesn't wait for the thread
        // var found = new AtomicReference<String>("not yet");
        // Thread.startVirtualThread(() -> {
        //     try {
        //         found.set(directory.find(name));
        //     } catch (IOException | InterruptedException e) {
        //         found.set("unknown");
        //     }
        // });
        // return found.get();
        // >>> it waits for the thread
        // return CompletableFuture.supplyAsync(() -> {
        //     try {
        //         return directory.find(name);
        //     } catch (IOException | InterruptedException e) {
        //         throw new CompletionException(e);
        //     }
        // }).join();
        // >>> a task is no thread
        // return await(EventLoop.current().<String>createTask("find", () -> directory.find(name)));
        // <<<
    } catch (Exception e) {
        return "unknown";
    }
}

// %%
void converse(SocketChannel conn, Directory directory) throws IOException {
    var read = new ReadEvent(conn);
    for (byte[] data = await(read); data.length > 0; data = await(read)) {
        String answer = answer(directory, new String(data).strip()) + "\n";
        await(new WriteEvent(conn, ByteBuffer.wrap(answer.getBytes())));
    }
}

Server start(String host, int port, Directory directory) throws IOException {
    return LoopServer.start(host, port, conn -> converse(conn, directory));
}

void main(String... args) throws Exception {
    var directory = new Directory();
    directory.answers.release(1000); // here it never blocks
    Script.serve("""
            aio_towards_asyncio_1 [host] [port]

            Answers a name with an address, and hi with hello (default localhost 8888).
            """, args, a -> start(a.host(), a.port(8888), directory));
}

// %% tags=["check"]
/** Waits until a thread is blocked in find, so that what follows comes after it. */
void awaitQuestion(Directory directory) throws InterruptedException {
    for (int i = 0; i < 800 && !directory.answers.hasQueuedThreads(); i++) Thread.sleep(5);
    if (!directory.answers.hasQueuedThreads())
        throw new Finding("Bob sent a name, and nobody asked the directory.", "directory.find is called");
}

void verify() throws Exception {
    var directory = new Directory();
    try (var server = start("localhost", 0, directory); var alice = Client.connect("Alice", server.port());
            var bob = Client.connect("Bob", server.port())) {
        try {
            alice.send("hi").gets("hello\n", "the answer to hi");
            bob.send("Caro");
            awaitQuestion(directory);
            alice.send("hi").gets("hello\n", "although the directory still looks for the name that Bob sent");
            directory.answers.release();
            bob.gets("Caro@example.org\n", "what the directory has found");
            directory.answers.release();
            bob.send("Mallory").gets("unknown\n", "because the directory has failed");
        } finally {
            directory.answers.release(10); // nobody is left blocked
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. On which thread does `find` run now, and what else would that thread have to do?
// 2. `EventLoop.current()` is the loop. Which of its methods runs something on another thread and returns a future?
// 3. `await` the future. If `find` throws, where does that exception come out?
//
// ## Solution
//
// `find` blocks its thread, and in a coroutine that stops the loop, because the loop runs one thing at a time. A task
// changes nothing: it's one more thing that the same loop runs. `runInExecutor` calls `find` on another thread and
// returns a future, and `await` suspends only Bob's coroutine until that future is complete. The loop goes on, and Alice
// is served. When `find` throws, the future fails, and the exception comes out of the `await`, where the `catch` is. To
// block until another thread is done, as `join` does, is still to block.
//
// ## Wrong attempts
//
// - start: Alice sent "hi" and got nothing. Expected: "hello\n", although the directory still looks for the name that
//   Bob sent.
// - the coroutine doesn't wait for the thread: Bob sent "Caro" and got "not yet\n". Expected: "Caro@example.org\n", what
//   the directory has found.
// - it waits for the thread: Alice sent "hi" and got nothing. Expected: "hello\n", although the directory still looks for
//   the name that Bob sent.
// - a task is no thread: Alice sent "hi" and got nothing. Expected: "hello\n", although the directory still looks for
//   the name that Bob sent.
