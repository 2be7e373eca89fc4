//SOURCES Measurement.java ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/** The measurement of a switch: the page's chart, with a row for each way. */
@Tag(TestRun.SLOW)
class CoroutineCostTest {
    public static void main(String... args) {
        TestRun.main(CoroutineCostTest.class);
    }

    @Tag(TestRun.LONG)
    @Test
    void measuresEveryWayOfThePageQuickly() {
        var charts = Measurement.quickCharts("coroutine_cost");
        assertEquals(1, charts.size());
        assertEquals(6, charts.getFirst().rows().size());
    }

    @Test
    void explainsItselfAndRefusesWhatItDoesNotKnow() {
        try (var help = ScriptProcess.start("coroutine_cost", "--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: coroutine_cost [--quick]"));
        }
        try (var wrong = ScriptProcess.start("coroutine_cost", "--fast")) {
            assertEquals(1, wrong.exitCode());
            assertEquals(1, wrong.errors().size(), wrong.toString());
        }
        Measurement.assertDoesNotWriteAQuickRun("coroutine_cost");
    }
}
