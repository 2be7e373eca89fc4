//SOURCES Measurement.java ../shared/Kit.java ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The comparison with other frameworks: the page's charts, with a row for each. */
@Tag(TestRun.SLOW)
@Timeout(600)
class MeasurePeersTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(MeasurePeersTest.class);
    }

    /** Compares with the chapter, whose machine has wrk, io_uring, Python and Tornado. */
    @Tag(TestRun.LONG)
    @Test
    void comparesEveryPeerOfThePageQuickly() {
        Kit.assumeOnPath("wrk");
        assertEquals(4, Measurement.quickCharts("measure_peers").size());
    }

    @Test
    void onCtrlCItTakesTheServersAlong() {
        try (var script = ScriptProcess.start("measure_peers", "--quick")) {
            var started = new AtomicReference<List<ProcessHandle>>();
            await().untilAsserted(() -> {
                var children = ProcessHandle.of(script.pid()).orElseThrow().children().toList();
                assertTrue(children.size() >= 2, script.toString());
                started.set(children);
            });
            script.signal("INT");
            script.exitCode();
            await().until(() -> started.get().stream().noneMatch(MeasurePeersTest::runs));
        }
    }

    /**
     * A process that has ended stays in the process table until its parent waits for it. In a
     * container the parent of an orphan may be this test. Such a process has no command.
     */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    @Test
    void explainsItselfAndSaysInOneLineWhereItMustBeCalled() {
        Measurement.assertExplainsItself("measure_peers", folder);
    }
}
