//SOURCES ClientContract.java
package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The client that ends its side and waits for the server's end. */
class HttpClientTest extends ClientContract {
    public static void main(String... args) {
        RunTests.main(HttpClientTest.class);
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
    void saysSoWhenTheServerBreaksTheConnectionOff() {
        try (var server =
                        new ScriptedServer(conn -> {
                            conn.getInputStream().readNBytes(10);
                            conn.setSoLinger(true, 0);
                            return "reset";
                        });
                var client = start("localhost", server.port())) {
            assertEquals("reset", server.result());
            assertEquals(1, client.exitCode());
            assertEquals(1, client.errors().size(), client.toString());
            assertTrue(
                    client.errors().getFirst().startsWith("the server broke the connection off"),
                    client.toString());
        }
    }
}
