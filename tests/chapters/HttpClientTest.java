//SOURCES ClientContract.java
package tests.chapters;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptedServer;
import tests.shared.TestRun;

/** The client that ends its side and waits for the server's end. */
class HttpClientTest extends ClientContract {
    public static void main(String... args) {
        TestRun.main(HttpClientTest.class);
    }

    @Override
    String script() {
        return "http_client";
    }

    @Test
    void sendsTheMessageAndWaitsForTheServersEnd() {
        try (var server = new ScriptedServer(conn -> utf8(conn.getInputStream().readAllBytes()));
                var client = start("localhost", server.port())) {
            assertSeedMessage(server.result());
            assertSucceeds(client, "client sent its data");
        }
    }

    @Test
    void saysOnlyThatTheConnectionBrokeOffWhenItIsReset() {
        assertSaysOnlyThatTheConnectionBrokeOff();
    }

    @Test
    void showsThatAnEndOfTheStreamDoesNotProveThatTheServerReadEverything() {
        try (var client = start("--ten-bytes")) {
            assertSucceeds(
                    client,
                    "the server has read 10 bytes, and closes",
                    "the client's read returns -1");
        }
    }
}
