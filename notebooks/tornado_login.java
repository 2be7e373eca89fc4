// %%
//JAVA 25+
//DEPS com.github.jasync-sql:jasync-mysql:2.2.4
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/aio/web/Application.java
//SOURCES ../lib/lesson/login/LoginDatabase.java
//SOURCES ../lib/lesson/login/LoginPages.java
//SOURCES ../lib/lesson/login/Passwords.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.http.HttpException;
import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import com.github.jasync.sql.db.Connection;
import com.github.jasync.sql.db.QueryResult;
import com.github.jasync.sql.db.mysql.exceptions.MySQLException;
import lesson.login.LoginDatabase;
import lesson.login.LoginPages;
import lesson.login.Passwords;
import script.Script;
import script.Server;
import script.Sockets;
import static aio.EventLoop.await;

// %% [markdown]
// # A login that waits for a database
//
// [caro_pig](caro_pig.java) waits for another server without a thread, because the library has an HTTP client for the
// loop. A login has to wait for a database, and a database has its own protocol. Do we have to write that client, too,
// or go back to one thread per query?
//
// JDBC, Java's usual way to a database, would mean the thread, because its calls block. (If all your handlers do is
// block, that's fine: use virtual threads, as `tornado_future` says.) But some
// drivers don't block. This chapter uses [jasync-sql](https://github.com/jasync-sql/jasync-sql), which talks to MySQL
// and MariaDB on threads of its own and returns a `CompletionStage`, the JDK's interface for a result that comes
// later. From there, one small function is all it takes to make a query read like a call:
//
// ```diagram
//   handler, on the loop             driver, its own threads        database
//      |                                |                               |
//      +-- send the statement --------->+------------------------------>|
//      |<- CompletionStage -------------+                               |
//      | await(wrap(stage)): suspended  |                               | works
//      |                                |                               |
//      | ... the loop serves others ... |<-- rows ----------------------+
//      |                                |
//      |<- setResult wakes the loop ----+
//      | goes on with the rows          |
// ```
//
// The database, the password hashes, and the HTML are not the lesson, so they are in `lib/lesson/login/`.
// [LoginDatabase](../lib/lesson/login/LoginDatabase.java#open) starts a real MariaDB with one user in it (`lyon`,
// password `caro`) or connects to yours. It holds a **pool** of connections: a query borrows one and gives it back, and
// when all of them are in use, the next query waits for its turn.

// %% tags=["active-ipynb"]
// var database = LoginDatabase.open("", 10); // an embedded one, ten connections at most

// %% [markdown]
// ## What the driver gives you
//
// You register a callback, and the driver calls it when the rows are there. Which thread prints this line, the loop's,
// one of the driver's, or another? (The `join` at the end only keeps the method from returning early.)

// %%
static final String PASSWORD_OF = "SELECT password FROM users WHERE username = ?";

void callback(Connection pool) {
    CompletableFuture<QueryResult> stage = pool.sendPreparedStatement(PASSWORD_OF, List.of("lyon"));
    stage.thenAccept(result -> {
        String thread = Thread.currentThread().getName();
        IO.println("callback: " + result.getRows().size() + " row, in thread " + thread);
    }).join();
}

// %% tags=["active-ipynb"]
// callback(database.pool());

// %% [markdown]
// ```console
// $ ./jbang tornado_login --steps
// callback: 1 row, in thread ForkJoinPool.commonPool-worker-[...]
// [...]
// ```
//
// It's neither the loop's thread nor one of the driver's: jasync runs callbacks in the JDK's common pool, unless you
// configure another. So the callback must not touch anything that belongs to the loop: not the response, not a list
// that handlers share. And if a second query depends on the first, its callback goes inside this one, which is where
// [aio_callback_server](aio_callback_server.java) ended up.
//
// ## The wrap
//
// [tornado_future](tornado_future.java) had the tool for this: a `Future` that any thread may complete, and whose
// callbacks run on the loop. So we give the driver a callback that does nothing but complete one. Where does the
// coroutine that awaits it go on?

// %%
static <T> Future<T> wrap(CompletionStage<T> stage) {
    var future = new Future<T>(); // it belongs to the loop that runs this line
    stage.whenComplete((value, error) -> {
        if (error == null) future.setResult(value);
        else future.setException(error);
    });
    return future;
}

// %%
void wrapped(Connection pool) throws Exception {
    try (var loop = new EventLoop()) {
        loop.runUntilComplete(() -> {
            var rows = await(wrap(pool.sendPreparedStatement(PASSWORD_OF, List.of("lyon")))).getRows();
            IO.println("wrapped: " + rows.size() + " row, on the loop: " + (EventLoop.current() == loop));
            return null;
        });
    }
}

// %% tags=["active-ipynb"]
// wrapped(database.pool());
// database.close();

// %% [markdown]
// The second line of the output says:
//
// ```text
// wrapped: 1 row, on the loop: true
// ```
//
// A query reads like a call again, and a failed one throws. From here on we use the library's
// [Future.wrap](../lib/aio/Future.java#wrap). It does the same and two more things: if the stage has put the driver's
// exception into a `CompletionException`, it takes it out, and it cancels the stage when the future is canceled.

// %% [markdown]
// ## When the database is slow or gone
//
// Neither problem is the visitor's fault, and both often pass. So a query that gets no answer within five seconds, or
// loses its connection, becomes a 503 (Service Unavailable,
// [RFC 9110, section 15.6.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4)). The pool connects again when the
// database is back. Only an error that the database reports about the statement itself is our bug: that exception
// propagates, and the server answers 500.

// %%
static QueryResult query(Connection pool, String statement, Object... values) throws Exception {
    try {
        var stage = pool.sendPreparedStatement(statement, List.of(values));
        return EventLoop.waitFor(Future.wrap(stage), Duration.ofSeconds(5));
    } catch (MySQLException e) {
        throw e;
    } catch (Exception e) {
        throw new HttpException(503, "the database does not answer: try again later");
    }
}

// %% [markdown]
// ## The handlers
//
// `GET /login` shows the form. `POST /login` looks the user up and compares the password with the stored hash. A hash
// takes a good part of a second to compute, on purpose: somebody who steals the table pays that price for every guess.
// That's work, not waiting, so `runInExecutor` hands it to another thread.

// %%
class LoginHandler extends RequestHandler {
    final Connection pool;

    LoginHandler(Connection pool) {
        this.pool = pool;
    }

    protected void get() {
        page(200, LoginPages.form());
    }

    protected void post() throws Exception {
        String username = argument("username");
        String password = argument("password");
        var rows = query(pool, PASSWORD_OF, username).getRows();
        String stored = rows.isEmpty() ? null : rows.get(0).getString("password");
        // This takes as long if there is no such user, so the time doesn't tell which names exist.
        if (await(EventLoop.current().runInExecutor(() -> Passwords.match(password, stored)))) {
            // Scripts can't read this cookie, and other sites' forms don't send it along.
            response().cookie("session", UUID.randomUUID().toString(), "Path=/", "HttpOnly", "SameSite=Lax");
            page(200, LoginPages.welcome(username));
        } else {
            page(401, LoginPages.form(username, "username or password error"));
        }
    }

    void page(int status, String html) {
        status(status);
        header("Content-Type", "text/html; charset=utf-8");
        header("Cache-Control", "no-store");
        write(html);
    }
}

// %% [markdown]
// Two more handlers let you watch the loop: `/slow` has the database sleep for two seconds, and `/index` doesn't need
// the database.

// %%
class SlowHandler extends RequestHandler {
    final Connection pool;

    SlowHandler(Connection pool) {
        this.pool = pool;
    }

    protected void get() throws Exception {
        query(pool, "SELECT SLEEP(2)");
        write("the database has slept\n");
    }
}

class IndexHandler extends RequestHandler {
    protected void get() {
        write("ok");
    }
}

// %%
Server start(String host, int port, String url) throws Exception {
    var listener = Sockets.listen(host, port);
    try {
        LoginDatabase database = LoginDatabase.open(url, 10);
        var http = new HttpServer(new Application()
                .route("/login", () -> new LoginHandler(database.pool()))
                .route("/slow", () -> new SlowHandler(database.pool()))
                .route("/index", IndexHandler::new));
        return Server.start(host, listener, l -> {
            try (database) {
                http.run(l, Duration.ofSeconds(2));
            }
        }, () -> http.accepted() + " clients");
    } catch (Exception e) {
        listener.close();
        throw e;
    }
}

void steps(String url) throws Exception {
    try (var database = LoginDatabase.open(url, 10)) {
        callback(database.pool());
        wrapped(database.pool());
    }
}

// %%
void main(String... args) throws Exception {
    String usage = """
            tornado_login [host] [port] [--db URL] [--steps]

            A login page: GET and POST /login; GET /slow waits for the database, GET /index doesn't.

              host     where to listen (default localhost)
              port     the port, 0 for any free one (default 8080)
              --db     mysql://user:password@host:port/name, with a table users(username, password);
                       default: a MariaDB of its own with the user lyon, password caro (Linux x86-64)
              --steps  no server: a query with a callback, and a query with await
            """;
    if (List.of(args).contains("--steps")) Script.run(usage, args, a -> steps(a.text("--db", "")));
    else Script.serve(usage, args, a -> start(a.host(), a.port(8080), a.text("--db", "")));
}

// %% [markdown]
// ## Run it
//
// The first start fetches the database and unpacks it; later ones take a few seconds.
//
// ```console server
// $ ./jbang tornado_login
// server started on localhost:8080
// ```
//
// Open `http://localhost:8080/login` in a browser, or:
//
// ```console
// $ ./jbang ask --data 'username=lyon&password=caro' http://localhost:8080/login | grep '<h1>'
// <h1>Welcome, lyon</h1>
// $ ./jbang ask --data 'username=lyon&password=pig' http://localhost:8080/login | grep alert
// <p role="alert">username or password error</p>
// ```
//
// Now thirty visitors ask for `/slow` at once. The pool has ten connections, a query takes two seconds, and `query`
// gives up after five. What do the thirty get? And if somebody asks for `/index` meanwhile, when is the answer there?
//
// ```console
// $ ./jbang ask --times 30 localhost:8080/slow | grep -o 'slept\|try again' | sort | uniq --count & sleep 1; ./jbang ask localhost:8080/index; echo; wait
// ok
//      20 slept
//      10 try again
// ```
//
// The first ten have their rows after two seconds, the next ten after four. The last ten would need six, so their time
// is up: they wait for a connection, and that counts, too. `/index` is answered at once, because nobody on the loop's
// thread waits for the database.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, "");

// %% tags=["active-ipynb"]
// var login = (HttpURLConnection) URI.create("http://localhost:" + server.port() + "/login").toURL().openConnection();
// login.setDoOutput(true);
// login.getOutputStream().write("username=lyon&password=caro".getBytes());
// IO.println(login.getResponseCode() + " " + new String(login.getInputStream().readAllBytes()).contains("Welcome, lyon"));

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// You can't put this login on the Internet. That takes HTTPS, and `Secure` on the cookie; a limit on attempts; a
// token against forged forms; a session that the server keeps track of, that expires, and that changes at login; and
// a way to change the password. None of it is about waiting, so it isn't here. One question about waiting is left:
// what does it cost? The measurements begin with a single switch between coroutines, in
// [coroutine_cost](coroutine_cost.java).
//
// ## Exercises
//
// 1. Keep the sessions in a map, and let `/index` greet visitors who have one by name. Which thread touches the map?
//    Does it need a lock?
// 2. Compute the hash on the loop (call `Passwords.match` without the executor), log in ten times at once
//    (`./jbang ask --times 10 --data ...`), and ask for `/index` meanwhile.
// 3. Stop the database while `/slow` waits. What does the visitor see, and when?
