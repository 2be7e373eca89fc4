// %%
//JAVA 25+
//SOURCES ../../lib/aio/Future.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.Future;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.HttpServer;
import exercise.Finding;
import exercise.Visitor;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # A notice board
//
// **Write.** Whoever completes a future doesn't have to know who is waiting for it.
//
// `GET /hear` waits until somebody says something, and answers with it. `GET /say?text=...` gives a text to all who are
// waiting, and answers with their number. Write `hear` and `say`, with a future for each request that waits, as
// the `Views` of [caro_pig](../caro_pig.java) have them. The futures in `waiting` are those of clients that are still
// waiting: not those that have their text, and not those of clients that have left. Only the loop uses `waiting`.

// %%
class Board {
    final Set<Future<String>> waiting = new LinkedHashSet<>();

    /** Runs in the coroutine of a request; returns its answer. */
    String hear(HttpResponse response) throws Exception {
        // >>> start
        // return ""; // your code
        // >>> solution
        var future = new Future<String>();
        waiting.add(future);
        response.onClose(() -> future.cancel());
        try {
            return await(future);
        } finally {
            waiting.remove(future);
        }
        // >>> who has heard stays on the list
        // var future = new Future<String>();
        // waiting.add(future);
        // response.onClose(() -> waiting.remove(future));
        // return await(future);
        // >>> who has left stays on the list
        // var future = new Future<String>();
        // waiting.add(future);
        // String text = await(future);
        // waiting.remove(future);
        // return text;
        // >>> only the oldest hears it
        // var future = new Future<String>();
        // waiting.add(future);
        // response.onClose(() -> future.cancel());
        // try {
        //     return await(future);
        // } finally {
        //     waiting.remove(future);
        // }
        // <<<
    }

    /** Returns how many have heard the text. */
    int say(String text) {
        int count = 0;
        // >>> start
        // // your code
        // >>> solution
        for (Future<String> future : waiting) {
            if (future.isDone()) continue; // its request is about to go on, and then it leaves the list
            future.setResult(text);
            count++;
        }
        // >>> who has heard stays on the list
        // for (Future<String> future : waiting) {
        //     future.setResult(text);
        //     count++;
        // }
        // >>> only the oldest hears it
        // for (Future<String> future : waiting) {
        //     if (future.isDone()) continue;
        //     future.setResult(text);
        //     return 1;
        // }
        // <<<
        return count;
    }
}

// %%
String answer(Board board, HttpRequest request, HttpResponse response) throws Exception {
    return switch (request.path()) {
        case "/hear" -> board.hear(response);
        case "/say" -> board.say(request.query("text")) + "";
        case "/waiting" -> board.waiting.size() + "";
        default -> "GET /hear, /say?text=..., or /waiting";
    };
}

Server start(String host, int port) throws IOException {
    var board = new Board();
    var http = new HttpServer((request, response) -> response.write(answer(board, request, response)));
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofSeconds(2)),
            () -> "done");
}

void main(String... args) throws Exception {
    Script.serve("""
            caro_pig_1 [host] [port]

            A notice board: GET /hear waits for a GET /say?text=... (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080)));
}

// %% tags=["check"]
/** Carol asks until the number is right. */
void awaitWaiting(Visitor carol, String count, String situation) throws InterruptedException {
    String seen = "";
    for (int tries = 0; tries < 200 && !seen.equals(count); tries++) {
        if (tries > 0) Thread.sleep(10);
        seen = carol.asks("/waiting").answer().content();
    }
    if (!seen.equals(count))
        throw new Finding(situation + ", and the number of futures in waiting is " + seen + ".", count);
}

void verify() throws Exception {
    try (var server = start("localhost", 0); var alice = Visitor.connect("Alice", server.port());
            var bob = Visitor.connect("Bob", server.port()); var carol = Visitor.connect("Carol", server.port())) {
        alice.asks("/hear");
        awaitWaiting(carol, "1", "Alice asked for /hear");
        bob.asks("/hear");
        awaitWaiting(carol, "2", "Alice and Bob asked for /hear");
        carol.asks("/say?text=hello").gets(200, "2", "because Alice and Bob hear it");
        alice.gets(200, "hello", "the text that Carol said");
        bob.gets(200, "hello", "the text that Carol said");
        carol.asks("/say?text=again").gets(200, "0", "because nobody waits any more");
        try (var dave = Visitor.connect("Dave", server.port())) {
            dave.asks("/hear");
            awaitWaiting(carol, "1", "Dave asked for /hear");
        }
        awaitWaiting(carol, "0", "Dave left while he waited");
    }
}

// %% [markdown]
// ## Hints
//
// 1. `hear` makes a future, adds it to `waiting` and awaits it. In which ways can the `await` end?
// 2. `response.onClose(() -> future.cancel())` ends the `await` when the client leaves. Which block runs in any case?
// 3. The coroutine that waits goes on in a later turn. Until then its future is done, and still in `waiting`: what must
//    `say` not do with it?
//
// ## Solution
//
// `say` knows neither clients nor connections: it completes futures. `hear` takes care of the list, in a `finally`,
// because there are two ways out of the `await`: the text, and the cancellation when the client leaves. Without
// `onClose`, the future of a client that has left would wait for the next text, and on a quiet board they'd pile up. `say`
// may go through the set while it completes futures, because the coroutines that remove them run later, when `say` has
// returned. That is also why `say` has to skip those that are done.
//
// ## Wrong attempts
//
// - start: Alice asked for /hear, and the number of futures in waiting is 0. Expected: 1.
// - who has heard stays on the list: Carol asked for /say?text=again and got 500 [...]. Expected: 200 "0", because nobody
//   waits any more.
// - who has left stays on the list: Dave left while he waited, and the number of futures in waiting is 1. Expected: 0.
// - only the oldest hears it: Carol asked for /say?text=hello and got 200 "1". Expected: 200 "2", because Alice and Bob
//   hear it.
