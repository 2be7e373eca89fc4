//SOURCES ../../lib/aio/http/HttpClient.java ../shared/ScriptedServer.java ../shared/TestRun.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import aio.EventLoop;
import aio.http.Headers;
import aio.http.HttpClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The bytes that the library's client sends. */
@Timeout(60)
class HttpClientRequestTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    public static void main(String... args) {
        TestRun.main(HttpClientRequestTest.class);
    }

    private static int fetch(Duration timeout, String method, String uri, Headers headers)
            throws Exception {
        try (var loop = new EventLoop()) {
            var client = new HttpClient(timeout);
            return loop.runUntilComplete(
                    () -> client.fetch(method, URI.create(uri), headers, new byte[0]).status());
        }
    }

    /** Returns the head of the request, with PORT for the server's port. */
    private static String headOf(Duration timeout, String method, String target, Headers headers)
            throws Exception {
        try (var server =
                new ScriptedServer(conn -> {
                    String head = readHead(conn.getInputStream());
                    conn.getOutputStream().write("HTTP/1.1 204 x\r\n\r\n".getBytes());
                    return head;
                })) {
            String uri = "http://localhost:" + server.port() + target;
            assertEquals(204, fetch(timeout, method, uri, headers));
            return server.result().replace(server.port(), "PORT");
        }
    }

    private static String headOf(String target) throws Exception {
        return headOf(LONG, "GET", target, new Headers());
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.read());
        return head.toString();
    }

    private static String request(String requestLine, String fields) {
        return requestLine
                + " HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n"
                + fields
                + "\r\n";
    }

    @Test
    void aRequestIsALineItsHostAndWhatTheCallerAdds() throws Exception {
        assertEquals(request("GET /x?y=%20", ""), headOf("/x?y=%20"));
        assertEquals(request("GET /", ""), headOf(""));
        var headers = new Headers().add("X-One", "1").add("X-One", "2");
        assertEquals(
                request("POST /", "X-One: 1\r\nX-One: 2\r\nContent-Length: 0\r\n"),
                headOf(LONG, "POST", "/", headers));
    }

    @Test
    void whatIsBeyondAsciiIsSentAsPercentEncodedUtf8() throws Exception {
        assertEquals(
                request("GET /%E4%B8%AD/x?name=J%C3%BC&again=J%C3%BC", ""),
                headOf("/\u4e2d/x?name=J\u00fc&again=J%C3%BC"));
        assertEquals(request("GET /%F0%9F%98%80", ""), headOf("/\ud83d\ude00"));
    }

    @Test
    void userInformationIsRefusedBeforeAnythingIsSent() {
        for (String uri : List.of("http://user:secret@localhost:1/", "http://@localhost:1/")) {
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> fetch(LONG, "GET", uri, new Headers()));
            assertEquals("user information in a URI: send Authorization", refusal.getMessage());
        }
    }

    @Test
    void fieldsThatAreTheClientsOwnAreRefused() {
        for (String name : List.of("host", "CONNECTION", "Content-Length", "Transfer-Encoding")) {
            var headers = new Headers().add(name, "1");
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> fetch(LONG, "GET", "http://localhost:1/", headers));
            assertEquals(
                    name.toLowerCase() + " is not the caller's to set",
                    refusal.getMessage().toLowerCase());
        }
    }

    @Test
    void halfACharacterIsRefusedBeforeAnythingIsSent() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> headOf("/a\ud800b"));
        assertEquals("half a character in a URI", refusal.getMessage());
    }

    @Test
    void aServerThatNeverStopsTalkingDoesNotOutlastTheTimeout() throws Exception {
        try (var server =
                new ScriptedServer(socket -> {
                    byte[] talk = "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000).getBytes();
                    try {
                        while (true) socket.getOutputStream().write(talk);
                    } catch (IOException e) {
                        return "cut off";
                    }
                })) {
            assertThrows(
                    TimeoutException.class,
                    () ->
                            fetch(
                                    Duration.ofMillis(300),
                                    "GET",
                                    "http://localhost:" + server.port() + "/",
                                    new Headers()));
        }
    }

    @Test
    void theTimeoutMayBeAsLongAsADurationCanBe() throws Exception {
        var ever = Duration.ofSeconds(Long.MAX_VALUE);
        assertEquals(request("GET /", ""), headOf(ever, "GET", "/", new Headers()));
    }
}
