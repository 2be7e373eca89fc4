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
// # Which names exist
//
// **Find.** A refusal must not tell which names exist, neither by its text nor by its time.
//
// Mallory has no password, but she has a list of names. This is what she recorded:
//
// ```text
// lyon   401 after 410 ms: wrong password
// mary   401 after   2 ms: no such user
// anna   401 after   2 ms: no such user
// ```
//
// Now she knows whose password to guess. Repair `get`, so that both refusals say `username or password error`, and the
// server computes the same for both. The hash takes long, on purpose, so the loop must not compute it, as in
// [tornado_login](../tornado_login.java). (Passwords belong in the content of a POST; the check asks with GET.)

// %%
record User(String salt, String hash) {}

class LoginHandler extends RequestHandler {
    final Map<String, User> users;
    final BinaryOperator<String> hash; // of a password and a salt

    LoginHandler(Map<String, User> users, BinaryOperator<String> hash) {
        this.users = users;
        this.hash = hash;
    }

    protected void get() throws Exception {
        String name = argument("username"), password = argument("password");
        // >>> start
        // User user = users.get(name);
        // if (user == null) {
        //     refuse("no such user");
        //     return;
        // }
        // String computed = await(EventLoop.current().runInExecutor(() -> hash.apply(password, user.salt())));
        // if (computed.equals(user.hash())) write("welcome");
        // else refuse("wrong password");
        // >>> solution
        User user = users.getOrDefault(name, new User("00", "")); // no password has an empty hash
        String computed = await(EventLoop.current().runInExecutor(() -> hash.apply(password, user.salt())));
        if (MessageDigest.isEqual(computed.getBytes(), user.hash().getBytes())) write("welcome");
        else refuse("username or password error");
        // >>> only the texts are the same
        // User user = users.get(name);
        // boolean right = user != null
        //         && await(EventLoop.current().runInExecutor(() -> hash.apply(password, user.salt()))).equals(user.hash());
        // if (right) write("welcome");
        // else refuse("username or password error");
        // >>> it sleeps instead
        // User user = users.get(name);
        // if (user == null) {
        //     await(new aio.SleepEvent(Duration.ofMillis(400)));
        //     refuse("username or password error");
        //     return;
        // }
        // String computed = await(EventLoop.current().runInExecutor(() -> hash.apply(password, user.salt())));
        // if (computed.equals(user.hash())) write("welcome");
        // else refuse("username or password error");
        // >>> the loop computes the hash
        // User user = users.getOrDefault(name, new User("00", ""));
        // if (hash.apply(password, user.salt()).equals(user.hash())) write("welcome");
        // else refuse("username or password error");
        // >>> it takes the hash of anybody
        // User user = users.getOrDefault(name, users.values().iterator().next());
        // String computed = await(EventLoop.current().runInExecutor(() -> hash.apply(password, user.salt())));
        // if (computed.equals(user.hash())) write("welcome");
        // else refuse("username or password error");
        // <<<
    }

    void refuse(String why) {
        status(401);
        write(why);
    }
}

class FormHandler extends RequestHandler {
    protected void get() {
        write("username? password?");
    }
}

// %%
Server start(String host, int port, Map<String, User> users, BinaryOperator<String> hash) throws IOException {
    var http = new HttpServer(new Application()
            .route("/login", () -> new LoginHandler(users, hash))
            .route("/form", FormHandler::new));
    return Server.start(host, Sockets.listen(host, port), listener -> http.run(listener, Duration.ofSeconds(2)),
            () -> "done");
}

/** Stands for a real password hash: it takes its time. */
String slowHash(String password, String salt) {
    byte[] bytes = (salt + password).getBytes();
    try {
        for (int i = 0; i < 1_000_000; i++) bytes = MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
    }
    return HexFormat.of().formatHex(bytes);
}

void main(String... args) throws Exception {
    var users = Map.of("lyon", new User("7f", slowHash("caro", "7f")));
    Script.serve("""
            tornado_login_1 [host] [port]

            GET /form and GET /login?username=lyon&password=caro (default localhost 8080).
            """, args, a -> start(a.host(), a.port(8080), users, (password, salt) -> slowHash(password, salt)));
}

// %% tags=["check"]
void verify() throws Exception {
    var hashes = new AtomicInteger();
    var mayEnd = new Semaphore(4); // so many hashes end at once, the others have to wait
    BinaryOperator<String> hash = (password, salt) -> {
        hashes.incrementAndGet();
        mayEnd.acquireUninterruptibly();
        return salt + "/" + password;
    };
    try (var server = start("localhost", 0, Map.of("lyon", new User("7f", "7f/caro")), hash);
            var lyon = Visitor.connect("Lyon", server.port()); var mallory = Visitor.connect("Mallory", server.port());
            var bob = Visitor.connect("Bob", server.port())) {
        try {
            lyon.asks("/login?username=lyon&password=caro").gets(200, "welcome", "because the password is right");
            String error = "username or password error";
            mallory.asks("/login?username=lyon&password=x").gets(401, error, "whether the name exists or not");
            mallory.asks("/login?username=mary&password=x").gets(401, error, "whether the name exists or not");
            if (hashes.get() != 3)
                throw new Finding("Mallory tried lyon, who exists, and mary, who doesn't, and %d was hashed."
                        .formatted(hashes.get() - 1), "2, so that both refusals take the same time");
            mallory.asks("/login?username=mary&password=caro").gets(401, error, "because mary has no password at all");
            mallory.asks("/login?username=mary&password=x");
            for (int tries = 0; tries < 500 && hashes.get() < 5; tries++) Thread.sleep(10);
            bob.asks("/form").gets(200, "username? password?", "while a hash is being computed for Mallory");
        } finally {
            mayEnd.release(100);
        }
    }
}

// %% [markdown]
// ## Hints
//
// 1. Which line is reached for `lyon` only, and how long does it take?
// 2. Let a name that doesn't exist have a user, too, with some salt. What must its stored hash be, so that no password
//    matches?
// 3. The hash takes as long for `mary` as for `lyon`, so it belongs to `runInExecutor` in either case.
//
// ## Solution
//
// The request takes the same path for every name: one hash on another thread, one comparison, one refusal. A name that
// doesn't exist gets a hash that no password has. To take another user's hash in its place would compute the same, and
// let Mallory in with that user's password. A pause instead of the hash has to guess how long a hash takes, which depends
// on the load, and Mallory can measure the difference. `MessageDigest.isEqual` takes the same time wherever the two
// differ. The library's `Passwords.match` does all this if the stored hash is null.
//
// ## Wrong attempts
//
// - start: Mallory asked for /login?username=lyon&password=x and got 401 "wrong password". Expected: 401 "username or
//   password error", whether the name exists or not.
// - only the texts are the same: Mallory tried lyon, who exists, and mary, who doesn't, and 1 was hashed. Expected: 2, so
//   that both refusals take the same time.
// - it sleeps instead: Mallory tried lyon, who exists, and mary, who doesn't, and 1 was hashed. Expected: 2, so that both
//   refusals take the same time.
// - the loop computes the hash: Bob asked for /form and got nothing. Expected: 200 "username? password?", while a hash is
//   being computed for Mallory.
// - it takes the hash of anybody: Mallory asked for /login?username=mary&password=caro and got 200 "welcome". Expected:
//   401 "username or password error", because mary has no password at all.
