//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/** The measurement of a switch: one line for each way, with a number in it. */
@Tag(TestRun.SLOW)
class CoroutineCostTest {
    public static void main(String... args) {
        TestRun.main(CoroutineCostTest.class);
    }

    @Tag(TestRun.LONG)
    @Test
    void measuresEveryWayQuickly() {
        try (var script = ScriptProcess.start("coroutine_cost", "--quick")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(6, script.output().size(), script.toString());
            for (String line : script.output())
                assertTrue(line.matches(" *[1-9][\\d,]*( \\+/- [\\d,]+)? ns  \\w.*"), line);
            assertEquals(List.of(), script.errors());
        }
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
    }
}
