//SOURCES ../shared/ScriptedServer.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** {@code ./jbang ask} with servers that answer, that do not, and that break off. */
class AskTest {
    private static final String ANSWER =
            "HTTP/1.1 404 Not Found\r\nX-B: 2\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nnone\n";

    public static void main(String... args) {
        TestRun.main(AskTest.class);
    }

    /** Reads a request up to the end of this text, and answers. */
    private static ScriptedServer server(String end, String answer) {
        return new ScriptedServer(conn -> {
            String request = read(conn, end);
            conn.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            return request;
        });
    }

    private static String read(Socket conn, String end) throws IOException {
        var request = new StringBuilder();
        while (!request.toString().endsWith(end))
            request.append((char) conn.getInputStream().read());
        return request.toString();
    }

    private static ScriptProcess ask(String... args) {
        return ScriptProcess.startAgain("ask", List.of(args));
    }

    private static void assertFails(String message, String... args) {
        try (var ask = ask(args)) {
            assertEquals(1, ask.exitCode(), ask.toString());
            assertEquals(List.of(), ask.output());
            assertEquals(1, ask.errors().size(), ask.toString());
            assertTrue(ask.errors().getFirst().matches(message), ask.toString());
        }
    }

    @Test
    void printsTheBodyAloneWhateverTheStatusIs() {
        try (var server = server("\r\n\r\n", ANSWER);
                var ask = ask("localhost:" + server.port() + "/x?y=1")) {
            assertEquals(0, ask.exitCode(), ask.toString());
            assertEquals(List.of("none"), ask.output());
            assertEquals(List.of(), ask.errors());
            String request = server.result();
            assertTrue(request.startsWith("GET /x?y=1 HTTP/1.1\r\n"), request);
            assertTrue(request.contains("Host: localhost:" + server.port() + "\r\n"), request);
        }
    }

    @Test
    void withIncludeItPrintsTheStatusAndTheFieldsToo() {
        try (var server = server("\r\n\r\n", ANSWER);
                var ask = ask("-i", "http://localhost:" + server.port())) {
            assertEquals(0, ask.exitCode(), ask.toString());
            assertEquals(
                    List.of("HTTP/1.1 404", "content-length: 5", "x-a: 1", "x-b: 2", "", "none"),
                    ask.output());
        }
    }

    @Test
    void withHeadItAsksForTheHeadAlone() {
        try (var server = server("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                var ask = ask("--head", "http://localhost:" + server.port())) {
            assertEquals(0, ask.exitCode(), ask.toString());
            assertEquals(List.of("HTTP/1.1 200", "content-length: 5", ""), ask.output());
            assertTrue(server.result().startsWith("HEAD / HTTP/1.1\r\n"), server.result());
        }
    }

    @Test
    void sendsDataAFieldAndAnotherMethod() {
        try (var server = server("a=b&c", ANSWER);
                var ask =
                        ask(
                                "-d",
                                "a=b&c",
                                "-X",
                                "PUT",
                                "-H",
                                "Connection: close",
                                "http://localhost:" + server.port() + "/form")) {
            assertEquals(0, ask.exitCode(), ask.toString());
            String request = server.result();
            assertTrue(request.startsWith("PUT /form HTTP/1.1\r\n"), request);
            for (String field :
                    List.of(
                            "Content-Length: 5",
                            "Content-Type: application/x-www-form-urlencoded",
                            "Connection: close"))
                assertTrue(request.contains("\r\n" + field + "\r\n"), request);
        }
    }

    /** Answers none before all have arrived, so they must be sent at once. */
    @Test
    void asksSeveralTimesAtOnce() throws Exception {
        try (var listener = new ServerSocket(0);
                var ask = ask("--times", "3", "localhost:" + listener.getLocalPort())) {
            List<Socket> all =
                    Stream.of(listener.accept(), listener.accept(), listener.accept()).toList();
            for (Socket conn : all) {
                read(conn, "\r\n\r\n");
                conn.getOutputStream().write(ANSWER.getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(0, ask.exitCode(), ask.toString());
            assertEquals(List.of("none", "none", "none"), ask.output());
            for (Socket conn : all) conn.close();
        }
    }

    @Test
    void saysInOneLineThatTheServerBrokeOff() {
        try (var server = server("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"); ) {
            assertFails("no complete answer from localhost:\\d+: .+", "localhost:" + server.port());
        }
        try (var server = server("\r\n\r\n", "")) {
            assertFails("no complete answer from localhost:\\d+: .+", "localhost:" + server.port());
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithTheUrl() throws IOException {
        assertFails("ask needs a URL, .*--help.*");
        assertFails("cannot send this request: .*", "http://a b/");
        assertFails("cannot send this request: .*", "ftp://localhost/");
        assertFails("unknown host 'no-such-host.invalid': .*", "http://no-such-host.invalid/");
        int port;
        try (var listener = new ServerSocket(0)) {
            port = listener.getLocalPort();
        }
        assertFails(
                "nobody listens on localhost:" + port + ": start a server there first",
                "http://localhost:" + port + "/");
    }

    @Test
    void explainsItselfOnHelp() {
        try (var help = ask("--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: ask [url]"), help.toString());
        }
    }
}
