//DEPS org.java-websocket:Java-WebSocket:1.6.0
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../shared/Browser.java ../shared/HttpAnswer.java ChatClient.java ServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import tests.shared.Browser;
import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The chat, with two clients that are not ours (the JDK's, Java-WebSocket) and a real browser. */
class TornadoChatTest extends ServerContract {
    private static final String MARKUP = "<img src=x onerror=\"document.title='run'\"><b>bold</b>";

    public static void main(String... args) {
        TestRun.main(TornadoChatTest.class);
    }

    @Override
    String script() {
        return "tornado_chat";
    }

    @Override
    void assertServed(RawClient client, String text) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Text: " + text);
        HttpAnswer answer = HttpAnswer.read(client.send("\r\n\r\n"));
        assertEquals(200, answer.status());
        assertTrue(answer.body().contains("<title>Chat</title>"), answer.body());
    }

    private ChatClient enter(String name) {
        return ChatClient.enter(server.port(), "lobby", name);
    }

    private HttpAnswer handshake(RawClient client, String fields) {
        client.send(
                "GET /chat/lobby?name=Sam HTTP/1.1\r\nHost: localhost:"
                        + server.port()
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + fields
                        + "\r\n");
        return HttpAnswer.read(client);
    }

    @Test
    void whoEntersIsToldWhoIsThereAndTheOthersAreToldWhoComesAndGoes() {
        try (var ann = enter("Ann");
                var bob = enter("Bob")) {
            ann.gets("people\t", "joined\tAnn", "joined\tBob");
            bob.gets("people\tAnn", "joined\tBob");
            bob.leave();
            ann.gets("left\tBob");
        }
    }

    @Test
    void whatSomebodySaysReachesEverybodyInTheRoomAndNobodyElse() {
        try (var ann = enter("Ann");
                var bob = enter("Bob");
                var eve = ChatClient.enter(server.port(), "cellar", "Ann")) {
            ann.send("say\thello\tthere");
            bob.gets("people\tAnn", "joined\tBob", "said\tAnn\thello\tthere");
            ann.gets("people\t", "joined\tAnn", "joined\tBob", "said\tAnn\thello\tthere");
            eve.send("say\techo");
            eve.gets("people\t", "joined\tAnn", "said\tAnn\techo");
        }
    }

    @Test
    void theOthersAreToldWhoIsTyping() {
        try (var ann = enter("Ann");
                var bob = enter("Bob")) {
            ann.gets("people\t", "joined\tAnn", "joined\tBob");
            bob.send("typing");
            ann.gets("typing\tBob");
            bob.send("say\tdone");
            bob.gets("people\tAnn", "joined\tBob", "said\tBob\tdone");
        }
    }

    @Test
    void whoComesLateGetsTheLastFiftyLinesInOrder() {
        try (var ann = enter("Ann")) {
            for (int i = 0; i < 60; i++) ann.send("say\tline " + i);
            ann.gets("people\t", "joined\tAnn");
            for (int i = 0; i < 60; i++) ann.gets("said\tAnn\tline " + i);
            try (var late = enter("Late")) {
                for (int i = 10; i < 60; i++) late.gets("said\tAnn\tline " + i);
                late.gets("people\tAnn", "joined\tLate");
            }
        }
    }

    @Test
    void aRoomThatEverybodyHasLeftIsForgotten() {
        try (var ann = enter("Ann")) {
            ann.send("say\tforget me");
            ann.gets("people\t", "joined\tAnn", "said\tAnn\tforget me");
        }
        try (var bob = enter("Bob")) {
            bob.gets("people\t", "joined\tBob");
        }
    }

    @Test
    void aNameIsTakenOnceInARoomAndIsFreeAgainWhenItsOwnerHasLeft() {
        try (var ann = enter("Ann");
                var second = enter("Ann")) {
            second.isClosed(4001, "somebody here has this name already");
            ann.gets("people\t", "joined\tAnn");
        }
        try (var third = enter("Ann")) {
            third.gets("people\t", "joined\tAnn");
        }
    }

    @Test
    void aNameHasLettersAndDigitsOfAnyScriptAndNothingThatCouldBeAnEvent() {
        for (String name : List.of("", "  ", "a\tb", "a\nb", "<b>", "a".repeat(21))) {
            try (var nobody = enter(name)) {
                nobody.isClosed(4000, "a name has up to 20 letters and digits");
            }
        }
        try (var client = enter("J\u00f6rg \u732a 2")) {
            client.gets("people\t", "joined\tJ\u00f6rg \u732a 2");
        }
    }

    @Test
    void aMessageThatIsNoEventEndsTheConnection() {
        try (var ann = enter("Ann")) {
            ann.gets("people\t", "joined\tAnn");
            ann.send("joined\tBob");
            ann.isClosed(4002, "'say', a tab and a text, please");
        }
    }

    @Test
    void aTextOverTheLimitEndsOnlyItsSpeaker() {
        try (var ann = enter("Ann");
                var bob = enter("Bob")) {
            ann.send("say\t" + "x".repeat(17_000));
            bob.gets("people\tAnn", "joined\tBob", "left\tAnn");
            ann.gets("people\t", "joined\tAnn", "joined\tBob");
            ann.isClosed(1009, "a message over 16384 bytes");
        }
    }

    @Test
    void aPageFromElsewhereMayNotConnect() {
        for (String origin :
                List.of("http://evil.example", "null", "http://localhost:1", "http://127.0.0.1")) {
            try (var client = new RawClient(server.port())) {
                assertEquals(403, handshake(client, "Origin: " + origin + "\r\n").status(), origin);
            }
        }
        try (var client = new RawClient(server.port())) {
            String own = "Origin: http://localhost:" + server.port() + "\r\n";
            HttpAnswer answer = handshake(client, own);
            assertEquals(101, answer.status());
            assertEquals(
                    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.headers().get("Sec-WebSocket-Accept"));
        }
    }

    @Test
    void markupIsTextOnItsWayAndThePageMayRunNoScriptButItsOwn() {
        try (var ann = enter("Ann");
                var client = connect()) {
            ann.send("say\t" + MARKUP);
            ann.gets("people\t", "joined\tAnn", "said\tAnn\t" + MARKUP);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            HttpAnswer page = HttpAnswer.read(client);
            assertEquals(
                    "default-src 'self'; img-src data:; frame-ancestors 'none'",
                    page.headers().get("Content-Security-Policy"));
            assertFalse(Pattern.compile("<script>|\\son\\w+=|style=").matcher(page.body()).find());
        }
    }

    @Test
    void aClientOfJavaWebSocketTalksToOneOfTheJdk() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        var uri = URI.create("ws://localhost:" + server.port() + "/chat/lobby?name=Other");
        var other =
                new WebSocketClient(uri) {
                    @Override
                    public void onOpen(ServerHandshake handshake) {
                        send("say\tfrom the other library");
                    }

                    @Override
                    public void onMessage(String message) {
                        heard.add(message);
                    }

                    @Override
                    public void onClose(int code, String reason, boolean remote) {
                        heard.add("closed " + code);
                    }

                    @Override
                    public void onError(Exception failure) {
                        heard.add(failure.toString());
                    }
                };
        try (var ann = enter("Ann")) {
            ann.gets("people\t", "joined\tAnn");
            assertTrue(other.connectBlocking());
            ann.gets("joined\tOther", "said\tOther\tfrom the other library");
            ann.send("say\t" + "\u00e4".repeat(5000));
            await().until(() -> heard.size() == 4);
            other.closeBlocking();
            ann.gets("said\tAnn\t" + "\u00e4".repeat(5000), "left\tOther");
        }
        assertEquals(
                List.of(
                        "people\tAnn",
                        "joined\tOther",
                        "said\tOther\tfrom the other library",
                        "said\tAnn\t" + "\u00e4".repeat(5000),
                        "closed 1000"),
                heard);
    }

    @Test
    void underWaitNobodyMissesAnythingAndEverybodyWaits() {
        List<String> lines = slow("wait");
        assertTrue(lines.get(0).matches("Bob has \\d{1,3}; 64 wait in Sam's queue"), lines.get(0));
        assertEquals("Bob has 1,001; Sam has 1,001, and missed 0", lines.get(1));
    }

    @Test
    void underDropOnlyTheSlowOneMissesSomethingAndIsToldHowMuch() {
        List<String> lines = slow("drop");
        assertEquals("Bob has 1,000; 64 wait in Sam's queue", lines.get(0));
        var end = Pattern.compile("Bob has 1,001; Sam has (\\d{1,3}), and missed (\\d{1,3})");
        var match = end.matcher(lines.get(1));
        assertTrue(match.matches(), lines.get(1));
        assertEquals(1001, Integer.parseInt(match.group(1)) + Integer.parseInt(match.group(2)));
    }

    @Test
    void underDisconnectTheSlowOneIsCutOffAndTheOthersAreTold() {
        List<String> lines = slow("disconnect");
        assertEquals("Bob has 1,000; 64 wait in Sam's queue", lines.get(0));
        String end = "Bob has 1,001; Sam has \\d{1,3}, and his connection is broken";
        assertTrue(lines.get(1).matches(end), lines.get(1));
        try (var sam = new RawClient(server.port())) {
            assertEquals(101, handshake(sam, "").status());
            try (var ann = enter("Ann")) {
                ann.gets("people\tSam", "joined\tAnn");
                ann.sayUntilLeft("Sam");
            }
            assertFalse(sam.readToEnd().isEmpty());
        }
    }

    private static List<String> slow(String policy) {
        try (var script = ScriptProcess.start("tornado_chat", "--slow", "--policy", policy)) {
            assertEquals(0, script.exitCode(), script::toString);
            return script.output();
        }
    }

    @Test
    void saysInOneLineThatThereIsNoSuchPolicy() {
        try (var failing = ScriptProcess.start("tornado_chat", "--policy", "hope")) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().contains("wait, drop, disconnect"));
        }
    }

    @Test
    void whenTheServerStopsTheClientsAreToldSo() {
        try (var ann = enter("Ann")) {
            ann.gets("people\t", "joined\tAnn");
            server.signal("INT");
            ann.isClosed(1001, "");
            assertEquals(130, server.exitCode());
        }
        assertEquals(List.of(), server.errors());
    }

    @Tag(TestRun.SLOW)
    @Test
    void twoPagesOfARealBrowserTalkByKeyboard() {
        try (var ann = Browser.open();
                var bob = Browser.open()) {
            join(ann, "Ann");
            join(bob, "Bob");
            ann.awaitText("#people li:nth-child(2)", "Bob");
            ann.press("hel");
            bob.awaitText("#typing", "Ann is typing");
            ann.press("lo ", MARKUP, Keys.ENTER);
            bob.awaitText("#messages li:last-child", "Ann: hello " + MARKUP);
            assertEquals("", bob.text("#typing"));
            bob.press("hi", Keys.ENTER);
            ann.awaitText("#messages li:last-child", "Bob: hi");
            assertEquals("Chat", bob.script("return document.title"));
            assertEquals(
                    0L,
                    bob.script("return document.querySelectorAll('#messages *:not(li)').length"));
            for (String scheme : List.of("light", "dark")) {
                bob.prefer("prefers-color-scheme", scheme);
                assertEquals(List.of(), bob.weakText(), scheme);
            }
            bob.phone(360);
            assertEquals(true, bob.script("return document.body.scrollWidth <= innerWidth"));
            assertEquals(List.of(), bob.errors());
            ann.go("about:blank");
            bob.awaitText("#messages li:last-child", "Ann has left");
            server.signal("INT");
            bob.awaitText("#status", "Disconnected");
        }
    }

    private void join(Browser browser, String name) {
        browser.go("http://localhost:" + server.port() + "/");
        browser.press(name, Keys.ENTER);
        browser.awaitText("#status", name + " in lobby");
    }

    @Tag(TestRun.SLOW)
    @Test
    void aHundredPeopleHearEverythingInTheSameOrder() {
        List<ChatClient> all = IntStream.range(0, 100).mapToObj(i -> enter("p" + i)).toList();
        all.forEach(client -> client.send("say\thello"));
        List<String> first = all.getFirst().nextSaid(100);
        for (ChatClient client : all) {
            if (client != all.getFirst()) assertEquals(first, client.nextSaid(100));
        }
        all.forEach(ChatClient::close);
    }
}
