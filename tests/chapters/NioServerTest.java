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

/** The polling server, which also reports what the polling cost, and shows a mistake. */
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
    void readsBobsMessageInPiecesThatFitItsBufferWhileAliceIsSilent() {
        List<String> lines = linesOf("--alice-and-bob");
        assertEquals("Bob sends 5,000 bytes", lines.getFirst());
        assertEquals(
                List.of(1024, 1024, 1024, 1024, 904),
                lines.subList(1, 6).stream().map(String::length).toList());
        assertEquals(List.of("Alice leaves", "Bob: the server has closed"), lines.subList(6, 8));
    }

    @Test
    void takingOneReadForTheMessageLosesTheRestAndResetsTheSender() {
        List<String> lines = linesOf("--one-read", "--alice-and-bob");
        assertEquals(1024, lines.get(1).length());
        assertEquals(List.of("Alice leaves", "Bob: Connection reset"), lines.subList(2, 4));
        assertTrue(lines.get(4).startsWith("server stopped: 2 clients, 1 reads with data"));
        assertEquals(5, lines.size());
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
