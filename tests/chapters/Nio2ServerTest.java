//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;
import java.util.stream.Collectors;

/** The server of asynchronous channels and completion handlers. */
class Nio2ServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(Nio2ServerTest.class);
    }

    @Override
    String script() {
        return "nio2_server";
    }

    @Test
    void countsACompletionForEachConnectionMessageAndEnd() {
        try (var silent = connect();
                var speaking = connect()) {
            assertServed(speaking, "hello");
            silent.endOutput();
            assertEquals("", silent.readToEnd());
        }
        server.signal("INT");
        assertEquals(130, server.exitCode());
        String last = server.output().getLast();
        assertTrue(
                last.matches(
                        "server stopped: 2 clients, 5 completions, \\d+\\.\\d\\d s of CPU in"
                                + " \\d+\\.\\d s"),
                last);
    }

    @Test
    void aSecondReadIsRefused() {
        assertEquals(
                List.of(
                        "the second read: java.nio.channels.ReadPendingException",
                        "the first read: 10 bytes"),
                linesOf("--two-reads"));
    }

    @Test
    void servesBobWhileOthersAreSilent() {
        assertEquals(
                List.of("hello", "Bob has been served", "hello", "Alice has been served"),
                linesOf("localhost", "0", "--bob").subList(1, 5));
    }

    @Test
    void handlersThatWaitKeepTheirOwnResultsFromArriving() {
        assertEquals(
                List.of("Bob has waited two seconds", "Alice has waited two seconds"),
                linesOf("localhost", "0", "--bob", "--wait").subList(1, 3));
    }

    @Test
    void onLinuxAThreadOfTheGroupWaitsForReadinessAndReads() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "this is not Linux");
        String lines =
                linesOf("--beneath").stream().map(String::strip).collect(Collectors.joining(" "));
        assertTrue(lines.contains("waits: sun.nio.ch.EPoll.wait "), lines);
        assertTrue(
                lines.matches(
                        ".*completed, called by: sun.nio.ch.Invoker.* "
                                + "sun.nio.ch.UnixAsynchronousSocketChannelImpl.finishRead .*"),
                lines);
    }

    /** What the script prints with these arguments. */
    private List<String> linesOf(String... args) {
        try (var script = ScriptProcess.startAgain(script(), List.of(args))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            return script.output();
        }
    }
}
