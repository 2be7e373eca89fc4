//SOURCES RunTests.java
//SOURCES ScriptProcess.java
package tests;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The comparison with other frameworks: a row for each, and a chart on white and on black. */
class MeasurePeersTest {
    private static final String RATIO = " +[\\d.]+ \\([\\d.]+ to [\\d.]+\\)";
    private static final String ROW = "(.{16}) (.{16})  +[\\d.]+" + RATIO + " +\\d+[ *]" + RATIO;

    @TempDir Path folder;

    public static void main(String... args) {
        RunTests.main(MeasurePeersTest.class);
    }

    @Test
    void comparesEveryPeerQuicklyAndDrawsTheChart() throws Exception {
        try (var script =
                ScriptProcess.start("measure_peers", "--quick", "--out", folder.toString())) {
            assertEquals(0, script.exitCode(Duration.ofMinutes(3)), script.toString());
            List<String> rows = script.output().subList(2, script.output().size() - 3);
            for (String row : rows) assertTrue(row.matches(ROW + " +\\d+"), row);
            for (String name :
                    List.of("caro_pig", "Netty", "Vert.x", "JDK HttpServer", "virtual threads"))
                assertTrue(
                        rows.stream().anyMatch(row -> row.startsWith(name + " ")),
                        script.toString());
        }
        for (String file : List.of("peers", "peers-dark")) {
            String svg = Files.readString(folder.resolve(file + ".svg"));
            assertTrue(svg.contains("<svg") && svg.contains("<path"), file);
            assertTrue(Files.size(folder.resolve(file + ".png")) > 10_000, file);
        }
    }

    @Test
    void onCtrlCItTakesTheServersAlong() {
        try (var script = ScriptProcess.start("measure_peers", "--quick", "--out", "" + folder)) {
            var started = new AtomicReference<List<ProcessHandle>>();
            await().untilAsserted(() -> {
                var children = ProcessHandle.of(script.pid()).orElseThrow().children().toList();
                assertTrue(children.size() >= 2, script.toString());
                started.set(children);
            });
            script.signal("INT");
            script.exitCode();
            await().until(() -> started.get().stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void explainsItselfAndSaysInOneLineWhereItMustBeCalled() throws Exception {
        try (var help = ScriptProcess.start("measure_peers", "--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: measure_peers [--quick]"));
        }
        var command = ScriptProcess.launcher("measure_peers", "--quick");
        try (var elsewhere = new ScriptProcess(command.directory(folder.toFile()))) {
            assertEquals(1, elsewhere.exitCode());
            assertEquals(1, elsewhere.errors().size(), elsewhere.toString());
        }
    }
}
