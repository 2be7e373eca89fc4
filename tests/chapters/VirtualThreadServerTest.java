//SOURCES ConversationContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The server of blocking code on virtual threads, and what it shows of the JDK beneath. */
class VirtualThreadServerTest extends ConversationContract {
    private static final int CLIENTS = 200;

    public static void main(String... args) {
        TestRun.main(VirtualThreadServerTest.class);
    }

    @Override
    String script() {
        return "virtual_thread_server";
    }

    @Test
    void silentClientsCostNoThreadsOfTheSystem() throws IOException {
        int before = threads(server);
        int added = threadsWithSilentClients(server) - before;
        assertTrue(added < CLIENTS / 2, added + " threads more for " + CLIENTS + " clients");
    }

    /** The last client is served, so all that connected before it have their threads. */
    private int threadsWithSilentClients(ScriptProcess of) throws IOException {
        List<RawClient> silent =
                IntStream.range(0, CLIENTS).mapToObj(_ -> new RawClient(of.port())).toList();
        assertServed(silent.getLast(), "the last one");
        int threads = threads(of);
        silent.forEach(RawClient::close);
        return threads + 1; // the last one's is gone
    }

    private static int threads(ScriptProcess of) throws IOException {
        Path tasks = Path.of("/proc/" + of.pid() + "/task");
        assumeTrue(Files.exists(tasks), "only Linux shows its threads there");
        try (Stream<Path> each = Files.list(tasks)) {
            return (int) each.count();
        }
    }

    @Test
    void showsThatABlockedThreadHasNoCarrier() {
        try (var beneath = ScriptProcess.startAgain(script(), List.of("--beneath"))) {
            assertEquals(0, beneath.exitCode(), beneath.toString());
            assertTrue(line(beneath, "before the read").contains("@"));
            assertFalse(line(beneath, "in the read").contains("@"));
            assertTrue(line(beneath, "after the read").contains("@"));
        }
    }

    /** AioFutureServerTest counts the lines. */
    @Test
    void comparesAsManyLinesOfTheConversationAsAioFutureServerDoes() {
        String name = "| lines of the conversation, without comments ";
        var counted =
                Pattern.compile(Pattern.quote(name) + "\\| (\\d+) \\| \\d+ \\| (\\d+) \\|")
                        .matcher(Kit.read("notebooks/aio_future_server.java"));
        assertTrue(counted.find());
        String row = name + "| %1$s | %2$s |".formatted(counted.group(1), counted.group(2));
        assertTrue(Kit.read("notebooks/" + script() + ".java").contains(row), row);
    }

    private static String line(ScriptProcess of, String start) {
        return of.output().stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + start + " in " + of));
    }
}
