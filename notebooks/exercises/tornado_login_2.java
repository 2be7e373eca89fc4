// %%
//JAVA 25+
//SOURCES ../../lib/aio/EventLoop.java
//SOURCES ../../lib/aio/http/HttpServer.java
//SOURCES ../../lib/aio/web/Application.java
//SOURCES ../../lib/exercise/Finding.java
//SOURCES ../../lib/exercise/Visitor.java
//SOURCES ../../lib/script/Script.java
//SOURCES ../../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import exercise.Finding;
import exercise.Visitor;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # Three attempts
//
// **Repair.** On one loop, nobody else runs between two lines, but at an `await` everybody may.
//
// After three attempts with a wrong password, a name gets a 429 (Too Many Requests), and a right password clears its
// count. The counts are in a `HashMap` without a lock, because only the loop uses it. All tests passed, and then Mallory
// sent a hundred passwords at once, and all hundred were compared. Repair `get`, so that no more than three attempts on
// a name can be going on or have failed. ([tornado_login](../tornado_login.java) has no limit yet.)

// %%
class LoginHandler extends RequestHandler {
    final Map<String, Integer> attempts; // only the loop uses it
    final BiPredicate<String, String> match; // a name and a password; takes long

    LoginHandler(Map<String, Integer> attempts, BiPredicate<String, String> match) {
        this.attempts = attempts;
        this.match = match;
    }

    protected void get() throws Exception {
        String name = argument("username"), password = argument("password");
        // >>> start
        // if (attempts.getOrDefault(name, 0) >= 3) {
        //     answer(429, "too many attempts");
        //     return;
        // }
        // if (await(EventLoop.current().runInExecutor(() -> match.test(name, password)))) {
        //     attempts.remove(name);
        //     answer(200, "welcome");
        // } else {
        //     attempts.merge(name, 1, Integer::sum);
        //     answer(401, "username or password error");
        // }
        // >>> solution
        if (attempts.getOrDefault(name, 0) >= 3) {
            answer(429, "too many attempts");
            return;
        }
        attempts.merge(name, 1, Integer::sum);
        if (await(EventLoop.current().runInExecutor(() -> match.test(name, password)))) {
            attempts.remove(name);
            answer(200, "welcome");
        } else {
            answer(401, "username or password error");
        }
        // >>> a lock around each use of the map
        // synchronized (attempts) {
        //     if (attempts.getOrDefault(name, 0) >= 3) {
        //         answer(429, "too many attempts");
        //         return;
        //     }
        // }
        // boolean right = await(EventLoop.current().runInExecutor(() -> match.test(name, password)));
        // synchronized (attempts) {
        //     if (right) attempts.remove(name);
        //     else attempts.merge(name, 1, Integer::sum);
        // }
        // answer(right ? 200 : 401, right ? "welcome" : "username or password error");
        // >>> a right password counts, too
        // if (attempts.merge(name, 1, Integer::sum) > 3) {
        //     answer(429, "too many attempts");
        //     return;
        // }
        // boolean right = await(EventLoop.current().runInExecutor(() -> match.test(name, password)));
        // answer(right ? 200 : 401, right ? "welcome" : "username or password error");
        // >>> one count for all names
        // if (attempts.merge("", 1, Integer::sum) > 3) {
        //     answer(429, "too many attempts");
        //     return;
        // }
        // boolean right = await(EventLoop.current().runInExecutor(() -> match.test(name, password)));
        // if (right) attempts.remove("");
        // answer(right ? 200 : 401, right ? "welcome" : "username or password error");
        // <<<
    }

    void answer(int status, String text) {
        status(status);
        write(text);
    }
}

// %%
Server start(String host, int port, BiPredicate<String, String> match) throws IOException {
    var attempts = new HashMap<String, Integer>();
    var http = new HttpServer(new Application().route("/login", () -> new LoginHandler(attempts, match)));
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofSeconds(2)),
            () -> "done");
}

/** Stands for the comparison of a password with a stored hash. */
boolean slowMatch(String name, String password) {
    LockSupport.parkNanos(400_000_000);
    return name.equals("lyon") && password.equals("caro");
}

void main(String... args) throws Exception {
    Script.serve("""
            tornado_login_2 [host] [port]

            GET /login?username=lyon&password=caro (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080), (name, password) -> slowMatch(name, password)));
}

// %% tags=["check"]
void verify() throws Exception {
    var begun = new Semaphore(0);
    var mayEnd = new CountDownLatch(1);
    BiPredicate<String, String> match = (name, password) -> {
        begun.release();
        if (name.equals("lyon"))
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                return false;
            }
        return password.equals("caro");
    };
    String refusal = "username or password error";
    var mallory = new ArrayList<Visitor>();
    try (var server = start("localhost", 0, match); var anna = Visitor.connect("Anna", server.port())) {
        try {
            for (int i = 1; i <= 4; i++) mallory.add(Visitor.connect("Mallory", server.port()));
            for (int i = 0; i < 3; i++) mallory.get(i).asks("/login?username=lyon&password=" + i);
            if (!begun.tryAcquire(3, 5, TimeUnit.SECONDS))
                throw new Finding("Mallory sent three passwords at once, and fewer were compared.",
                        "three, and all at the same time");
            mallory.get(3).asks("/login?username=lyon&password=3").gets(429, "too many attempts",
                    "because her first three attempts are still going on");
            anna.asks("/login?username=anna&password=x").gets(401, refusal, "because Anna's name has a count of its own");
        } finally {
            mayEnd.countDown();
        }
        for (Visitor visitor : mallory.subList(0, 3)) visitor.gets(401, refusal, "because the password was wrong");
        mallory.get(0).asks("/login?username=lyon&password=caro").gets(429, "too many attempts",
                "because three attempts have failed");
        anna.asks("/login?username=anna&password=y").gets(401, refusal, "because it's her second attempt");
        for (int i = 0; i < 4; i++)
            anna.asks("/login?username=anna&password=caro").gets(200, "welcome", "because a right password clears the count");
    } finally {
        mallory.forEach(visitor -> visitor.close());
    }
}

// %% [markdown]
// ## Hints
//
// 1. Mallory's second request arrives while the first waits for its comparison. What does `attempts` say about her name
//    then?
// 2. The question and the count belong together: no `await` between them.
// 3. Count the attempt before the `await`, and take it back if the password was right.
//
// ## Solution
//
// Between `getOrDefault` and `merge`, the handler awaits, and all of Mallory's requests get to run there. Each finds a
// count of 0. Now the attempt is counted in the same turn in which the count is read, so the fourth request finds three.
// A lock around each use of the map doesn't help: the loop is one thread, so the map was never in danger. What was in
// danger is the decision, which is out of date once the handler has waited. What you knew before an `await`, you have to
// ask again after it, or make true before it.
//
// ## Wrong attempts
//
// - start: Mallory asked for /login?username=lyon&password=3 and got nothing. Expected: 429 "too many attempts", because
//   her first three attempts are still going on.
// - a lock around each use of the map: Mallory asked for /login?username=lyon&password=3 and got nothing. Expected: 429
//   "too many attempts", because her first three attempts are still going on.
// - a right password counts, too: Anna asked for /login?username=anna&password=caro and got 429 "too many attempts".
//   Expected: 200 "welcome", because a right password clears the count.
// - one count for all names: Anna asked for /login?username=anna&password=x and got 429 "too many attempts". Expected:
//   401 "username or password error", because Anna's name has a count of its own.
