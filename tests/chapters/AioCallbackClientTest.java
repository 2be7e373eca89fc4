//SOURCES ClientContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** The client that sends, waits, and sends again. */
class AioCallbackClientTest extends ClientContract {
    public static void main(String... args) {
        TestRun.main(AioCallbackClientTest.class);
    }

    @Override
    String script() {
        return "aio_callback_client";
    }

    /** Reads one message, answers, reads to the end. */
    private static String answerOk(Socket conn) throws IOException {
        String first = readMessage(conn);
        conn.getOutputStream().write("ok".getBytes());
        return first + "\n" + utf8(conn.getInputStream().readAllBytes());
    }

    @Test
    void sendsWaitsSendsAgainAndShowsTheAnswer() {
        try (var server = new ScriptedServer(AioCallbackClientTest::answerOk);
                var client = start("localhost", server.port(), "--wait", "2")) {
            String[] messages = server.result().split("\n");
            var first = assertSeedMessage(messages[0]);
            var second = assertSeedMessage(messages[1]);
            assertFalse(
                    Duration.between(first, second).toSeconds() < 1,
                    "it did not wait: " + server.result());
            assertSucceeds(client, "server answered ok", "client sent its data");
        }
    }

    @Test
    void doesNotWaitForEverForAnAnswer() {
        try (var server = new ScriptedServer(conn -> utf8(conn.getInputStream().readAllBytes()));
                var client = start("localhost", server.port(), "--wait=0")) {
            assertTrue(server.result().matches("\\{[^}]*}\\{[^}]*}"), server.result());
            assertSucceeds(client, "server said nothing", "client sent its data");
        }
    }

    @Test
    void escapesWhatTheServerAnswers() {
        try (var server =
                        new ScriptedServer(conn -> {
                            readMessage(conn);
                            conn.getOutputStream().write("\u001bc".getBytes());
                            return utf8(conn.getInputStream().readAllBytes());
                        });
                var client = start("localhost", server.port(), "--wait", "1")) {
            server.result();
            assertSucceeds(client, "server answered \\u001bc", "client sent its data");
        }
    }

    @Test
    void saysOnlyThatTheConnectionBrokeOffWhenItIsReset() {
        assertSaysOnlyThatTheConnectionBrokeOff("--wait", "1");
    }

    @Test
    void saysSoWhenTheServerClosesAfterTheFirstMessage() {
        assertSaysThatTheServerClosedEarly("--wait", "1");
    }

    @Test
    void saysWhatIsWrongWithItsWait() {
        assertFailsWith(".*--wait must be a number from 0 to 3600, not '-1'.*", "--wait", "-1");
        assertFailsWith(".*--wait needs a value.*", "--wait");
    }
}
