//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The polling server, which also reports what the polling cost, and shows two mistakes. */
class NioServerTest extends PrintingServerContract {
    private static final Pattern STOPPED =
            Pattern.compile(
                    "server stopped: ([\\d,]+) clients, ([\\d,]+) reads with data, ([\\d,]+) polls,"
                            + " .* s of CPU in .* s");

    public static void main(String... args) {
        TestRun.main(NioServerTest.class);
    }

    @Override
    String script() {
        return "nio_server";
    }

    @Test
    void tellsHowManyPollsBroughtHowManyMessages() {
        assertServesOthers();
        assertServesOthers();
        server.signal("INT");
        assertEquals(130, server.exitCode());
        var stopped = STOPPED.matcher(server.output().getLast());
        assertTrue(stopped.matches(), server.toString());
        assertEquals("2", stopped.group(1));
        assertEquals("2", stopped.group(2));
        assertTrue(
                Long.parseLong(stopped.group(3).replace(",", "")) > 6,
                "two accepts and four reads are the least");
    }

    @Test
    void theBlockingServerServesBobOnlyAfterSilentAliceHasLeft() {
        assertEquals(
                List.of(
                        "Bob says hello",
                        "Alice leaves",
                        "hello from Bob",
                        "server stopped: it waited for one client at a time"),
                linesOf("--blocking", "--alice-and-bob"));
    }

    @Test
    void servesBobWhileAliceIsSilent() {
        assertEquals(
                List.of("Bob says hello", "hello from Bob", "Alice leaves"),
                linesOf("--alice-and-bob").subList(0, 3));
    }

    @Test
    void readsAMessageInPiecesThatFitItsBuffer() {
        List<String> lines = linesOf("--long-message");
        assertEquals(
                List.of(1024, 1024, 1024, 1024, 904),
                lines.stream().limit(5).map(String::length).toList());
        assertEquals("Bob: the server has closed", lines.get(5));
    }

    @Test
    void takingOneReadForTheMessageLosesTheRestAndResetsTheSender() {
        List<String> lines = linesOf("--one-read", "--long-message");
        assertEquals(1024, lines.getFirst().length());
        assertEquals("Bob: Connection reset", lines.get(1));
        assertTrue(lines.get(2).startsWith("server stopped: 1 clients, 1 reads with data"));
        assertEquals(3, lines.size());
    }

    /** What the script prints with these options, after its start line. */
    private List<String> linesOf(String... options) {
        var args = Stream.concat(Stream.of("localhost", "0"), Stream.of(options)).toList();
        try (var script = ScriptProcess.startAgain(script(), args)) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            return script.output().subList(1, script.output().size());
        }
    }

    @Test
    void javaSetsSoReuseaddrOnANewListeningSocket() throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            assertTrue(listener.getOption(StandardSocketOptions.SO_REUSEADDR));
        }
    }
}
