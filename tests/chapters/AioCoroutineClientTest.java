//SOURCES ClientContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.time.Duration;

/** The client on the loop, alone and a thousand times. */
class AioCoroutineClientTest extends ClientContract {
    public static void main(String... args) {
        TestRun.main(AioCoroutineClientTest.class);
    }

    @Override
    String script() {
        return "aio_coroutine_client";
    }

    /** What the last line says of how they ran. */
    String how() {
        return "one loop";
    }

    @Test
    void sendsWaitsAndSendsAgain() {
        try (var server = new ScriptedServer(conn -> utf8(conn.getInputStream().readAllBytes()));
                var client = start("localhost", server.port(), "--wait", "2")) {
            String[] messages = server.result().split("(?<=})");
            var first = assertSeedMessage(messages[0]);
            var second = assertSeedMessage(messages[1]);
            assertFalse(
                    Duration.between(first, second).toSeconds() < 1,
                    "it did not wait: " + server.result());
            assertSucceeds(client, "client sent its data");
        }
    }

    @Tag(TestRun.SLOW)
    @Test
    void aThousandClientsWaitAtTheSameTimeAndNotOneAfterTheOther() {
        try (var server = ScriptProcess.startServer("aio_coroutine_server");
                var clients =
                        start(
                                "localhost",
                                Integer.toString(server.port()),
                                "--clients",
                                "1000",
                                "--wait",
                                "2")) {
            assertEquals(0, clients.exitCode(), clients.toString());
            String line = clients.output().getFirst();
            assertTrue(
                    line.matches("1,000 clients sent their data in [\\d.]+ s, on " + how()), line);
            double seconds = Double.parseDouble(line.replaceAll(".* in | s,.*", ""));
            assertTrue(
                    seconds >= 2 && seconds < 60,
                    line + ": one after another they would take 2000 s");
            assertEquals(
                    1000,
                    server.output().stream()
                            .filter(l -> l.startsWith("Got connection from "))
                            .count());
        }
    }

    @Test
    void saysOnlyThatAConnectionBrokeOffWhenItIsReset() {
        assertSaysOnlyThatTheConnectionBrokeOff("--wait", "1");
    }

    @Test
    void saysSoWhenTheServerClosesAfterTheFirstMessage() {
        assertSaysThatTheServerClosedEarly("--wait", "1");
    }
}
