//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The server that waits with epoll, and what the chapter shows of select, poll and epoll. */
@EnabledOnOs(OS.LINUX)
class IoMultiplexingTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(IoMultiplexingTest.class);
    }

    @Override
    String script() {
        return "io_multiplexing";
    }

    private static ScriptProcess run(String... args) {
        return ScriptProcess.startAgain("io_multiplexing", List.of(args));
    }

    private static void assertPrints(String text, String... args) {
        try (var script = run(args)) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    text.lines().toList(),
                    script.output().stream().map(s -> s.replaceAll(":\\d+$", ":PORT")).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", "poll", "epoll"})
    void waitsOnceForEachEventAndSleepsWhileItsClientsAreSilent(String with) {
        server.close();
        server = ScriptProcess.startServer(script(), "--with", with);
        try (var silent = connect();
                var speaking = connect()) {
            assertServed(speaking, "hello");
            silent.endOutput();
            assertEquals("", silent.readToEnd());
        }
        server.signal("INT");
        assertEquals(130, server.exitCode());
        String last = server.output().getLast();
        // Two connections, a message, two ends, and the wait that the stop ends; events that come
        // together share a wait.
        assertTrue(last.matches("server stopped: 2 clients, [1-6] waits with " + with), last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", "poll", "epoll"})
    void sleepsWhileItPausesWithoutFileDescriptors(String with) {
        Kit.assumeOnPath("prlimit");
        server.close();
        server = ScriptProcess.startServer(script(), "--with", with);
        assertServesOthers(); // loads the classes that are loaded lazily
        limitOpenFiles(4);
        try (var client = connect()) {
            await().until(() ->
                    server.errors().stream()
                            .anyMatch(e -> e.startsWith("cannot accept (EMFILE from accept4")));
            limitOpenFiles(1000);
            assertServed(client, "at last, with " + with);
        }
        server.signal("INT");
        assertEquals(130, server.exitCode());
        String last = server.output().getLast();
        int waits = Integer.parseInt(last.replaceAll(".* (\\d+) waits.*", "$1"));
        assertTrue(waits < 1000, last);
    }

    private void limitOpenFiles(int limit) {
        ScriptProcess.run(
                "prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + limit + ":");
    }

    @Test
    void refusesAClientThatDoesNotFitIntoASetOf1024AndTakesItWithALargerSet() {
        try (var script = run("--limit")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    """
                    server started on localhost:PORT
                    server stopped: 0 clients, 2 waits with select
                    server started on localhost:PORT
                    hello from Bob
                    server stopped: 1 clients, 4 waits with select
                    """
                            .lines()
                            .toList(),
                    script.output().stream().map(s -> s.replaceAll(":\\d+$", ":PORT")).toList());
            assertEquals(1, script.errors().size(), script.toString());
            assertTrue(
                    script.errors()
                            .getFirst()
                            .matches(
                                    "refused a client: descriptor 1\\d{3} doesn't fit into a set"
                                            + " of 1024"),
                    script.toString());
        }
    }

    @Test
    void anEdgeIsReportedOnceSoAReadMustGoOnUntilNothingIsLeft() {
        assertPrints(
                """
                level: abcdefghij klmnopqrst uvwxyz
                edge: abcdefghij, then nothing for 500 ms, but 16 bytes are waiting
                edge, until -EAGAIN: abcdefghij klmnopqrst uvwxyz
                """,
                "--edge");
    }

    @Test
    void epollCostsTheSameWithTenThousandIdleDescriptorsAndSelectAndPollDoNot() {
        try (var script = run("--cost")) {
            assertEquals(0, script.exitCode(), script.toString());
            double[] ten = lowest(script.output(), "10 ");
            double[] tenThousand = lowest(script.output(), "10,000 ");
            assertTrue(tenThousand[0] > 20 * ten[0], script.toString());
            assertTrue(tenThousand[1] > 20 * ten[1], script.toString());
            assertTrue(tenThousand[2] < tenThousand[0] / 20, script.toString());
        }
    }

    /**
     * The lowest cost of select, poll and epoll, which other tests at the same time change least.
     */
    private static double[] lowest(List<String> output, String row) {
        String line = output.stream().filter(l -> l.startsWith(row)).findFirst().orElseThrow();
        List<String> cells = List.of(line.replace(",", "").split(" {2,}"));
        return Stream.of(2, 5, 8).map(cells::get).mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void saysInOneLineThatDescriptorsAreTooFew() {
        Kit.assumeOnPath("prlimit");
        var command = ScriptProcess.launcher("io_multiplexing", "--cost");
        command.command().addAll(0, List.of("prlimit", "--nofile=5000:5000"));
        try (var script = new ScriptProcess(command)) {
            assertEquals(1, script.exitCode(), script.toString());
            assertEquals(
                    "EMFILE from eventfd: this needs 10000 descriptors, see ulimit -n",
                    script.errors().getLast());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "platform", "virtual"})
    void echoesTwentyThousandMessages(String how) {
        try (var script = run("--messages", how)) {
            assertEquals(0, script.exitCode(), script.toString());
            assertTrue(
                    script.output()
                            .getFirst()
                            .matches(how + ": 20,000 messages, \\d+ us of CPU each"),
                    script.toString());
        }
    }

    @Test
    void onlyOnAVirtualThreadASelectorWaitsByWayOfASecondEpoll(@TempDir Path folder)
            throws IOException {
        Kit.assumeOnPath("strace");
        assertTrue(callsOf("epoll_ctl", "epoll", folder) < 10);
        assertTrue(callsOf("epoll_ctl", "platform", folder) < 10);
        assertTrue(callsOf("epoll_ctl", "virtual", folder) > 100);
    }

    private static int callsOf(String call, String how, Path folder) throws IOException {
        Path calls = folder.resolve(how);
        var command = ScriptProcess.launcher("io_multiplexing", "--messages", how);
        command.command()
                .addAll(0, List.of("strace", "-f", "-c", "-e", "trace=" + call, "-o", calls + ""));
        try (var script = new ScriptProcess(command)) {
            assertEquals(0, script.exitCode(), script.toString());
        }
        // % time, seconds, usecs/call, calls, errors or nothing, syscall
        return Files.readAllLines(calls).stream()
                .filter(line -> line.endsWith(call))
                .mapToInt(line -> Integer.parseInt(line.strip().split(" +")[3]))
                .sum();
    }

    @Test
    void saysInOneLineWhichWaysItKnows() {
        assertSays("--with must be select, poll or epoll, not 'kqueue'", "--with", "kqueue");
        assertSays("the echo waits with epoll, platform or virtual, not 'x'", "--messages", "x");
    }

    private static void assertSays(String line, String... args) {
        try (var script = run(args)) {
            assertEquals(1, script.exitCode(), script.toString());
            assertEquals(List.of(line), script.errors());
        }
    }

    @Test
    void answersEachHttpRequestAlsoOneThatArrivesInPieces() {
        server.close();
        server = ScriptProcess.startServer(script(), "--http");
        String answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
        try (var client = connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r");
            client.send("\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            client.endOutput();
            assertEquals(answer.repeat(3), client.readToEnd());
        }
    }
}
