//SOURCES ../../lib/aio/http/HttpClient.java ../shared/ScriptedServer.java ../shared/TestRun.java
//SOURCES LocalHttp.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import aio.CancelledError;
import aio.EventLoop;
import aio.http.ClientResponse;
import aio.http.Headers;
import aio.http.HttpClient;
import aio.http.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The library's client, against servers that behave and servers that do not. */
@Timeout(60)
class HttpClientLibraryTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    public static void main(String... args) {
        TestRun.main(HttpClientLibraryTest.class);
    }

    private static ClientResponse get(String port, Duration timeout) throws Exception {
        try (var loop = new EventLoop()) {
            var client = new HttpClient(timeout, new Limits.Sizes(8192, 8192, 100, 1000));
            return loop.runUntilComplete(
                    () -> client.get(URI.create("http://localhost:" + port + "/x?y=%20")));
        }
    }

    /** Returns the client's result for these bytes, after which the server closes. */
    private static ClientResponse answerOf(String bytes) throws Exception {
        try (var server =
                new ScriptedServer(conn -> {
                    readHead(conn.getInputStream());
                    conn.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                    return "";
                })) {
            return get(server.port(), LONG);
        }
    }

    private static String readHead(java.io.InputStream in) throws java.io.IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.read());
        return head.toString();
    }

    @Test
    void understandsEveryWayToEndAnAnswer() throws Exception {
        assertEquals("hello", answerOf("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").text());
        assertEquals("hello", answerOf("HTTP/1.1 200 OK\r\n\r\nhello").text());
        assertEquals("hello", answerOf("HTTP/1.0 200\r\n\r\nhello").text());
        String chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertEquals(
                "hello", answerOf(chunks + "2;x\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n").text());
        assertEquals("", answerOf("HTTP/1.1 204 No Content\r\n\r\n").text());
        String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n";
        assertEquals(404, answerOf(interim + "HTTP/1.1 404 Not\r\n\r\nx").status());
    }

    @Test
    void refusesAnswersThatAreMalformedTooLargeOrCutOff() {
        for (String bytes :
                List.of(
                        "",
                        "nonsense\r\n\r\n",
                        "HTTP/1.1 2000 OK\r\n\r\n",
                        "HTTP/1.1 +20 OK\r\n\r\n",
                        "HTTP/2.0 200 OK\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
                        "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1001),
                        "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                        "HTTP/1.1 200 OK\nX: y\n\n")) {
            assertThrows(ProtocolException.class, () -> answerOf(bytes), bytes);
        }
    }

    @Test
    void sendsAndGetsLargeContent() throws Exception {
        byte[] body = new byte[700_000];
        body[body.length - 1] = 17;
        try (var http = new LocalHttp((request, response) -> response.write(request.body()));
                var loop = new EventLoop()) {
            URI uri = URI.create("http://127.0.0.1:" + http.port());
            var client = new HttpClient(LONG);
            ClientResponse echo =
                    loop.runUntilComplete(() -> client.fetch("PUT", uri, new Headers(), body));
            assertArrayEquals(body, echo.body());
            assertEquals(
                    "",
                    loop.runUntilComplete(() -> client.fetch("HEAD", uri, new Headers(), body))
                            .text());
        }
    }

    @Test
    void fetchesAThousandAtOnceOnOneThread() throws Exception {
        try (var http = new LocalHttp((request, response) -> response.write(request.path()));
                var loop = new EventLoop()) {
            var client = new HttpClient(LONG);
            loop.runUntilComplete(() -> {
                var tasks = new ArrayList<aio.Task<String>>();
                for (int i = 0; i < 1000; i++) {
                    URI uri = URI.create("http://127.0.0.1:" + http.port() + "/" + i);
                    tasks.add(loop.createTask("fetch", () -> client.get(uri).text()));
                }
                for (int i = 0; i < 1000; i++) {
                    assertEquals("/" + i, EventLoop.await(tasks.get(i)));
                }
                return null;
            });
        }
    }

    @Test
    void saysWhenNobodyListensOrNobodyIsThere() throws Exception {
        String free;
        try (var socket = new ServerSocket(0)) {
            free = Integer.toString(socket.getLocalPort());
        }
        assertThrows(ConnectException.class, () -> get(free, LONG));
        try (var loop = new EventLoop()) {
            URI nowhere = URI.create("http://no-such-host.invalid/");
            assertThrows(
                    UnknownHostException.class,
                    () -> loop.runUntilComplete(() -> new HttpClient(LONG).get(nowhere)));
            URI other = URI.create("https://localhost/");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> loop.runUntilComplete(() -> new HttpClient(LONG).get(other)));
        }
    }

    @Test
    void givesUpAfterItsTimeAndClosesTheConnection() throws Exception {
        try (var server =
                new ScriptedServer(conn -> {
                    conn.getInputStream().readAllBytes();
                    return "the client has closed";
                })) {
            assertThrows(TimeoutException.class, () -> get(server.port(), Duration.ofMillis(300)));
            assertEquals("the client has closed", server.result());
        }
    }

    @Test
    void closesTheConnectionWhenItsTaskIsCancelled() throws Exception {
        try (var server =
                        new ScriptedServer(conn -> {
                            conn.getInputStream().readAllBytes();
                            return "the client has closed";
                        });
                var loop = new EventLoop()) {
            URI uri = URI.create("http://localhost:" + server.port());
            var fetch = loop.createTask("fetch", () -> new HttpClient(LONG).get(uri));
            loop.callLater(Duration.ofMillis(300), fetch::cancel);
            assertThrows(CancelledError.class, () -> loop.runUntilComplete(fetch));
            assertEquals("the client has closed", server.result());
        }
    }
}
