//SOURCES ../shared/ScriptProcess.java ConversationContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/** The same conversation, written with futures and coroutines. */
class AioFutureServerTest extends ConversationContract {
    public static void main(String... args) {
        TestRun.main(AioFutureServerTest.class);
    }

    @Override
    String script() {
        return "aio_future_server";
    }

    @Test
    void showsTheFutureThatComesOutOfACoroutineSteppedByHand() {
        try (var script = ScriptProcess.start("aio_future_server", "--by-hand")) {
            assertEquals(0, script.exitCode());
            assertEquals(
                    List.of("it yields Future[PENDING]", "it returns Hello, Caro"),
                    script.output());
        }
    }
}
