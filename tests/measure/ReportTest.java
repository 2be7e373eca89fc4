//SOURCES ../../lib/measure/Report.java ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chart.ChartText;

import measure.Report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import script.ScriptException;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A measurement's charts in the place of those that its chapter shows. */
class ReportTest {
    private static final String CHAPTER =
            """
            // %% [markdown]
            // # A title
            //
            // ```chart bars
            // The time
            // $ ./jbang old
            // an old machine
            //
            // server  median
            // one     1
            // ```
            //
            // ```chart bars
            // The memory
            // $ ./jbang old
            // an old machine
            //
            // server  median
            // one     2
            // ```
            """;

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(ReportTest.class);
    }

    /** Reports from a JVM of its own, because the chapter is looked for in the current folder. */
    static final class Measured {
        private Measured() {}

        public static void main(String... titles) throws IOException {
            var report = new Report("chapter");
            for (String title : titles)
                report.add(
                        new ChartText(
                                title,
                                "./jbang new",
                                "a new machine",
                                List.of("server", "median"),
                                List.of(new ChartText.Row("two", List.of("22"))),
                                ""));
            try {
                report.write();
                report.draw(titles[0], "bars", Path.of("picture.svg"));
            } catch (ScriptException e) {
                System.err.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    private Path chapter() throws IOException {
        Path chapter = folder.resolve("notebooks/chapter.java");
        Files.createDirectories(chapter.getParent());
        return Files.writeString(chapter, CHAPTER);
    }

    private ScriptProcess report(String... titles) {
        return new ScriptProcess(
                ScriptProcess.java(Measured.class, titles).directory(folder.toFile()));
    }

    @Test
    void aChartTakesThePlaceOfTheOneWithItsTitleAndTheRestStays() throws IOException {
        Path chapter = chapter();
        try (var process = report("The time")) {
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals("The time", process.output().getFirst());
        }
        String expected =
                CHAPTER.replaceFirst(
                        "(?s)jbang old\n// an old.*?one     1\n",
                        "jbang new\n"
                                + "// a new machine\n//\n// server  median\n// two         22\n");
        assertEquals(expected, Files.readString(chapter));
        assertTrue(
                Files.readString(folder.resolve("picture.svg")).contains("<title>two: 22</title>"));
    }

    @Test
    void aChartThatTheChapterDoesNotHaveIsOneLineAndNothingIsWritten() throws IOException {
        Path chapter = chapter();
        try (var process = report("The time", "The heat")) {
            assertEquals(1, process.exitCode(), process.toString());
            assertEquals(1, process.errors().size(), process.toString());
            assertTrue(process.errors().getFirst().contains("'The heat'"), process.toString());
        }
        assertEquals(CHAPTER, Files.readString(chapter));
    }

    @Test
    void outsideOfACheckoutItSaysWhereToRunIt() {
        try (var process = report("The time")) {
            assertEquals(1, process.exitCode(), process.toString());
            assertTrue(process.errors().getFirst().contains("in the checkout"), "" + process);
        }
    }
}
