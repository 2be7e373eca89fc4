// %%
//JAVA 25+
//SOURCES ../../lib/aio/ConnectEvent.java ../../lib/aio/EventLoop.java
//SOURCES ../../lib/aio/ReadEvent.java ../../lib/aio/SleepEvent.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/lesson/LoopServer.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.ConnectEvent;
import aio.EventLoop;
import aio.ReadEvent;
import aio.SleepEvent;
import aio.Task;
import exercise.Finding;
import lesson.LoopServer;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Five places, twenty clients
//
// **Find.** No lock is needed between two awaits, but what you knew before an `await` may be wrong after it.
//
// Twenty clients run on one loop, and no more than five of them may be connected at once. A client that finds no place
// waits a moment and looks again. The loop runs one coroutine at a time, so `connected`, a plain `int`, needs no lock.
// Still, the server had all twenty at once. Then somebody ran the clients when no server was listening: every connection
// failed, and nobody was left with a place, which is right. Find the defect, and keep it right in both cases.

// %%
static final int PLACES = 5;
int connected; // only the loop's thread uses it
int refused; // clients whose connection failed

void client(SocketAddress server) throws IOException {
    while (connected >= PLACES) await(new SleepEvent(Duration.ofMillis(5)));
    // >>> start
    // try (var conn = SocketChannel.open()) {
    //     conn.configureBlocking(false);
    //     await(new ConnectEvent(conn, server));
    //     connected++;
    //     await(new ReadEvent(conn)); // until the server closes
    //     connected--;
    // } catch (ConnectException e) {
    //     refused++;
    // }
    // >>> solution
    connected++;
    try (var conn = SocketChannel.open()) {
        conn.configureBlocking(false);
        await(new ConnectEvent(conn, server));
        await(new ReadEvent(conn)); // until the server closes
    } catch (ConnectException e) {
        refused++;
    } finally {
        connected--;
    }
    // >>> a failure keeps the place
    // connected++;
    // try (var conn = SocketChannel.open()) {
    //     conn.configureBlocking(false);
    //     await(new ConnectEvent(conn, server));
    //     await(new ReadEvent(conn)); // until the server closes
    //     connected--;
    // } catch (ConnectException e) {
    //     refused++;
    // }
    // >>> a place is given back that was never taken
    // try (var conn = SocketChannel.open()) {
    //     conn.configureBlocking(false);
    //     await(new ConnectEvent(conn, server));
    //     connected++;
    //     await(new ReadEvent(conn)); // until the server closes
    // } catch (ConnectException e) {
    //     refused++;
    // } finally {
    //     connected--;
    // }
    // <<<
}

// %%
/** Runs this many clients to their ends. */
void clients(int number, int port) throws Exception {
    SocketAddress server = Sockets.resolve("localhost", port);
    try (var loop = new EventLoop()) {
        var tasks = new ArrayList<Task<Void>>();
        for (int i = 1; i <= number; i++) tasks.add(loop.createTask("client " + i, () -> client(server)));
        loop.runUntilComplete(loop.gather(tasks));
    }
}

// %%
int now;
int most;

/** What the server does: counts its clients, keeps each of them for a moment, and closes. */
void serve(SocketChannel conn) throws IOException {
    most = Math.max(most, ++now);
    try {
        await(new SleepEvent(Duration.ofMillis(100)));
    } finally {
        now--;
    }
}

void main() throws Exception {
    try (var server = LoopServer.start("localhost", 0, conn -> serve(conn))) {
        clients(20, server.port());
    }
    IO.println("at most " + most + " at once");
}

// %% tags=["check"]
void verify() throws Exception {
    int port;
    try (var server = LoopServer.start("localhost", 0, conn -> serve(conn))) {
        port = server.port();
        clients(3, port);
        if (connected != 0) throw new Finding("Three clients have ended, and connected is " + connected + ".", "0");
        clients(20, port);
    }
    if (most > PLACES)
        throw new Finding("Twenty clients came, and the server had more than five of them at once.",
                "at most five, because each has looked whether there is a place");
    if (connected != 0)
        throw new Finding("All twenty clients have ended, and connected is " + connected + ".", "0");
    clients(4, port); // nobody listens there now
    if (refused != 4) throw new Finding(refused + " of 4 connections failed without a server.", "all of them");
    if (connected != 0)
        throw new Finding("Four clients found no server, and then connected is " + connected + ".",
                "0, because each gives back the place that it has taken");
}

// %% [markdown]
// ## Hints
//
// 1. All twenty coroutines look at `connected` in the loop's first turn. What is it then?
// 2. How many awaits are between the look and `connected++`? There must be none.
// 3. If you take the place before the connection is made, who gives it back if the connection fails?
//
// ## Solution
//
// Each client looked at `connected` and found a place, and then it awaited its connection. During that `await` the
// others ran, looked, and found the same place. Only then did the first one count itself. A coroutine runs without
// interruption up to its next `await`, so a look and what follows from it belong together, with no `await` between them:
// look, take the place, then connect. After that, the place has to be given back however the client ends, in a
// `finally`. On threads even the two lines together would need a lock. The library's `Semaphore` does both, and it
// wakes those who wait, so they don't have to look every 5 ms.
//
// ## Wrong attempts
//
// - start: Twenty clients came, and the server had more than five of them at once. Expected: at most five, because each
//   has looked whether there is a place.
// - a failure keeps the place: Four clients found no server, and then connected is 4. Expected: 0, because each gives back
//   the place that it has taken.
// - a place is given back that was never taken: Twenty clients came, and the server had more than five of them at once.
//   Expected: at most five, because each has looked whether there is a place.
