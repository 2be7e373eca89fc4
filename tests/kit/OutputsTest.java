//SOURCES ../../lib/kit/Checkout.java ../../lib/kit/console/ConsoleBlock.java
//SOURCES ../../lib/kit/console/ConsoleSession.java ../../lib/kit/console/ConsoleText.java
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kit.console.ConsoleText;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The commands in the README and the chapters print what these show. */
class OutputsTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(OutputsTest.class);
    }

    static Stream<String> texts() {
        return Stream.concat(
                Stream.of("README.md"),
                Kit.chapters().stream().map(name -> "notebooks/" + name + ".java"));
    }

    @Tag(TestRun.SLOW)
    @ParameterizedTest
    @MethodSource("texts")
    void everyCommandPrintsWhatTheTextShows(String file) throws Exception {
        var text = ConsoleText.of(Kit.ROOT.resolve(file));
        assertEquals("", String.join("\n", text.check(ScriptProcess.PATIENCE)));
        assumeTrue(text.skipped().isEmpty(), () -> String.join("; ", text.skipped()));
    }

    private Path page(String blocks) throws IOException {
        return Files.writeString(folder.resolve("page.md"), blocks.replace("'''", "```"));
    }

    private List<String> check(String blocks) {
        try {
            return ConsoleText.of(page(blocks)).check(ScriptProcess.PATIENCE);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$ echo a/a",
        "$ echo a; echo b/a/b",
        "$ echo 12 ms/[...] ms",
        "$ seq 9/1/[...]/8/9",
        "$ seq 9/[...]",
        "$ true/[...]",
        "$ true",
        "$ echo a/a/$ echo b/b",
        "$ echo wrong >&2; exit 3/wrong",
    })
    void aBlockThatIsTrueIsAccepted(String block) throws Exception {
        assertEquals(List.of(), check("'''console\n" + block.replace('/', '\n') + "\n'''\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "$ echo a/b",
        "$ echo a",
        "$ true/a",
        "$ seq 9/1/[...]/8",
        "$ echo 12 ms/[...] s",
        "$ echo a/a/$ echo b/c",
        "a",
    })
    void aBlockThatLiesIsNot(String block) throws Exception {
        assertEquals(1, check("'''console\n" + block.replace('/', '\n') + "\n'''\n").size());
    }

    @Test
    void theDifferenceCanBeRead() throws Exception {
        assertEquals(
                List.of(
                        """
                        page.md:4: it printed something else
                            $ echo the truth
                          - a lie
                          + the truth
                        """),
                check("Prose.\n\n'''console\n$ echo the truth\na lie\n'''\n"));
    }

    @Test
    void aTerminalWithANameGoesOnInALaterBlockUntilCtrlC() throws Exception {
        String server = "trap 'echo bye; exit' INT; echo on; while sleep 0.05; do :; done";
        assertEquals(
                List.of(),
                check(
                        "'''console server\n$ "
                                + server
                                + "\non\n'''\n'''console\n$ echo meanwhile\nmeanwhile\n'''\n"
                                + "'''console server\n^Cbye\n'''\n"));
    }

    /** A program that takes the port of the command before the server starts does no harm. */
    @Tag(TestRun.SLOW)
    @Test
    void aServerListensOnAPortThatNobodyCouldTakeBefore() throws Exception {
        Path go = folder.resolve("go");
        String blocks =
                """
                '''console server
                $ until [ -e %s ]; do sleep 0.05; done; ./jbang nio_server
                server started on localhost:8888
                '''
                '''console
                $ ./jbang nio_client
                client sent its data
                $ ./jbang nio_server
                port 8888 is in use on localhost: [...]
                $ ./jbang nio_client localhost 8889
                nobody listens on localhost:8889: [...]
                '''
                """;
        var complaints = CompletableFuture.supplyAsync(() -> check(blocks.formatted(go)));
        try (var _ = takePortOf(go)) {
            Files.createFile(go);
            assertEquals(List.of(), complaints.get());
        }
    }

    /** Waits for the command with this text, and listens on the port that it names. */
    private static ServerSocket takePortOf(Path text) throws IOException {
        String command = await().until(() -> commandWith(text), Objects::nonNull);
        String port = command.replaceAll("(?s).*nio_server localhost (\\d+).*", "$1");
        return new ServerSocket(Integer.parseInt(port), 1, InetAddress.getByName("localhost"));
    }

    private static String commandWith(Path text) {
        return ProcessHandle.current()
                .descendants()
                .flatMap(process -> Stream.of(process.info().arguments().orElse(new String[0])))
                .filter(argument -> argument.contains(text.toString()))
                .findFirst()
                .orElse(null);
    }

    @Test
    void whatShouldKeepRunningMustAndWhatShouldEndMust() throws Exception {
        String later = "'''console\n$ sleep 1\n'''\n";
        assertEquals(
                List.of("page.md:2: it should still run, and has ended"),
                check("'''console server\n$ echo on\non\n'''\n" + later).stream()
                        .map(complaint -> complaint.lines().findFirst().orElseThrow())
                        .toList());
        var endless = ConsoleText.of(page("'''console\n$ echo on; sleep 60\non\n'''\n"));
        assertTrue(endless.check(SHORT).getFirst().contains("page.md:2: it does not end"));
    }

    @Test
    void aBlockWhoseToolIsMissingIsSkippedWithTheBlocksThatContinueIt() throws Exception {
        String blocks =
                """
                '''console server
                $ echo wrong; strace -c true
                on
                '''
                '''console
                $ echo straced
                straced
                '''
                '''console server
                ^Cbye
                '''
                '''console server
                $ echo a lie
                the truth
                '''
                """;
        var without = ConsoleText.of(page(blocks), tool -> !tool.equals("strace"));
        assertEquals(
                List.of(
                        "page.md:1: skipped, because strace is not installed",
                        "page.md:9: skipped, because strace is not installed"),
                without.skipped());
        assertEquals(
                List.of("page.md:13: it printed something else"),
                without.check(ScriptProcess.PATIENCE).stream()
                        .map(complaint -> complaint.lines().findFirst().orElseThrow())
                        .toList());
        assertEquals(List.of(), ConsoleText.of(page(blocks), _ -> true).skipped());
    }

    @Test
    void theCommandRewritesWhatIsWrongAndKeepsWhatIsTrue() throws Exception {
        Path page =
                page(
                        "'''console\n"
                                + "$ seq 3\n"
                                + "1\n"
                                + "[...]\n"
                                + "$ echo the truth\n"
                                + "a lie\n"
                                + "'''\n"
                                + "'''console a\n"
                                + "$ sleep 60\n"
                                + "^C\n"
                                + "'''\n");
        try (var outputs = ScriptProcess.start("outputs", "--write", page.toString())) {
            assertEquals(0, outputs.exitCode(), outputs.toString());
        }
        assertEquals(
                "```console\n$ seq 3\n1\n[...]\n$ echo the truth\nthe truth\n```\n```console a\n"
                        + "$ sleep 60\n^C\n```\n",
                Files.readString(page));
    }

    @Test
    void theCommandFailsOnALie() throws Exception {
        Path page = page("'''console\n$ echo the truth\na lie\n'''\n");
        try (var outputs = ScriptProcess.start("outputs", page.toString())) {
            assertEquals(1, outputs.exitCode());
            assertTrue(outputs.output().contains("  + the truth"), outputs.toString());
        }
        try (var outputs = ScriptProcess.start("outputs", "no_such_chapter")) {
            assertEquals(1, outputs.exitCode());
            assertEquals(
                    List.of("outputs: there is no chapter and no file 'no_such_chapter'"),
                    outputs.errors());
        }
    }
}
