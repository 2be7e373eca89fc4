//SOURCES ../../lib/measure/Wrk.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import measure.Wrk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether wrk is installed, on machines that have it and on machines that do not. */
class WrkTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(WrkTest.class);
    }

    /** Asks another JVM, because a JVM looks for programs on the PATH that it was started with. */
    static final class Probe {
        private Probe() {}

        public static void main(String... args) {
            IO.println(Wrk.isInstalled());
        }
    }

    private void install(String program, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(program), "#!/bin/sh\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private void assertInstalled(String expected) {
        var probe = ScriptProcess.java(Probe.class);
        probe.environment().put("PATH", folder.toString());
        try (var process = new ScriptProcess(probe)) {
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals(List.of(expected), process.output());
        }
    }

    @Test
    void isNotInstalledWhereOnlyTasksetIsThere() throws IOException {
        install("taskset", "exec /usr/bin/taskset \"$@\"");
        assertInstalled("false");
    }

    @Test
    void isInstalledWhereItTellsItsVersionAlthoughItFails() throws IOException {
        install("wrk", "echo 'wrk 4.1.0 [epoll]'; exit 1");
        assertInstalled("true");
    }
}
