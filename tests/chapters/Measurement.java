//SOURCES ../../lib/chart/ChartText.java ../shared/Kit.java ../shared/ScriptProcess.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chart.ChartText;

import tests.shared.Kit;
import tests.shared.ScriptProcess;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the tests of the measuring commands have in common. */
final class Measurement {
    /** A measurement takes many times longer while other tests run. */
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    private Measurement() {}

    /**
     * Makes the short run, and asserts that its charts are those of the chapter, with the same rows
     * and columns. Returns them.
     */
    static List<ChartText> quickCharts(String chapter) {
        try (var script = ScriptProcess.start(chapter, "--quick")) {
            assertEquals(0, script.exitCode(PATIENCE), script.toString());
            List<ChartText> charts = charts(String.join("\n", script.output()));
            String page = Kit.read("notebooks/" + chapter + ".java").replaceAll("(?m)^// ?", "");
            for (ChartText chart : charts) {
                int start = page.indexOf("\n" + chart.title() + "\n");
                assertTrue(start > 0, chart.title());
                var shown = ChartText.parse(page.substring(start, page.indexOf("\n```", start)));
                assertEquals(shown.head(), chart.head());
                assertEquals(names(shown), names(chart));
                assertEquals(shown.command(), chart.command());
            }
            return charts;
        }
    }

    private static List<String> names(ChartText chart) {
        return chart.rows().stream().map(ChartText.Row::name).toList();
    }

    /** A chart begins with its title, and the command is on the next line. */
    private static List<ChartText> charts(String printed) {
        return Stream.of(("\n" + printed).split("\n(?=[^\n]+\n\\$ )"))
                .filter(text -> text.contains("\n$ "))
                .map(ChartText::parse)
                .toList();
    }

    /** Asserts that it explains itself, and says in one line where and how it must be called. */
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
        assertDoesNotWriteAQuickRun(command);
    }

    /** Asserts that a run that isn't exact can't get into the chapter. */
    static void assertDoesNotWriteAQuickRun(String command) {
        try (var script = ScriptProcess.start(command, "--quick", "--write")) {
            assertEquals(1, script.exitCode());
            assertEquals(1, script.errors().size(), script.toString());
            assertTrue(script.errors().getFirst().contains("isn't exact enough"), "" + script);
        }
    }
}
