//SOURCES ../shared/HttpAnswer.java ../shared/Kit.java ServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.HttpAnswer;
import tests.shared.Kit;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The server with several loops on one port. */
@Tag(TestRun.SLOW)
class ManyLoopsTest extends ServerContract {
    public static void main(String... args) {
        TestRun.main(ManyLoopsTest.class);
    }

    @Override
    String script() {
        return "many_loops";
    }

    @Override
    String[] options() {
        return new String[] {"--loops", "2"};
    }

    @Override
    void assertServed(RawClient client, String text) {
        client.send("GET /loop HTTP/1.1\r\nHost: a\r\nX-Text: " + text + "\r\n\r\n");
        assertTrue(HttpAnswer.read(client).body().matches("loop [12]\n"));
        assertEquals("", client.readToEnd());
    }

    private static String ask(RawClient client, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        return HttpAnswer.read(client.send(request)).body();
    }

    private static String loopOf(ScriptProcess server) {
        try (var client = new RawClient(server.port())) {
            return ask(client, "/loop").strip();
        }
    }

    @Test
    void theKernelSpreadsConnectionsOverTheLoops() {
        Set<String> loops = new TreeSet<>();
        for (int i = 0; i < 100; i++) loops.add(loopOf(server));
        assertEquals(Set.of("loop 1", "loop 2"), loops);
    }

    @Test
    void aConnectionStaysWithItsLoop() {
        try (var client = connect()) {
            String first = ask(client, "/wait");
            for (int i = 0; i < 3; i++) assertEquals(first, ask(client, "/wait"));
        }
    }

    @Test
    void oneLoopThatAcceptsForAllGivesEachItsTurn() {
        try (var turns = ScriptProcess.startServer("many_loops", "--loops", "3", "--hand-over")) {
            List<String> loops = new ArrayList<>();
            for (int i = 0; i < 6; i++) loops.add(loopOf(turns));
            int first = Integer.parseInt(loops.getFirst().substring(5));
            for (int i = 0; i < 6; i++)
                assertEquals("loop " + ((first - 1 + i) % 3 + 1), loops.get(i));
        }
    }

    @Test
    void countsTheAnswersOfAllLoops() {
        try (var other = ScriptProcess.startServer("many_loops", "--loops", "2")) {
            for (int i = 0; i < 50; i++) loopOf(other);
            try (var client = new RawClient(other.port())) {
                assertEquals("50 answers before this one\n", ask(client, "/count"));
                assertEquals("51 answers before this one\n", ask(client, "/count"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--loops=2", "--hand-over"})
    void ctrlCWaitsForTheAnswersOfAllLoops(String option) {
        try (var other = ScriptProcess.startServer("many_loops", "--loops", "2", option)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) clients.add(new RawClient(other.port()));
            for (var client : clients) assertEquals("ok", ask(client, "/index"));
            for (var client : clients) client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            other.signal("INT");
            for (var client : clients) {
                assertTrue(HttpAnswer.read(client).body().endsWith("waited\n"));
                assertEquals("", client.readToEnd());
                client.close();
            }
            assertEquals(130, other.exitCode());
            String last = other.output().getLast();
            assertTrue(last.matches("server stopped: 20 clients: \\d+ on loop 1, .*"), last);
            assertEquals(List.of(), other.errors());
        }
    }

    @Test
    void aPortThatIsSharedAlreadyIsInUse() {
        String port = Integer.toString(server.port());
        try (var second = ScriptProcess.startAgain("many_loops", List.of("localhost", port))) {
            assertEquals(1, second.exitCode());
            assertEquals(1, second.errors().size());
            assertTrue(second.errors().getFirst().startsWith("port " + port + " is in use"));
        }
    }

    @Test
    void everyWayToCountButTheFieldIsExact() {
        try (var counters = ScriptProcess.startAgain("many_loops", List.of("--counters"))) {
            assertEquals(0, counters.exitCode(), counters.toString());
            List<String> ways =
                    counters.output().stream()
                            .map(line -> line.replaceAll(" +[0-9.]+ ns", " [...] ns"))
                            .toList();
            List<String> shown = Kit.shown("many_loops", "./jbang many_loops --counters");
            assertEquals(shown.subList(1, 5), ways.subList(1, 5));
            assertTrue(ways.getFirst().startsWith("a volatile field"));
        }
    }
}
