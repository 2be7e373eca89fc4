//SOURCES Measurement.java ../shared/Kit.java ../shared/TestRun.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.List;

/** The measurement of the servers: a row for each, and charts on white and on black. */
@Tag(TestRun.SLOW)
@Timeout(600)
class MeasureServersTest {
    private static final List<String> CHARTS =
            List.of(
                    "idle_memory",
                    "idle_processor",
                    "requests",
                    "latency",
                    "request_cost",
                    "slow_client");

    private static final String RANGE = " +[\\d.]+ \\([\\d.]+ to [\\d.]+\\)";
    private static final String ROW =
            "[a-z_]+" + RANGE + " +\\d+[ *] +[\\d.]+ to [\\d.]+( +[\\d.]+){4}" + RANGE;

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(MeasureServersTest.class);
    }

    @Tag(TestRun.LONG)
    @Test
    void measuresEveryServerOfThePagesTableAndDrawsTheCharts() throws Exception {
        List<String> rows = Measurement.quickRows("measure_servers", folder);
        assertEquals(11, rows.size(), rows.toString());
        String page = Kit.read("notebooks/measure_servers.java");
        for (String row : rows) {
            assertTrue(row.matches(ROW), row);
            String inPage = "\n// | " + row.substring(0, row.indexOf(' ')) + " | ";
            assertTrue(page.contains(inPage), inPage);
        }
        for (String chart : CHARTS) Measurement.assertDrawn(folder, chart);
    }

    @Test
    void explainsItselfAndSaysInOneLineWhereItMustBeCalled() {
        Measurement.assertExplainsItself("measure_servers", folder);
    }
}
