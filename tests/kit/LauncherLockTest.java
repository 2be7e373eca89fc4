//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java BareMachine.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Only one launcher runs JBang at a time, even if an earlier one was killed. Each of these
 * launchers holds the lock while a fake Maven of the test runs, and fails with it.
 */
class LauncherLockTest {
    @TempDir Path folder;
    private BareMachine machine;

    public static void main(String... args) {
        TestRun.main(LauncherLockTest.class);
    }

    @BeforeEach
    void makeTheMachine() throws IOException {
        machine = new BareMachine(folder);
        machine.installBrokenMaven();
    }

    private Path lock() throws IOException {
        return machine.cache().resolve("lock");
    }

    /** Asserts that this launcher got the lock, and that no lock is left. */
    private void assertGetsTheLock(ProcessBuilder launcher) throws IOException {
        try (var process = new ScriptProcess(launcher)) {
            assertEquals(1, process.exitCode(), process.toString());
            assertTrue(
                    process.errors().getLast().startsWith("jbang: Maven could not fetch JBang"),
                    process.toString());
        }
        try (Stream<Path> files = Files.list(machine.cache())) {
            assertEquals(
                    List.of("setup.log"),
                    files.map(file -> file.getFileName().toString())
                            .filter(name ->
                                    !name.startsWith("lock.")) // no launcher waits for those
                            .toList());
        }
    }

    @Test
    void takesOverTheLockOfAProcessThatDied() throws Exception {
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createSymbolicLink(lock(), Path.of(Long.toString(dead.pid())));
        assertGetsTheLock(machine.launcher("aio_server"));
    }

    @Test
    void takesOverALockThatHoldsItsOwnNumber() throws IOException {
        assertGetsTheLock(machine.launcherAfter("ln -s $$ '" + lock() + "'", "aio_server"));
    }

    @Test
    void takesOverALockThatHoldsTheNumberOfALaterProcess() throws Exception {
        String number = Long.toString(ProcessHandle.current().pid());
        Files.createSymbolicLink(lock(), Path.of(number + ".1"));
        assertGetsTheLock(machine.launcher("aio_server"));
    }

    @Test
    void takesOverTheLockOfAKilledLauncherThatNobodyWaitedFor() throws IOException {
        Path number = folder.resolve("number");
        machine.installMaven("echo $PPID >'" + number + "'; exec sleep 600");
        var parent =
                new ScriptProcess(
                        machine.launcherAfter("\"$0\" aio_server & exec sleep 600", "unused"));
        try (parent) {
            await().until(() -> Files.exists(number) && !Files.readString(number).isBlank());
            ScriptProcess.signal("KILL", Long.parseLong(Files.readString(number).strip()));
            machine.installBrokenMaven();
            assertGetsTheLock(machine.launcher("aio_server"));
        }
    }

    @Test
    void getsOverAnotherThatWasKilledAtAnyStepOfTakingOver() throws IOException {
        Path steps = folder.resolve("steps");
        for (String command : List.of("ln", "readlink", "rm", "mkdir")) {
            machine.install(
                    command,
                    """
                    if [ -n "${KILL_AT:-}" ]; then
                        echo step >>'%s'
                        n=0; while read -r _; do n=$((n + 1)); done <'%s'
                        [ "$n" -ne "$KILL_AT" ] || kill -KILL "$PPID"
                    fi
                    exec %s "$@"
                    """
                            .formatted(steps, steps, BareMachine.which(command)));
        }
        int killed = 0;
        for (int step = 1; step <= 12; step++) {
            Files.deleteIfExists(lock());
            Files.createSymbolicLink(lock(), Path.of("999999999.1"));
            Files.deleteIfExists(steps);
            var launcher = machine.launcher("aio_server");
            launcher.environment().put("KILL_AT", Integer.toString(step));
            try (var process = new ScriptProcess(launcher)) {
                if (process.exitCode() == 128 + 9) killed++;
            }
            assertGetsTheLock(machine.launcher("aio_server"));
        }
        assertTrue(killed > 4, "only " + killed + " were killed");
    }

    @Test
    void letsOnlyOneOfManyTakeOver() throws IOException {
        Path trace = folder.resolve("trace");
        machine.provide("rmdir");
        machine.installMaven(
                "mkdir '%s/busy' || echo together >>'%s'\nsleep 0.02\nrmdir '%s/busy'\nexit 1"
                        .formatted(folder, trace, folder));
        Files.createSymbolicLink(lock(), Path.of("999999999.1"));
        List<ScriptProcess> launchers =
                IntStream.range(0, 12)
                        .mapToObj(_ -> new ScriptProcess(machine.launcher("aio_server")))
                        .toList();
        for (ScriptProcess launcher : launchers) launcher.exitCode();
        assertFalse(Files.exists(trace), "two held the lock at the same time");
        assertFalse(Files.exists(lock(), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void deletesNothingOfOthersWhoseNameEndsInItsNumber() throws IOException {
        Path jars = machine.cache().resolve("jbang-1.2-gson-2.15");
        try (var process =
                new ScriptProcess(machine.launcherAfter("echo >'" + jars + "'.$$", "aio_server"))) {
            assertEquals(1, process.exitCode());
            assertTrue(Files.exists(Path.of(jars + "." + process.pid())));
        }
    }

    @Test
    void stopsTheFirstSetUpOnASignalAndLeavesNeitherProcessNorLock() throws IOException {
        Path started = folder.resolve("maven");
        machine.installMaven("echo $$ >'" + started + "'; exec sleep 600");
        try (var process = new ScriptProcess(machine.launcher("aio_server"))) {
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
}
