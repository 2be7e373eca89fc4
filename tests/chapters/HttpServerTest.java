//SOURCES ../shared/HttpAnswer.java WebServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.HttpAnswer;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** The demo server of HTTP on the loop. */
@Tag(TestRun.SLOW)
class HttpServerTest extends WebServerContract {
    public static void main(String... args) {
        TestRun.main(HttpServerTest.class);
    }

    @Override
    String script() {
        return "http_server";
    }

    @Test
    void echoesWhatItGotWithEveryMethod() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "FOO"}) {
                var request =
                        java.net.http.HttpRequest.newBuilder(uri("/echo"))
                                .method(method, BodyPublishers.ofString("h\u00e9llo"))
                                .build();
                var response = client.send(request, BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
                assertEquals("h\u00e9llo", response.body());
            }
        }
    }

    @Test
    void sendsAsManyBytesAsAreAskedFor() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            for (int bytes : new int[] {0, 1, 65_536, 65_537, 30_000_000}) {
                var request = java.net.http.HttpRequest.newBuilder(uri("/big?bytes=" + bytes));
                var response = client.send(request.build(), BodyHandlers.ofByteArray());
                assertEquals(bytes, response.body().length);
            }
        }
    }

    @Test
    void refusesANumberOfBytesThatIsNone() {
        for (String bytes : new String[] {"", "-1", "x", "99999999999", "+5"}) {
            try (var client = connect()) {
                client.send("GET /big?bytes=" + bytes + " HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals(400, HttpAnswer.read(client).status(), bytes);
            }
        }
    }

    @Test
    void aGiantAnswerToAClientThatDoesNotReadCostsNoMemory() throws Exception {
        try (var slow = connect()) {
            slow.send("GET /big?bytes=9999999999 HTTP/1.1\r\nHost: a\r\n\r\n");
            HttpAnswer answer = HttpAnswer.read(slow, false);
            assertEquals("9999999999", answer.headers().get("Content-Length"));
            assertServesOthers();
            assertEquals(1_000_000, slow.readBytes(1_000_000).length);
            assertTrue(server.isAlive());
        }
    }

    @Test
    void slowClientsKeepAnHonestOneOutOnlyWithoutATimeLimit() {
        try (var script = ScriptProcess.start("http_server", "--slow-clients")) {
            assertEquals(0, script.exitCode(), script.toString());
            List<String> seen =
                    script.output().stream().filter(line -> !line.startsWith("server ")).toList();
            assertEquals(
                    List.of(
                            "a head may take PT1H: the honest client gets no answer",
                            "    and a slow one gets no answer",
                            "a head may take PT0.5S: the honest client gets HTTP/1.1 200 OK",
                            "    and a slow one gets HTTP/1.1 408 Request Timeout"),
                    seen);
        }
    }

    @Test
    void finishesTheAnswerInFlightOnCtrlC() {
        int bytes = 20_000_000;
        try (var client = connect()) {
            client.send("GET /big?bytes=" + bytes + " HTTP/1.1\r\nHost: a\r\n\r\n");
            HttpAnswer.read(client, false);
            server.signal("INT");
            assertEquals(bytes, client.readBytes(bytes + 1).length);
            assertEquals(130, server.exitCode());
        }
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.port() + path);
    }
}
