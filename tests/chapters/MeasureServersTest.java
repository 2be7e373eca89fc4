//SOURCES Measurement.java ../shared/TestRun.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.TestRun;

import java.nio.file.Path;

/** The measurement of the servers: the page's charts, with a row for each. */
@Tag(TestRun.SLOW)
@Timeout(600)
class MeasureServersTest {
    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(MeasureServersTest.class);
    }

    @Tag(TestRun.LONG)
    @Test
    void measuresEveryServerOfThePageQuickly() {
        assertEquals(6, Measurement.quickCharts("measure_servers").size());
    }

    @Test
    void explainsItselfAndSaysInOneLineWhereItMustBeCalled() {
        Measurement.assertExplainsItself("measure_servers", folder);
    }
}
