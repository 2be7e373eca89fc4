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

/** What the tests of the measuring commands have in common. */
final class Measurement {
    /** A measurement takes many times longer while other tests run. */
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    private Measurement() {}

    /** Makes the short run, with the charts in this folder, and returns the rows of its table. */
    static List<String> quickRows(String command, Path folder) {
        try (var script = ScriptProcess.start(command, "--quick", "--out", folder.toString())) {
            assertEquals(0, script.exitCode(PATIENCE), script.toString());
            return List.copyOf(script.output().subList(2, script.output().size() - 3));
        }
    }

    /** Asserts that the chart exists as SVG and PNG, on white and on black. */
    static void assertDrawn(Path folder, String chart) throws IOException {
        for (String file : List.of(chart, chart + "-dark")) {
            String svg = Files.readString(folder.resolve(file + ".svg"));
            assertTrue(svg.contains("<svg") && svg.contains("<path"), file);
            assertTrue(Files.size(folder.resolve(file + ".png")) > 10_000, file);
        }
    }

    /** Asserts that it has a help text, and says in one line that it must run in the checkout. */
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
