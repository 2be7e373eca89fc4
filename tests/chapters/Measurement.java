//SOURCES ../shared/ScriptProcess.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import tests.shared.ScriptProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the commands that measure have in common, for their tests. */
final class Measurement {
    /** A measurement takes many times longer while other tests run. */
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    private Measurement() {}

    /** Has the command do its short run, with the charts in this folder; the rows of its table. */
    static List<String> quickRows(String command, Path folder) {
        try (var script = ScriptProcess.start(command, "--quick", "--out", folder.toString())) {
            assertEquals(0, script.exitCode(PATIENCE), script.toString());
            return List.copyOf(script.output().subList(2, script.output().size() - 3));
        }
    }

    /** The chart is there as SVG and PNG, on white and on black. */
    static void assertDrawn(Path folder, String chart) throws IOException {
        for (String file : List.of(chart, chart + "-dark")) {
            String svg = Files.readString(folder.resolve(file + ".svg"));
            assertTrue(svg.contains("<svg") && svg.contains("<path"), file);
            assertTrue(Files.size(folder.resolve(file + ".png")) > 10_000, file);
        }
    }

    /** It has a help text, and outside the checkout one line says where to call it. */
    static void assertExplainsItself(String command, Path elsewhere) {
        try (var help = ScriptProcess.start(command, "--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: " + command + " [--quick]"));
        }
        var launcher = ScriptProcess.launcher(command, "--quick");
        try (var script = new ScriptProcess(launcher.directory(elsewhere.toFile()))) {
            assertEquals(1, script.exitCode());
            assertEquals(1, script.errors().size(), script.toString());
        }
    }
}
