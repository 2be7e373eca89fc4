//SOURCES ConversationContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/** The server of the nested callbacks. */
class AioCallbackServerTest extends ConversationContract {
    public static void main(String... args) {
        TestRun.main(AioCallbackServerTest.class);
    }

    @Override
    String script() {
        return "aio_callback_server";
    }

    /** What the script prints that shows something instead of serving. */
    private List<String> shown(String option) {
        try (var script = ScriptProcess.startAgain(script(), List.of(option))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            return script.output();
        }
    }

    @Test
    void nestedCallbacksRunInAnotherOrderThanTheyStandOnThePage() {
        assertEquals(List.of("1 7 2 6 3 5 4"), shown("--order"));
    }
}
