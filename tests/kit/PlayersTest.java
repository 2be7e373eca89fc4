//SOURCES ../../lib/kit/notebook/PlayerBlock.java ../shared/Kit.java ../shared/TestRun.java
//SOURCES Recorded.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import kit.notebook.Notebook;
import kit.notebook.PlayerBlock;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The chapters' players show what the text around them says. */
@Tag(TestRun.SLOW)
class PlayersTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(PlayersTest.class);
    }

    /** Records a player block, and checks what all recordings have in common. */
    private Recorded recorded(String chapter, int block) throws IOException {
        Path file = folder.resolve(chapter + ".json");
        var recorded = Recorded.by(file, chapter, "--scenario", "" + block);
        int steps = recorded.states().size();
        assertTrue(steps >= 20 && steps < 300, chapter + " has " + steps + " steps");
        assertFalse(recorded.recording().toString().contains("127.0.0.1"));
        Set<JsonElement> lines =
                Recorded.elements(recorded.recording(), "source")
                        .map(line -> line.getAsJsonObject().get("line"))
                        .collect(Collectors.toSet());
        for (JsonObject state : recorded.states()) {
            assertTrue(
                    state.get("say").getAsString().matches(".+[.)]|.*fails: .+"), state.toString());
            Recorded.elements(state, "actors")
                    .map(actor -> actor.getAsJsonObject().get("line"))
                    .filter(line -> !line.isJsonNull())
                    .forEach(line -> assertTrue(lines.contains(line), line.toString()));
        }
        return recorded;
    }

    private static void assertSome(Recorded recorded, Predicate<JsonObject> expected) {
        assertTrue(
                recorded.states().stream().anyMatch(expected),
                () -> String.join("\n", recorded.sentences()));
    }

    private static void assertStands(Recorded recorded, String actor, String does, String line) {
        assertSome(
                recorded,
                state ->
                        Recorded.is(state, actor, does)
                                && recorded.lineOf(state, actor).contains(line));
    }

    @Test
    void theOnesInTheChaptersAreThoseThatAreTestedHere() {
        assertEquals(
                List.of(
                        "aio_callback_server 2",
                        "aio_coroutine_client 1",
                        "aio_coroutine_server 1",
                        "aio_future_server 1",
                        "aio_server 1",
                        "aio_towards_asyncio 1",
                        "caro_pig 1",
                        "event_loop 1",
                        "nio_server 1",
                        "tornado_future 1"),
                Kit.chapters().stream()
                        .map(name -> name + " " + blocks(name))
                        .filter(name -> !name.endsWith(" 0"))
                        .toList());
    }

    private static int blocks(String chapter) {
        return PlayerBlock.in(Notebook.parse(Kit.read("notebooks/" + chapter + ".java"))).size();
    }

    @Test
    void nioServerRunsAllTheTimeAndReadsFromAliceInVain() throws Exception {
        var recorded = recorded("nio_server", 1);
        assertTrue(recorded.sentences().stream().anyMatch(say -> say.contains("steps like these")));
        assertStands(recorded, "server", "runs", "if (n == 0) return true;");
        assertFalse(
                recorded.sentences().stream()
                        .anyMatch(say -> say.startsWith("Thread server waits")));
    }

    @Test
    void aioServerSleepsInSelectAndTheCallbackOfAClientWaitsAtItsFirstLine() throws Exception {
        var recorded = recorded("aio_server", 1);
        assertStands(recorded, "server", "waits", "selector.select(call, pause);");
        assertStands(recorded, "handleConn (Alice)", "waits", "int n = conn.read(");
        assertStands(recorded, "handleConn (Bob)", "runs", "IO.println(received)");
    }

    @Test
    void aioCallbackServerHasOneCallbackInItsQueueAfterEach() throws Exception {
        var recorded = recorded("aio_callback_server", 1);
        for (String name : List.of("accept", "connect", "write", "success"))
            assertSome(recorded, state -> Recorded.texts(state, "ready").equals(List.of(name)));
    }

    @Test
    void aioCallbackServerWaitsInTheLastCallbackOfAConversation() throws Exception {
        var recorded = recorded("aio_callback_server", 2);
        assertStands(recorded, "success (Alice)", "waits", "IO.println(\"Success ...\");");
        assertStands(recorded, "success (Bob)", "waits", "IO.println(\"Success ...\");");
        assertStands(recorded, "server", "waits", "reactor.run();");
    }

    @Test
    void aioFutureServerComesBackIntoAConversationByCallbackFutureTaskAndCoroutine()
            throws Exception {
        var recorded = recorded("aio_future_server", 1);
        assertStands(
                recorded, "Alice", "waits", "await(ready(reactor, conn, SelectionKey.OP_READ));");
        List<String> lines = recorded.lines("ready (Alice)");
        int at = lines.indexOf("future.setResult(conn);");
        assertTrue(at >= 0, lines.toString());
        assertTrue(
                lines.subList(at, lines.size()).stream()
                        .anyMatch(line -> line.contains("_ -> step()")));
        assertTrue(lines.contains("Object yielded = coroutine.send(null);"), lines.toString());
    }

    @Test
    void eventLoopQueuesAStepOfACoroutineWhoseChannelIsReady() throws Exception {
        var recorded = recorded("event_loop", 1);
        assertSome(recorded, state -> Recorded.texts(state, "ready").equals(List.of("Bob")));
        assertStands(recorded, "Alice", "waits", "data = await(new ReadEvent(conn));");
        assertStands(recorded, "serverLoop", "waits", "SocketChannel conn = await(accept);");
    }

    @Test
    void aioCoroutineServerHasACoroutineForEachClientAndOneThatAccepts() throws Exception {
        var recorded = recorded("aio_coroutine_server", 1);
        assertStands(recorded, "Bob", "waits", "data = await(new ReadEvent(conn))");
        assertSome(
                recorded,
                state -> Recorded.texts(state, "input").contains("server: a new connection"));
    }

    @Test
    void aioCoroutineClientSleepsInAllItsCoroutinesAndInItsLoop() throws Exception {
        var recorded = recorded("aio_coroutine_client", 1);
        assertSome(
                recorded,
                state ->
                        List.of("client 1", "client 2", "client 3").stream()
                                        .allMatch(name ->
                                                recorded.lineOf(state, name)
                                                        .equals("await(new SleepEvent(pause));"))
                                && Recorded.is(state, "event loop", "waits"));
    }

    @Test
    void aioTowardsAsyncioCancelsTheThirdClientWhenTheSecondHasFailed() throws Exception {
        var sentences = recorded("aio_towards_asyncio", 1).sentences();
        int failed = sentences.indexOf("Task client 2 fails: java.io.IOException: reset");
        assertTrue(failed >= 0, sentences.toString());
        assertTrue(sentences.indexOf("Task client 3 is cancelled.") > failed, sentences.toString());
        assertTrue(sentences.lastIndexOf("Task client 3 ends.") > failed, sentences.toString());
    }

    @Test
    void tornadoFutureResumesTheHandlerOnTheLoopWhenAThreadHasCompletedTheFuture()
            throws Exception {
        var recorded = recorded("tornado_future", 1);
        // A client gets its name when somebody waits for it; Alice's request may come too soon for
        // that.
        assertSome(
                recorded,
                state ->
                        recorded.lineOf(state, "pool-1-thread-1").equals("Thread.sleep(time);")
                                && Recorded.is(state, "pool-1-thread-1", "waits")
                                && Stream.of("http connection (Alice)", "http connection")
                                        .anyMatch(task ->
                                                Recorded.is(state, task, "waits")
                                                        && Recorded.texts(state, "futures")
                                                                .contains(task + ": a future")));
        assertStands(recorded, "pool-1-thread-1", "runs", "future.setResult(123);");
        assertTrue(recorded.sentences().contains("The loop resumes http connection (Alice)."));
    }

    @Test
    void caroPigWaitsForAFutureAnswerInOneTaskAndForTheUpstreamInAnother() throws Exception {
        var recorded = recorded("caro_pig", 1);
        assertSome(
                recorded,
                state ->
                        Recorded.texts(state, "futures").stream()
                                        .anyMatch(wait -> wait.endsWith("(Alice): FutureAnswer"))
                                && Recorded.texts(state, "input").stream()
                                        .anyMatch(wait -> wait.endsWith(": another server")));
    }
}
