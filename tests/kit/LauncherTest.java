//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The launcher on machines that have this or that: made of folders with only some commands in them.
 */
class LauncherTest {
    private static final List<String> BASICS =
            List.of(
                    "cat",
                    "cksum",
                    "dirname",
                    "env",
                    "ls",
                    "ln",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sh",
                    "sleep",
                    "touch");

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(LauncherTest.class);
    }

    /** A launcher that finds only what is in the folder {@code bin}, and whose HOME is empty. */
    private ProcessBuilder launcher(String... args) throws IOException {
        for (String command : BASICS) provide(command);
        var builder = ScriptProcess.launcher(args);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", folder.resolve("bin").toString());
        environment.put("HOME", Files.createDirectories(folder.resolve("home")).toString());
        environment.put("AIO_JDK_DIRS", "/nowhere");
        builder.command().set(0, which("env").toString());
        return builder;
    }

    private static Path which(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(dir -> Path.of(dir, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + command + " on PATH"));
    }

    private void provide(String command) throws IOException {
        install(command, "exec " + which(command) + " \"$@\"");
    }

    private void install(String command, String script) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(command);
        Files.writeString(file, "#!/bin/sh\n" + script);
        assertTrue(file.toFile().setExecutable(true));
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

    @Tag(TestRun.SLOW)
    @Test
    void eightFirstStartsAtOnceInAnEmptyHomeAllSucceed() throws IOException {
        assumeTrue(Files.exists(which("mvn")), "needs Maven");
        Files.createDirectories(folder.resolve("fresh"));
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

    @Test
    void usesTheJbangOnPath() throws IOException {
        install("jbang", "echo \"installed jbang:\" \"$@\"; exit 5");
        try (var process = new ScriptProcess(launcher("aio_server", "a b"))) {
            assertEquals(5, process.exitCode());
            assertEquals(List.of("installed jbang: aio_server a b"), process.output());
        }
    }

    @Test
    void doesNotTakeItselfForTheJbangOnPath() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("bin/jbang"), Kit.ROOT.resolve("jbang"));
        assertSaysWhatToInstall();
    }

    @Test
    void saysWhatToInstallWhereNothingCanWork() throws IOException {
        assertSaysWhatToInstall();
    }

    private void assertSaysWhatToInstall() throws IOException {
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            assertEquals(1, process.exitCode());
            assertEquals(1, process.errors().size(), process.toString());
            assertTrue(process.errors().getFirst().contains("install JBang"), process.toString());
        }
    }

    @Test
    void runsJbangsInstallerWhereThereIsNeitherJbangNorMaven() throws IOException {
        provide("bash");
        install(
                "curl",
                "while [ \"$1\" != -o ]; do shift; done; cat \'" + folder + "/installer\' >\"$2\"");
        Files.writeString(
                folder.resolve("installer"),
                """
                mkdir -p "$HOME/.jbang/bin"
                printf '#!/bin/sh\\necho "fresh jbang:" "$@"\\n' >"$HOME/.jbang/bin/jbang"
                chmod +x "$HOME/.jbang/bin/jbang"
                """);
        provide("chmod");
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals(List.of("fresh jbang: aio_server"), process.output());
        }
    }

    @Test
    void saysWhichJdkIsMissingWhereNoneCanBeFetched() throws IOException {
        install(
                "java",
                "echo 'no network' >&2; exit 1"); // an old Java whose JBang cannot fetch another
        installMaven("mkdir -p \"$jars\"");
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            assertEquals(1, process.exitCode());
            assertTrue(
                    process.errors()
                            .getLast()
                            .startsWith("jbang: JDK 25 or later is needed, none was found"),
                    process.toString());
        }
    }

    @Test
    void saysThatMavenCouldNotFetchJbang() throws IOException {
        install("java", "exit 1");
        installMaven("exit 1");
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            assertEquals(1, process.exitCode());
            assertTrue(
                    process.errors().getLast().startsWith("jbang: Maven could not fetch JBang"),
                    process.toString());
        }
    }

    @Test
    void stopsTheFirstSetUpOnASignalAndLeavesNeitherProcessNorLock() throws IOException {
        install("java", "exit 1");
        installMaven("echo $$ >'" + folder + "/maven'; exec sleep 600");
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            Path started = folder.resolve("maven");
            await().until(() -> Files.exists(started) && !Files.readString(started).isBlank());
            var maven =
                    ProcessHandle.of(Long.parseLong(Files.readString(started).strip()))
                            .orElseThrow();
            process.signal("INT");
            assertEquals(130, process.exitCode());
            await().until(() -> !maven.isAlive());
            assertFalse(Files.exists(lock(), LinkOption.NOFOLLOW_LINKS));
        }
    }

    @Test
    void takesOverTheLockOfAProcessThatDied() throws Exception {
        install("java", "exit 1");
        installMaven("exit 1");
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(lock().getParent());
        Files.createSymbolicLink(lock(), Path.of(Long.toString(dead.pid())));
        try (var process = new ScriptProcess(launcher("aio_server"))) {
            assertEquals(1, process.exitCode(), process.toString());
            assertTrue(
                    process.errors().getLast().startsWith("jbang: Maven could not fetch JBang"),
                    process.toString());
        }
        assertFalse(Files.exists(lock(), LinkOption.NOFOLLOW_LINKS));
    }

    private void installMaven(String script) throws IOException {
        install(
                "mvn",
                "for a; do case $a in -DoutputDirectory=*) jars=${a#*=};; esac; done\n" + script);
    }

    private Path lock() {
        return folder.resolve("home/.cache/aio-notebooks/lock");
    }
}
