//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The server with a blocking thread for each client, here platform threads. */
class BioThreadedServerTest extends PrintingServerContract {
    private static final String GIVES_UP = "Bob has waited two seconds; the others leave";

    public static void main(String... args) {
        TestRun.main(BioThreadedServerTest.class);
    }

    @Override
    String script() {
        return "bio_threaded_server";
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
    void closesEveryConnectionOnCtrlC() {
        var clients = IntStream.range(0, 50).mapToObj(_ -> connect()).toList();
        assertServesOthers(); // so all of them are accepted
        server.signal("INT");
        assertEquals(130, server.exitCode());
        for (var client : clients) {
            assertTrue(client.isGone());
            client.close();
        }
        assertEquals("server stopped: 51 clients", server.output().getLast());
    }

    @Test
    void servesBobWhileOthersAreSilent() {
        List<String> lines = linesOf("--silent", "2");
        assertFalse(lines.contains(GIVES_UP), lines.toString());
        assertTrue(lines.indexOf("hello from Bob") > 0, lines.toString());
        assertTrue(lines.indexOf("hello from Bob") < lines.indexOf("Bob has been served"));
    }

    @Test
    void aPoolOfTwoServesBobOnlyAfterTwoSilentClientsHaveLeft() {
        List<String> lines = linesOf("--pool", "2", "--silent", "2");
        assertTrue(lines.contains(GIVES_UP), lines.toString());
        assertTrue(lines.indexOf(GIVES_UP) < lines.indexOf("hello from Bob"), lines.toString());
    }

    @Test
    void measuresThreadsOfTheOperatingSystem() {
        assertTrue(threads(linesOf("--clients", "100")) > 100);
    }

    @Test
    void virtualThreadsNeedFewThreadsOfTheOperatingSystem() {
        assertTrue(threads(linesOf("--virtual", "--clients", "100")) < 100);
    }

    private static int threads(List<String> lines) {
        String line = lines.get(lines.size() - 2);
        assertTrue(
                line.matches(
                        "100 silent clients: \\d+ threads of the operating system, -?\\d+ MB more"
                                + " than before"),
                line);
        assumeTrue(
                Files.exists(Path.of("/proc/self/status")), "this system has no /proc/self/status");
        return Integer.parseInt(line.replaceAll(".*: (\\d+) threads.*", "$1"));
    }

    /** The limit is lower than what the JVM can raise it to by itself. */
    @Tag(TestRun.SLOW)
    @Test
    void saysInOneLineThatTheLimitOfOpenFilesIsTooLow() {
        var bash =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "ulimit -n 1024; ./jbang bio_threaded_server localhost 0 --clients"
                                        + " 10000")
                        .directory(Kit.ROOT.toFile());
        try (var script = new ScriptProcess(bash)) {
            assertEquals(1, script.exitCode());
            assertEquals(
                    List.of(
                            "10,000 clients need 10,100 open files, and the limit is 1,024: raise"
                                    + " it (ulimit -n), or start fewer clients"),
                    script.errors());
        }
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
