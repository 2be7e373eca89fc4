//SOURCES ../shared/Browser.java ../shared/HttpAnswer.java ../shared/RawClient.java
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java WatchedPage.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.Browser;
import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chapter runs, and pages show what it does. */
class WatchTest {
    /** So many that each step, which names them, is some kilobytes long. */
    private static final int IDLE_CLIENTS = 60;

    /** So many that their steps don't fit into the buffers between a page and the server. */
    private static final int CLIENTS = 200;

    public static void main(String... args) {
        TestRun.main(WatchTest.class);
    }

    /** A watched chapter, the port of its page, and its own. */
    private record Watched(ScriptProcess process) implements AutoCloseable {
        static Watched start(String chapter, String... arguments) {
            List<String> all = new ArrayList<>(List.of(chapter));
            all.addAll(List.of(arguments));
            return new Watched(ScriptProcess.startAgain("watch", all));
        }

        static Watched server(String chapter) {
            return start(chapter, "--", "localhost", "0");
        }

        private int port(int line) {
            await().until(() -> process.output().size() > line || !process.isAlive());
            assertTrue(process.output().size() > line, process.toString());
            return Integer.parseInt(process.output().get(line).replaceAll(".*:(\\d+)/?$", "$1"));
        }

        int pagePort() {
            return port(0);
        }

        int chapterPort() {
            return port(1);
        }

        WatchedPage page() {
            return new WatchedPage(pagePort());
        }

        RawClient client() {
            return new RawClient(chapterPort());
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @Test
    void aPageStartsWithTheCodeAndTheStateAndFollowsAClientThatConnectsSendsAndResets() {
        try (var watched = Watched.server("aio_coroutine_server");
                var page = watched.page()) {
            JsonObject first = page.next();
            assertEquals("aio_coroutine_server", first.get("chapter").getAsString());
            assertTrue(
                    Recorded.elements(first, "source")
                            .anyMatch(line -> line.toString().contains("void serverLoop(")));
            assertTrue(first.getAsJsonObject("state").has("actors"));
            try (var client = watched.client()) {
                page.awaitSentence("Task Alice waits for input from Alice at line [0-9]+\\.");
                client.send("hello");
                page.awaitSentence("Input from Alice is there. Task Alice is ready to run\\.");
                JsonObject printed = page.next();
                while (!printed.has("printed")) printed = page.next();
                assertEquals(List.of("hello"), Recorded.texts(printed, "printed"));
                client.reset();
                page.awaitSentence("Task Alice ends\\.");
            }
            try (var _ = watched.client()) {
                page.awaitSentence("Task Bob waits for input from Bob at line [0-9]+\\.");
            }
        }
    }

    @Test
    void aPageThatComesLaterStartsWithTheStateOfThatMoment() {
        try (var watched = Watched.server("aio_coroutine_server");
                var before = watched.page();
                var _ = watched.client()) {
            before.awaitSentence("Task Alice waits for input from Alice at line [0-9]+\\.");
            try (var page = watched.page()) {
                JsonObject state = page.next().getAsJsonObject("state");
                assertTrue(Recorded.is(state, "Alice", "waits"), state.toString());
                assertTrue(Recorded.texts(state, "printed").contains("Got connection from Alice"));
            }
        }
    }

    @Test
    void aPageThatStopsReadingSkipsStepsAndTheOthersGetThemAll() {
        try (var watched = Watched.server("aio_coroutine_server");
                var slow = watched.page();
                var page = watched.page()) {
            List<RawClient> idle = new ArrayList<>();
            for (int i = 0; i < IDLE_CLIENTS; i++) idle.add(watched.client());
            Thread.startVirtualThread(() -> connectAndLeave(watched, CLIENTS));
            for (int ended = 0; ended < CLIENTS; ) {
                JsonObject event = page.next();
                assertFalse(event.has("skipped"), "the page was too slow, too");
                if (event.has("say") && event.get("say").getAsString().endsWith(" ends.")) ended++;
            }
            JsonObject event = slow.next();
            while (!event.has("skipped")) event = slow.next();
            assertTrue(event.get("skipped").getAsLong() > 200, event.toString());
            assertTrue(event.getAsJsonObject("state").has("input"), event.toString());
            idle.forEach(RawClient::close);
        }
    }

    private static void connectAndLeave(Watched watched, int times) {
        for (int i = 0; i < times; i++) {
            try (var client = watched.client()) {
                client.endOutput().readToEnd();
            }
        }
    }

    @Test
    void aThousandConnectionsAreWatchedAndAStepStaysSmall() {
        try (var watched = Watched.server("aio_coroutine_server");
                var page = watched.page()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) clients.add(watched.client());
            clients.getFirst().send("hello from the first");
            int more = 0;
            while (more < 950) {
                JsonObject event = page.next();
                assertTrue(
                        event.toString().length() < 40_000,
                        "characters: " + event.toString().length());
                JsonObject step = event.has("skipped") ? event.getAsJsonObject("state") : event;
                if (!step.has("actors")) continue;
                List<String> names =
                        Recorded.elements(step, "actors")
                                .map(actor -> actor.getAsJsonObject().get("name").getAsString())
                                .toList();
                assertTrue(names.size() <= 51, names.toString());
                String last = names.getLast();
                if (last.endsWith(" more")) more = Integer.parseInt(last.replace(" more", ""));
            }
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void slowLetsEachStepLast() {
        try (var watched =
                        Watched.start(
                                "aio_coroutine_server", "--slow", "150", "--", "localhost", "0");
                var page = watched.page();
                var _ = watched.client()) {
            page.next();
            long before = page.awaitSentence("The loop starts Alice\\.").get("t").getAsLong();
            for (int i = 0; i < 3; i++) {
                long now = page.next().get("t").getAsLong();
                assertTrue(now - before >= 150_000, "a step took " + (now - before) + " us");
                before = now;
            }
        }
    }

    @Test
    void aChapterThatIsNoServerStartsWhenAPageIsOpenAndItsEndIsToldToThePage() {
        try (var watched = Watched.start("aio_towards_asyncio", "--", "timers")) {
            watched.pagePort();
            assertEquals(1, watched.process().output().size());
            try (var page = watched.page()) {
                page.awaitSentence("Task main waits for input from a pipe at line [0-9]+\\.");
                watched.process()
                        .awaitLine("aio_towards_asyncio has ended; Ctrl-C ends watch, too");
                assertTrue(watched.process().output().contains("after 100 ms"));
            }
        }
    }

    @Test
    void ctrlCEndsTheChapterAndThePage() {
        try (var watched = Watched.server("aio_server");
                var page = watched.page();
                var _ = watched.client()) {
            while (!page.next().toString().contains(" (Alice)\"")) {
                // The server hasn't accepted the client yet.
            }
            watched.process().signal("INT");
            assertEquals(130, watched.process().exitCode());
            String last = watched.process().output().getLast();
            assertTrue(last.startsWith("server stopped: 1 clients, "), watched.toString());
        }
    }

    @Test
    void thePageIsServedToThisMachineOnly() throws Exception {
        Optional<Inet4Address> other =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address ->
                                address instanceof Inet4Address && !address.isLoopbackAddress())
                        .map(Inet4Address.class::cast)
                        .findFirst();
        try (var watched = Watched.server("aio_server")) {
            int port = watched.pagePort();
            assertEquals(200, get(port, "/").status());
            assertEquals(200, get(port, "/player.js").status());
            assertEquals(404, get(port, "/..%2fBook.java").status());
            assumeTrue(other.isPresent(), "this machine has no other address");
            assertThrows(IOException.class, () -> new Socket(other.get(), port).close());
        }
    }

    private static HttpAnswer get(int port, String target) {
        try (var client = new RawClient(port)) {
            return HttpAnswer.read(
                    client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
    }

    @Tag(TestRun.SLOW)
    @Test
    void aBrowserShowsWhereAClientsCoroutineStands() {
        try (var browser = Browser.open();
                var watched = Watched.server("aio_coroutine_server")) {
            browser.go("http://localhost:" + watched.pagePort() + "/");
            try (var client = watched.client()) {
                await().until(() -> browser.text(".player").contains("Alice"));
                client.send("hello");
                await().until(() -> browser.text(".player").contains("hello"));
            }
            assertEquals(List.of(), browser.errors());
        }
    }
}
