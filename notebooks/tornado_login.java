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
// loop. A login has to wait for a database, and a database has its own protocol. Do we have to write that client,
// too, or go back to one thread per query?
//
// JDBC, Java's usual way to a database, would mean the thread, because its calls block. (If all your handlers do is
// block, use virtual threads, as [tornado_future](tornado_future.java) says.) But some drivers don't block.
// [jasync-sql](https://github.com/jasync-sql/jasync-sql) talks to MySQL and MariaDB on threads of its own and returns
// a `CompletionStage`, the JDK's interface for a result that comes later. One small function turns that into a future
// of the loop's:
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
// [LoginDatabase](../lib/lesson/login/LoginDatabase.java#open) starts a MariaDB with one user in it (`lyon`, password
// `caro`) or connects to yours. It holds a **pool** of ten connections: a query borrows one and gives it back, and
// when all of them are in use, the next query waits.
//
// ## The wrap
//
// The driver runs the callbacks of its `CompletionStage` not on the loop's thread, but in the JDK's common pool, by
// [default](https://github.com/jasync-sql/jasync-sql/blob/master/db-async-common/src/main/java/com/github/jasync/sql/db/ConnectionPoolConfiguration.kt).
// `tornado_future` shows what goes wrong then, and the remedy: a `Future` that any thread may complete, and whose
// callbacks run on the loop. So we give the driver a callback that does nothing but complete one:
//
// ```java
// static <T> Future<T> wrap(CompletionStage<T> stage) {
//     var future = new Future<T>(); // it belongs to the loop that runs this line
//     stage.whenComplete((value, error) -> {
//         if (error == null) future.setResult(value);
//         else future.setException(error);
//     });
//     return future;
// }
// ```
//
// The library's [Future.wrap](../lib/aio/Future.java#wrap) does this and two more things: it takes the driver's
// exception out of a `CompletionException`, and it cancels the stage when the future is canceled.
//
// Now a query reads like a call, and a failed one throws. What if the database is slow, or gone? Neither is the
// visitor's fault, and both often pass. So a query that gets no answer within five seconds, or loses its connection,
// becomes a 503 (Service Unavailable, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4)). The pool
// connects again when the database is back. An error that the database itself reports, such as a wrong statement,
// propagates and becomes a 500.

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
// `GET /login` shows the form. `POST /login` looks the user up and compares the password with the stored hash.
// Computing a hash takes a good part of a second, on purpose: somebody who steals the table pays that price for every
// guess. That's work, not waiting, so `runInExecutor` hands it to another thread. One more route, `/slow`, has the
// database sleep for two seconds.
//
// > **Note.** The hashes and the HTML aren't the lesson: they are in `lib/lesson/login/`.

// %%
class LoginHandler extends RequestHandler {
    final Connection pool;

    LoginHandler(Connection pool) {
        this.pool = pool;
    }

    protected void get() {
        LoginPages.form(response());
    }

    protected void post() throws Exception {
        String username = argument("username");
        String password = argument("password");
        var rows = query(pool, "SELECT password FROM users WHERE username = ?", username).getRows();
        String stored = rows.isEmpty() ? null : rows.get(0).getString("password");
        // This takes as long if there is no such user, so the time doesn't tell which names exist.
        if (await(EventLoop.current().runInExecutor(() -> Passwords.match(password, stored)))) {
            // Scripts can't read this cookie, and other sites' forms don't send it along.
            response().cookie("session", UUID.randomUUID().toString(), "Path=/", "HttpOnly", "SameSite=Lax");
            LoginPages.welcome(response(), username);
        } else {
            LoginPages.refusal(response(), username, "username or password error"); // a 401
        }
    }
}

// %%
Server start(String host, int port, String url) throws Exception {
    var listener = Sockets.listen(host, port);
    try {
        LoginDatabase database = LoginDatabase.open(url, 10);
        var http = new HttpServer(new Application()
                .route("/login", () -> new LoginHandler(database.pool()))
                .route("/slow", () -> new RequestHandler() {
                    protected void get() throws Exception {
                        query(database.pool(), "SELECT SLEEP(2)");
                        write("the database has slept\n");
                    }
                }));
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

// %%
void main(String... args) throws Exception {
    Script.serve("""
            tornado_login [host] [port] [--db URL]

            A login page: GET and POST /login; GET /slow waits for the database.

              host  where to listen (default localhost)
              port  the port, 0 for any free one (default 8080)
              --db  mysql://user:password@host:port/name, with a table users(username, password);
                    default: a MariaDB of its own with the user lyon, password caro (Linux x86-64)
            """, args, a -> start(a.host(), a.port(8080), a.text("--db", "")));
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
// ```
//
// Now thirty visitors ask for `/slow` at once. The pool has ten connections, the database sleeps for two seconds, and
// `query` gives up after five. What do the thirty get? And does somebody who asks for the form meanwhile have to
// wait?
//
// ```console
// $ ./jbang ask --times 30 localhost:8080/slow | grep -o 'slept\|try again' | sort | uniq --count & sleep 1; ./jbang ask localhost:8080/login | grep '<h1>'; wait
// <h1>Login</h1>
//      20 slept
//      10 try again
// ```
//
// The first ten have their rows after two seconds, the next ten after four. The last ten would need six, because the
// wait for a connection counts, too. The form comes at once: the loop's thread never waits for the database.

// %% tags=["active-ipynb"]
// var server = start("localhost", 0, "");
// var login = (HttpURLConnection) URI.create("http://localhost:" + server.port() + "/login").toURL().openConnection();
// login.setDoOutput(true);
// login.getOutputStream().write("username=lyon&password=caro".getBytes());
// IO.println(login.getResponseCode() + " " + new String(login.getInputStream().readAllBytes()).contains("Welcome, lyon"));

// %% tags=["active-ipynb"]
// server.close();

// %% [markdown]
// ## What it still can't do
//
// You can't put this login on the Internet. That takes HTTPS, a limit on attempts, a token against forged forms, and
// a session that the server keeps track of. None of it is about waiting, so it isn't here. And the server speaks only
// when it's asked. If it has news for a visitor, the visitor has to come and ask for it. In
// [tornado_chat](tornado_chat.java), the server sends its news by itself.
//
// ## Exercises
//
// - Which names exist: `./jbang exercise start tornado_login_1`
// - Three attempts: `./jbang exercise start tornado_login_2`
