//SOURCES ClientContract.java
package tests.chapters;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptedServer;
import tests.shared.TestRun;

/** The client that sends and leaves. */
class NioClientTest extends ClientContract {
    public static void main(String... args) {
        TestRun.main(NioClientTest.class);
    }

    @Override
    String script() {
        return "nio_client";
    }

    @Test
    void sendsTheMessageAndLeaves() {
        try (var server = new ScriptedServer(conn -> utf8(conn.getInputStream().readAllBytes()));
                var client = start("localhost", server.port())) {
            assertSeedMessage(server.result());
            assertSucceeds(client, "client sent its data");
        }
    }

    @Test
    void reportsSuccessThoughTheServerNeverReads() throws InterruptedException {
        var leave = new java.util.concurrent.CountDownLatch(1);
        try (var server =
                        new ScriptedServer(_ -> {
                            awaitUnreadably(leave);
                            return "";
                        });
                var client = start("localhost", server.port())) {
            assertSucceeds(client, "client sent its data");
            leave.countDown();
        }
    }

    @Test
    void reportsSuccessThoughTheServerNeverAccepts() {
        try (var client = start("--nobody")) {
            assertSucceeds(
                    client, "client sent its data", "the server closes and has accepted nobody");
        }
    }

    private static void awaitUnreadably(java.util.concurrent.CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
