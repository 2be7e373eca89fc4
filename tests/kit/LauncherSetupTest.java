//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java BareMachine.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the launcher gets JBang and a JDK from, on machines with different programs. */
class LauncherSetupTest {
    @TempDir Path folder;
    private BareMachine machine;

    public static void main(String... args) {
        TestRun.main(LauncherSetupTest.class);
    }

    @BeforeEach
    void makeTheMachine() throws IOException {
        machine = new BareMachine(folder);
    }

    @Test
    void usesTheJbangOnPath() throws IOException {
        machine.install("jbang", "echo \"installed jbang:\" \"$@\"; exit 5");
        try (var process = new ScriptProcess(machine.launcher("aio_server", "a b"))) {
            assertEquals(5, process.exitCode());
            assertEquals(List.of("installed jbang: aio_server a b"), process.output());
        }
    }

    @Test
    void doesNotTakeItselfForTheJbangOnPath() throws IOException {
        Path link = folder.resolve("bin/jbang");
        Files.createSymbolicLink(link, Kit.ROOT.resolve("jbang"));
        assertSaysWhatToInstall();
        Files.delete(link); // JUnit warns about a link that leads out of its folder
    }

    @Test
    void saysWhatToInstallWhereNothingCanWork() throws IOException {
        assertSaysWhatToInstall();
    }

    private void assertSaysWhatToInstall() throws IOException {
        try (var process = new ScriptProcess(machine.launcher("aio_server"))) {
            assertEquals(1, process.exitCode());
            assertEquals(1, process.errors().size(), process.toString());
            assertTrue(process.errors().getFirst().contains("install JBang"), process.toString());
        }
    }

    @Test
    void hasJbangsInstallerFetchItsOwnVersionWhereThereIsNeitherJbangNorMaven() throws IOException {
        String version = Kit.read("jbang").replaceAll("(?s).*\nJBANG_VERSION=(\\S+).*", "$1");
        machine.provide("bash");
        machine.install(
                "curl",
                "while [ \"$1\" != -o ]; do shift; done; cat \'" + folder + "/installer\' >\"$2\"");
        Files.writeString(
                folder.resolve("installer"),
                """
                mkdir -p "$HOME/.jbang/bin"
                jbang=$HOME/.jbang/bin/jbang
                printf '#!/bin/sh\\necho "jbang '$JBANG_DOWNLOAD_VERSION':" "$@"\\n' >"$jbang"
                chmod +x "$jbang"
                """);
        machine.provide("chmod");
        try (var process = new ScriptProcess(machine.launcher("aio_server"))) {
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals(List.of("jbang " + version + ": aio_server"), process.output());
        }
    }

    @Test
    void saysWhichJdkIsMissingWhereNoneCanBeFetched() throws IOException {
        machine.install(
                "java",
                "echo 'no network' >&2; exit 1"); // an old Java whose JBang cannot fetch another
        machine.installMaven("mkdir -p \"$jars\"");
        try (var process = new ScriptProcess(machine.launcher("aio_server"))) {
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
        machine.installBrokenMaven();
        try (var process = new ScriptProcess(machine.launcher("aio_server"))) {
            assertEquals(1, process.exitCode());
            assertTrue(
                    process.errors().getLast().startsWith("jbang: Maven could not fetch JBang"),
                    process.toString());
        }
    }
}
