//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java BareMachine.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What matters at every start: arguments, input, Ctrl-C, names, several starts at once. */
class LauncherTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(LauncherTest.class);
    }

    /** This machine as it is, but with a HOME of its own and without an installed JBang. */
    private ProcessBuilder freshUser(String... args) {
        var builder = ScriptProcess.launcher(args);
        var environment = builder.environment();
        environment.put("HOME", folder.resolve("fresh").toString());
        environment.remove("XDG_CACHE_HOME");
        environment.remove("JBANG_DIR");
        String path = System.getenv("PATH");
        environment.put(
                "PATH",
                String.join(
                        ":",
                        Stream.of(path.split(":"))
                                .filter(dir -> !Files.exists(Path.of(dir, "jbang")))
                                .toList()));
        return builder;
    }

    private Path script(String text) throws IOException {
        return Files.writeString(folder.resolve("script.java"), "//JAVA 25+\n" + text);
    }

    @Tag(TestRun.LONG)
    @Test
    void eightFirstStartsAtOnceInAnEmptyHomeAllSucceed() throws IOException {
        assumeTrue(Files.exists(BareMachine.which("mvn")), "needs Maven");
        // Maven's repository is the developer's: nothing is fetched a second time.
        Path settings = folder.resolve("fresh/.m2/settings.xml");
        Files.createDirectories(settings.getParent());
        Files.writeString(
                settings,
                "<settings><localRepository>%s/.m2/repository</localRepository></settings>"
                        .formatted(System.getProperty("user.home")));
        List<ScriptProcess> starts =
                IntStream.range(0, 8)
                        .mapToObj(_ -> new ScriptProcess(freshUser("aio_server", "--help")))
                        .toList();
        for (ScriptProcess start : starts) {
            assertEquals(0, start.exitCode(), start.toString());
            assertTrue(start.output().getFirst().startsWith("usage: aio_server"), start.toString());
        }
        assertTrue(
                starts.stream()
                        .anyMatch(start -> start.errors().toString().contains("fetching JBang")),
                "nobody saw the progress of the first start");
        try (var later = new ScriptProcess(freshUser("aio_server", "--help"))) {
            assertEquals(0, later.exitCode());
            assertEquals(List.of(), later.errors(), "a later start is silent");
        }
    }

    @Test
    void passesArgumentsAndTheExitCodeThrough() throws IOException {
        String script =
                script(
                                "void main(String... args) { for (var a : args) IO.println(a);"
                                        + " System.exit(7); }")
                        .toString();
        String[] odd = {
            "with spaces", "it's", "$HOME", "*", "\"quoted\"", "back\\slash", "--help", "中"
        };
        var args = Stream.concat(Stream.of(script), Stream.of(odd)).toArray(String[]::new);
        try (var process = ScriptProcess.start(args)) {
            assertEquals(7, process.exitCode());
            assertEquals(List.of(odd), process.output());
        }
    }

    @Test
    void passesStandardInputThrough() throws IOException {
        String script = script("void main() { IO.println(\"got \" + IO.readln()); }").toString();
        Path input = Files.writeString(folder.resolve("input"), "a line\n");
        try (var process =
                new ScriptProcess(ScriptProcess.launcher(script).redirectInput(input.toFile()))) {
            assertEquals(0, process.exitCode());
            assertEquals(List.of("got a line"), process.output());
        }
    }

    @Test
    void endsWithTheScriptOnCtrlCAndLeavesNothingRunning() throws IOException {
        String script =
                script(
                                "void main() throws Exception { IO.println(\"up\");"
                                        + " Thread.currentThread().join(); }")
                        .toString();
        try (var process = ScriptProcess.start(script)) {
            process.awaitLine("up");
            var handle = ProcessHandle.of(process.pid()).orElseThrow();
            assertEquals(0, handle.children().count(), "the script takes the launcher's place");
            process.signal("INT");
            assertEquals(130, process.exitCode());
            assertFalse(handle.isAlive());
        }
    }

    @Test
    void knowsTheChaptersFromAnyFolder() {
        try (var process =
                new ScriptProcess(
                        ScriptProcess.launcher("aio_server", "--help")
                                .directory(folder.toFile()))) {
            assertEquals(0, process.exitCode(), process.toString());
            assertTrue(
                    process.output().getFirst().startsWith("usage: aio_server"),
                    process.toString());
        }
    }

    @Test
    void takesANameForTheChapterEvenWhereAFolderHasIt() throws IOException {
        Files.createDirectory(folder.resolve("aio_server"));
        Files.writeString(folder.resolve("jbang-catalog.json"), "{}");
        try (var process =
                new ScriptProcess(
                        ScriptProcess.launcher("aio_server", "--help")
                                .directory(folder.toFile()))) {
            assertEquals(0, process.exitCode(), process.toString());
        }
    }

    @Test
    void reportsAScriptThatDoesNotExist() {
        try (var process = ScriptProcess.start("no_such_chapter")) {
            assertEquals(2, process.exitCode());
            assertEquals(List.of(), process.output());
        }
    }
}
