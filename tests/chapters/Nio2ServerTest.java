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
        assertEquals("server stopped: 2 clients, 5 completions", server.output().getLast());
    }

    @Test
    void handlersThatWaitKeepTheirOwnResultsFromArriving() {
        List<String> lines = linesOf("--bob");
        assertEquals(List.of("hello from Bob", "Bob has been served"), lines.subList(1, 3));
        assertTrue(lines.get(3).startsWith("server stopped: 3 clients"), lines.toString());
        assertEquals(
                List.of(
                        "Bob has waited two seconds; the others leave",
                        "Bob has waited two more seconds, and leaves too"),
                lines.subList(5, 7));
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
