//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

/** The server with a thread for each client, here platform threads. */
class NioThreadedServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(NioThreadedServerTest.class);
    }

    @Override
    String script() {
        return "nio_threaded_server";
    }

    @Test
    void printsWhichThreadServesWhichClient() {
        try (var first = connect();
                var second = connect()) {
            assertServed(first, "one");
            assertServed(second, "two");
            server.awaitLine(
                    "client 127.0.0.1:" + first.localPort() + " connected, waiting for its data");
            server.awaitLine("thread handler-1 serves 127.0.0.1:" + first.localPort());
            server.awaitLine("thread handler-2 serves 127.0.0.1:" + second.localPort());
        }
    }

    @Test
    void tellsItsPollsOnCtrlC() {
        assertServesOthers();
        server.signal("INT");
        assertEquals(130, server.exitCode());
        assertTrue(
                server.output().getLast().matches("server stopped: 1 clients, [\\d,]+ polls"),
                server.toString());
    }
}
