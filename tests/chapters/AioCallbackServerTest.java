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
            return script.output().stream()
                    .map(line -> line.replaceAll("localhost:\\d+", "localhost:PORT"))
                    .toList();
        }
    }

    @Test
    void nestedCallbacksRunInAnotherOrderThanTheyStandOnThePage() {
        assertEquals(List.of("1 7 2 6 3 5 4"), shown("--order"));
    }

    @Test
    void aTryAroundTheRegistrationDoesNotCatchWhatTheCallbackThrows() {
        assertEquals(
                List.of("connect has registered write", "the loop caught: the write failed"),
                shown("--try"));
    }

    @Test
    void aServerThatClosesWithUnreadBytesBreaksALongUploadAndOneThatReadsThemDoesNot() {
        assertEquals(
                """
                server started on localhost:PORT
                Accept ...
                Connect ...
                Write ...
                Success ...
                the client's write failed: Broken pipe
                server stopped: 1 clients
                server started on localhost:PORT
                Accept ...
                Connect ...
                Write ...
                Success ...
                the client got ok
                server stopped: 1 clients
                """
                        .lines()
                        .toList(),
                shown("--upload"));
    }
}
