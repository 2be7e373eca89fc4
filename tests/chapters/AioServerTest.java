//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/** The server of the selector and its callbacks. */
class AioServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(AioServerTest.class);
    }

    @Override
    String script() {
        return "aio_server";
    }

    @Test
    void callsSelectOnceForEachEventAndSleepsWhileItsClientsAreSilent() {
        try (var silent = connect();
                var speaking = connect()) {
            assertServed(speaking, "hello");
            silent.endOutput();
            assertEquals("", silent.readToEnd());
        }
        server.signal("INT");
        assertEquals(130, server.exitCode());
        String last = server.output().getLast();
        // Two connections, a message, two ends, and the call that the signal interrupts; events
        // that come together share a call.
        assertTrue(last.matches("server stopped: 2 clients, [1-6] calls of select"), last);
    }

    @Test
    void oneBadClientEndsTheOthersUnlessEveryThrowableIsCaught() {
        try (var script = ScriptProcess.startAgain(script(), List.of("--one-bad-client"))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    """
                    server started on localhost:PORT
                    hello from Bob, after the reset
                    server stopped: it caught IOException
                    server started on localhost:PORT
                    hello from Bob, after the reset
                    hello from Bob, after the bug
                    server stopped: it caught everything
                    """
                            .lines()
                            .toList(),
                    script.output().stream().map(s -> s.replaceAll(":\\d+$", ":PORT")).toList());
            assertEquals(
                    List.of("a callback failed: java.lang.AssertionError: a bug"), script.errors());
        }
    }
}
