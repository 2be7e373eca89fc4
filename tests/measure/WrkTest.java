//SOURCES ../../lib/measure/Wrk.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import measure.Wrk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether wrk is there, on machines that have it and on machines that do not. */
class WrkTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(WrkTest.class);
    }

    /**
     * What another JVM says, since a JVM looks for programs on the PATH that it was started with.
     */
    static final class Probe {
        private Probe() {}

        public static void main(String... args) {
            IO.println(Wrk.isInstalled());
        }
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
        Path taskset = Path.of("/usr/bin/taskset");
        if (Files.exists(taskset)) Files.createSymbolicLink(folder.resolve("taskset"), taskset);
        assertInstalled("false");
    }

    @Test
    void isInstalledWhereItTellsItsVersionAlthoughItFails() throws IOException {
        Path wrk = folder.resolve("wrk");
        Files.writeString(wrk, "#!/bin/sh\necho 'wrk 4.1.0 [epoll]'\nexit 1\n");
        wrk.toFile().setExecutable(true);
        assertInstalled("true");
    }
}
