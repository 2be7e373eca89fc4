//SOURCES RunTests.java
//SOURCES ScriptProcess.java
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The measurement of the servers: a row for each, and charts on white and on black. */
class MeasureServersTest {
    private static final List<String> CHARTS =
            List.of(
                    "idle_memory",
                    "idle_processor",
                    "requests",
                    "latency",
                    "request_cost",
                    "first_answer",
                    "slow_client");

    @TempDir Path folder;

    public static void main(String... args) {
        RunTests.main(MeasureServersTest.class);
    }

    @Test
    void measuresEveryServerQuicklyAndDrawsTheCharts() throws Exception {
        try (var script =
                ScriptProcess.start("measure_servers", "--quick", "--out", folder.toString())) {
            assertEquals(0, script.exitCode(Duration.ofMinutes(3)), script.toString());
            List<String> rows = script.output().subList(2, script.output().size() - 3);
            assertEquals(9, rows.size(), script.toString());
            for (String row : rows)
                assertTrue(row.matches("[a-z_]+( +[\\d.]+){5}\\*?( +[\\d.]+){5}"), row);
        }
        for (String chart : CHARTS) {
            for (String file : List.of(chart + ".svg", chart + "-dark.svg")) {
                String svg = Files.readString(folder.resolve(file));
                assertTrue(svg.contains("<svg") && svg.contains("<path"), file);
            }
            for (String file : List.of(chart + ".png", chart + "-dark.png"))
                assertTrue(Files.size(folder.resolve(file)) > 10_000, file);
        }
    }

    @Test
    void explainsItselfAndSaysInOneLineWhereItMustBeCalled() throws Exception {
        try (var help = ScriptProcess.start("measure_servers", "--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: measure_servers [--quick]"));
        }
        var command = ScriptProcess.launcher("measure_servers", "--quick");
        try (var elsewhere = new ScriptProcess(command.directory(folder.toFile()))) {
            assertEquals(1, elsewhere.exitCode());
            assertEquals(1, elsewhere.errors().size(), elsewhere.toString());
        }
    }
}
