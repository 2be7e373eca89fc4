//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;
import java.util.stream.Stream;

/** The server with a thread for each client, here platform threads. */
class NioThreadedServerTest extends PrintingServerContract {
    private static final String GIVES_UP = "Bob has waited two seconds; the others leave";

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

    @Test
    void servesBobWhileTwentyThreadsPoll() {
        List<String> lines = linesOf("--silent", "20");
        assertTrue(lines.contains("Bob has been served"), lines.toString());
        assertTrue(lines.contains("hello from Bob"), lines.toString());
        assertTrue(lines.indexOf("hello from Bob") < lines.indexOf("Bob has been served"));
        assertFalse(lines.contains(GIVES_UP), lines.toString());
        assertTrue(platformThreads(lines) > 20, lines.toString());
    }

    @Test
    void servesBobWhileTwentyVirtualThreadsPollOnTheirCarriers() {
        List<String> lines = linesOf("--virtual", "--silent", "20");
        assertTrue(lines.contains("Bob has been served"), lines.toString());
        assertFalse(lines.contains(GIVES_UP), lines.toString());
        assertTrue(
                platformThreads(lines) < 20 + Runtime.getRuntime().availableProcessors(),
                lines.toString());
    }

    /** With one carrier this always happens; with more of them, in JDK 25, only sometimes. */
    @Test
    void aVirtualThreadThatOnlyYieldsKeepsTheCarrierFromNewThreads() {
        List<String> lines = linesOf("--virtual", "--yield", "--silent", "1");
        int handler2 = lines.indexOf(lineStartingWith(lines, "thread handler-2 serves"));
        assertTrue(lines.contains(GIVES_UP), lines.toString());
        assertTrue(lines.indexOf(GIVES_UP) < handler2, lines.toString());
        assertTrue(handler2 < lines.indexOf("Bob has been served"), lines.toString());
    }

    private static int platformThreads(List<String> lines) {
        return Integer.parseInt(
                lineStartingWith(lines, "20 silent clients, ").replaceAll(".*, (\\d+) .*", "$1"));
    }

    private static String lineStartingWith(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line '" + start + "' in " + lines));
    }

    /** What the script prints with these options. */
    private List<String> linesOf(String... options) {
        var args = Stream.concat(Stream.of("localhost", "0"), Stream.of(options)).toList();
        try (var script = ScriptProcess.startAgain(script(), args)) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            return script.output();
        }
    }
}
