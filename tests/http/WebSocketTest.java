//SOURCES ../../lib/aio/http/HttpServer.java ../../lib/aio/web/Application.java
//SOURCES ../../lib/aio/web/WebSocketHandler.java ../../lib/aio/websocket/Handshake.java
//SOURCES ../shared/Kit.java ../shared/TestRun.java LocalHttp.java WebSocketFrames.java
package tests.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.http.Headers;
import aio.http.HttpHandler;
import aio.http.Limits;
import aio.web.Application;
import aio.web.WebSocketHandler;
import aio.websocket.Handshake;
import aio.websocket.WebSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

import tests.shared.Kit;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

@Timeout(30)
class WebSocketTest {
    public static void main(String... args) {
        TestRun.main(WebSocketTest.class);
    }

    private static final String HANDSHAKE =
            """
            GET /echo HTTP/1.1\r
            Host: localhost\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            """;

    private static final String ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final aio.http.HttpClient CLIENT =
            new aio.http.HttpClient(Duration.ofSeconds(20));

    /** How the connections of the test's server have ended. */
    private final List<Integer> ended = new CopyOnWriteArrayList<>();

    private final CompletableFuture<String> flooded = new CompletableFuture<>();

    private final Application application =
            new Application().route("/echo", Echo::new).route("/impatient", Impatient::new);

    private final LocalHttp http = new LocalHttp(application);

    private class Echo extends WebSocketHandler {
        Duration silence() {
            return Duration.ofSeconds(30);
        }

        @Override
        protected WebSocket.Limits limits() {
            return new WebSocket.Limits(1000, silence(), Duration.ofSeconds(1));
        }

        @Override
        protected void onMessage(String message) throws Exception {
            switch (message) {
                case "fail" -> throw new IllegalStateException("as it should");
                case "late" -> throw new TimeoutException("as it should");
                case "flood" ->
                        EventLoop.current().createTask("flood", () -> flooded.complete(flood()));
                case "cut" -> {
                    var flood = EventLoop.current().createTask("flood", this::flood);
                    EventLoop.current().callLater(Duration.ofMillis(50), flood::cancel);
                }
                default -> writeMessage(message);
            }
        }

        /** Sends more than the kernel takes, and returns what stops it. */
        private String flood() {
            try {
                socket().send(new byte[32 << 20]);
                return "nothing";
            } catch (IOException e) {
                return e.getMessage();
            }
        }

        @Override
        protected void onMessage(byte[] message) throws Exception {
            socket().send(message);
        }

        @Override
        protected void onClose() {
            ended.add(socket().closeCode());
        }
    }

    private final class Impatient extends Echo {
        @Override
        Duration silence() {
            return Duration.ofMillis(300);
        }
    }

    @TestFactory
    Stream<DynamicTest> framesHaveTheOutcomesOfTheDocument() {
        String document = Kit.read("tests/http/websocket.md");
        var cases =
                Pattern.compile("## (.*)\n\n```frames\n([^`]*)```\n```outcome\n([^`]*)```")
                        .matcher(document)
                        .results()
                        .toList();
        assertEquals(Pattern.compile("(?m)^## ").matcher(document).results().count(), cases.size());
        return cases.stream()
                .map(match ->
                        DynamicTest.dynamicTest(
                                match.group(1),
                                () -> {
                                    check(match.group(2), match.group(3), false);
                                    check(match.group(2), match.group(3), true);
                                }));
    }

    private void check(String frames, String outcome, boolean byteByByte) {
        List<String> expected = outcome.lines().toList();
        try (var client = open("")) {
            // The answer to a last ping, or the end, shows that nothing else comes.
            for (String line : (frames + "ping \"last\"").lines().toList())
                send(client, WebSocketFrames.parse(line), byteByByte);
            List<String> seen = new ArrayList<>();
            String last = "";
            while (last.isEmpty()) {
                String like = seen.size() < expected.size() ? expected.get(seen.size()) : "";
                String frame = WebSocketFrames.read(client::readBytes, like);
                if (frame == null) last = "end";
                else if (frame.equals("pong \"last\"")) last = "open";
                else seen.add(frame);
            }
            seen.add(last);
            assertEquals(expected, seen);
        }
    }

    private static void send(RawClient client, byte[] frame, boolean byteByByte) {
        try {
            if (!byteByByte) client.send(frame);
            else for (byte b : frame) client.send(b);
        } catch (UncheckedIOException e) {
            // The server has refused an earlier frame and closed: what it says is read below.
        }
    }

    /** Connects, and reads the answer to the handshake. */
    private RawClient open(String fields) {
        return shakeHands(HANDSHAKE + fields);
    }

    private RawClient shakeHands(String request) {
        RawClient client = http.connect().send(request + "\r\n");
        String head = readHead(client);
        assertTrue(head.startsWith("HTTP/1.1 101 Switching Protocols\r\n"), head);
        assertTrue(head.contains("Connection: Upgrade\r\n"), head);
        assertTrue(head.contains("Upgrade: websocket\r\n"), head);
        assertTrue(head.contains(ACCEPT), head);
        return client;
    }

    private static String readHead(RawClient client) {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append(client.read(1));
        return head.toString();
    }

    @Test
    void requestsThatAreNoHandshakeAreRefused() {
        assertRefused("400", HANDSHAKE.replace("Upgrade: websocket", "Upgrade: h2c"));
        assertRefused("400", HANDSHAKE.replace("keep-alive, Upgrade", "keep-alive"));
        assertRefused("400", HANDSHAKE.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ=="));
        assertRefused("400", HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0"));
        assertRefused("405", HANDSHAKE.replace("GET", "DELETE"));
        String head = assertRefused("426", HANDSHAKE.replace("Version: 13", "Version: 8"));
        assertTrue(head.contains("Sec-WebSocket-Version: 13\r\n"), head);
    }

    @Test
    void aPageOfAnotherSiteMayNotConnect() {
        assertRefused("403", HANDSHAKE + "Origin: http://evil.example\r\n");
        open("Origin: http://localhost\r\n").close();
    }

    private String assertRefused(String status, String request) {
        try (var client = http.connect().send(request + "\r\n")) {
            String head = readHead(client);
            assertTrue(head.startsWith("HTTP/1.1 " + status), head);
            return head;
        }
    }

    @Test
    void framesThatComeWithTheHandshakeAreNotLost() {
        var both = new ByteArrayOutputStream();
        both.writeBytes((HANDSHAKE + "\r\n").getBytes(StandardCharsets.US_ASCII));
        both.writeBytes(WebSocketFrames.parse("text \"early\""));
        try (var client = http.connect().send(both.toByteArray())) {
            readHead(client);
            assertEquals("text \"early\"", WebSocketFrames.read(client::readBytes, ""));
        }
    }

    @Test
    void aSilentClientGetsAPingAndIsGoneIfItDoesNotAnswer() {
        try (var client = shakeHands(HANDSHAKE.replace("/echo", "/impatient"))) {
            assertEquals("ping \"\"", WebSocketFrames.read(client::readBytes, ""));
            client.send(WebSocketFrames.parse("pong \"\""));
            assertEquals("ping \"\"", WebSocketFrames.read(client::readBytes, ""));
            assertEquals("close 1011 \"\"", WebSocketFrames.read(client::readBytes, ""));
            assertNull(WebSocketFrames.read(client::readBytes, ""));
        }
        await().until(() -> ended.equals(List.of(1006)));
    }

    @Test
    void aHandlerThatFailsClosesWith1011AndIsReported() {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"fail\""));
            assertEquals("close 1011 \"\"", WebSocketFrames.read(client::readBytes, ""));
        }
        await().until(() -> http.failures.toString().contains("as it should"));
    }

    @Test
    void aTimeoutOfAHandlerIsReportedToo() {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"late\""));
            assertEquals("close 1011 \"\"", WebSocketFrames.read(client::readBytes, ""));
        }
        await().until(() -> http.failures.toString().contains("as it should"));
    }

    @Test
    void aClientThatReadsNothingIsCutOff() {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"flood\""));
            assertEquals("the other side takes too long", flooded.join());
            await().until(() -> ended.equals(List.of(1006)));
        }
        await().until(() -> http.connections() == 0);
        assertEquals(List.of(), http.failures);
    }

    @Test
    void aSendThatIsCancelledInTheMiddleEndsTheConnection() {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"cut\""));
            await().until(() -> ended.equals(List.of(1006)));
            await().until(() -> http.connections() == 0);
        }
    }

    @Test
    void aClientThatEndsItsSideWithoutACloseIsGone() {
        try (var client = open("")) {
            client.endOutput();
            await().until(() -> ended.equals(List.of(1006)));
            await().until(() -> http.connections() == 0);
        }
        assertEquals(List.of(), http.failures);
    }

    @Test
    void aClientThatDoesNotAnswerACloseIsCutOff() {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"fail\""));
            await().until(() -> http.connections() == 0);
        }
    }

    @Test
    void aClientThatResetsIsTold1006AndNobodyElse() {
        open("").reset();
        await().until(() -> ended.equals(List.of(1006)));
        assertEquals(List.of(), http.failures);
    }

    @Test
    void aServerThatStopsSaysSo() throws Exception {
        try (var client = open("")) {
            client.send(WebSocketFrames.parse("text \"hello\""));
            assertEquals("text \"hello\"", WebSocketFrames.read(client::readBytes, ""));
            var stopped = http.stop(Duration.ofSeconds(20));
            assertEquals("close 1001 \"\"", WebSocketFrames.read(client::readBytes, ""));
            client.send(WebSocketFrames.parse("ping \"too late for a pong\""));
            client.send(WebSocketFrames.parse("close 1001 \"\""));
            assertNull(WebSocketFrames.read(client::readBytes, ""));
            client.endOutput();
            stopped.get();
        }
        assertEquals(List.of(1001), ended);
    }

    @Test
    void aServerThatStopsDuringAHandshakeSaysSoAfterIt() throws Exception {
        var begun = new CompletableFuture<aio.Future<Void>>();
        HttpHandler handler =
                (request, response) -> {
                    Handshake.accept(
                            request, response, WebSocket.Limits.DEFAULT, WebSocket::receive);
                    var stopped = new aio.Future<Void>();
                    begun.complete(stopped);
                    EventLoop.await(stopped);
                };
        try (var slow = new LocalHttp(handler);
                var client = slow.connect().send(HANDSHAKE + "\r\n")) {
            var handshake = begun.get();
            var stopped = slow.stop(Duration.ofSeconds(20));
            slow.loop.callSoonThreadsafe(() -> handshake.setResult(null));
            assertTrue(readHead(client).startsWith("HTTP/1.1 101 "));
            assertEquals("close 1001 \"\"", WebSocketFrames.read(client::readBytes, ""));
            client.endOutput();
            stopped.get();
        }
    }

    @Test
    void theIdleTimeOfHttpDoesNotCountForAWebSocket() {
        var idle = Duration.ofMillis(50);
        var second = Duration.ofSeconds(1);
        var limits = Limits.DEFAULT.withTimes(second, second, idle, second);
        try (var server = new LocalHttp(application, limits);
                var client = server.connect().send(HANDSHAKE + "\r\n")) {
            readHead(client);
            server.awaitTimer(idle.multipliedBy(3));
            assertEquals(1, server.connections());
            client.send(WebSocketFrames.parse("text \"still here\""));
            assertEquals("text \"still here\"", WebSocketFrames.read(client::readBytes, ""));
        }
    }

    @Test
    void theClientOfTheJdkTalksToOurServer() throws Exception {
        var received = new CompletableFuture<String>();
        var closed = new CompletableFuture<Integer>();
        var listener =
                new java.net.http.WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                            java.net.http.WebSocket socket, CharSequence data, boolean last) {
                        received.complete(data.toString());
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(
                            java.net.http.WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return null;
                    }
                };
        var client = HttpClient.newHttpClient();
        try {
            var socket = client.newWebSocketBuilder().buildAsync(uri(), listener).get();
            socket.sendText("Hel", false).get();
            socket.sendText("lo", true).get();
            assertEquals("Hello", received.get());
            socket.sendClose(1000, "bye").get();
            assertEquals(1000, closed.get());
        } finally {
            client.shutdownNow();
        }
        await().until(() -> ended.equals(List.of(1000)));
    }

    @Test
    void ourClientTalksToOurServer() throws Exception {
        onLoop(() -> {
            var socket = connect();
            try (var _ = socket.channel()) {
                socket.send("hello");
                assertEquals("hello", socket.receive());
                String longer = "x".repeat(900);
                socket.send(longer);
                assertEquals(longer, socket.receive());
                socket.send(new byte[] {1, 2});
                assertEquals(2, ((byte[]) socket.receive()).length);
                socket.close(1000, "enough");
                assertNull(socket.receive());
                assertNull(socket.receive());
                assertEquals(1000, socket.closeCode());
            }
        });
    }

    @Test
    void manyTasksMaySendAtOnceAndNoFrameIsTorn() throws Exception {
        onLoop(() -> {
            var socket = connect();
            try (var _ = socket.channel()) {
                Set<String> sent = new HashSet<>();
                for (int i = 0; i < 200; i++) {
                    String text = i + "x".repeat(i * 4);
                    sent.add(text);
                    EventLoop.current().createTask("sender", () -> socket.send(text));
                }
                Set<Object> received = new HashSet<>();
                while (received.size() < 200) received.add(socket.receive());
                assertEquals(sent, received);
            }
        });
    }

    @Test
    void ourClientRefusesAServerThatDoesNotKnowWebSocket() throws Exception {
        onLoop(() -> {
            var page = URI.create("ws://localhost:" + http.port() + "/");
            assertThrows(ProtocolException.class, () -> connect(page));
        });
    }

    private WebSocket connect() throws IOException, TimeoutException {
        return connect(uri());
    }

    private static WebSocket connect(URI uri) throws IOException, TimeoutException {
        return Handshake.connect(CLIENT, uri, new Headers(), WebSocket.Limits.DEFAULT);
    }

    private URI uri() {
        return URI.create("ws://localhost:" + http.port() + "/echo");
    }

    private static void onLoop(EventLoop.Body body) throws Exception {
        try (var loop = new EventLoop()) {
            loop.runUntilComplete(() -> {
                body.run();
                return null;
            });
        }
    }

    @AfterEach
    void closeTheServer() {
        http.close();
    }
}
