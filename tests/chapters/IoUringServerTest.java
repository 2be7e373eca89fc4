//SOURCES ConversationContract.java ../shared/LinuxOnly.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import tests.shared.Kit;
import tests.shared.LinuxOnly;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The server whose reads and writes go through the rings of io_uring. */
@EnabledOnOs(OS.LINUX)
class IoUringServerTest extends ConversationContract {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

    public static void main(String... args) {
        TestRun.main(IoUringServerTest.class);
    }

    @BeforeAll
    static void requireRings() throws IOException {
        LinuxOnly.assumeRings();
    }

    @Override
    String script() {
        return "io_uring_server";
    }

    @Test
    void itsStepsLoseNoCompletionAndNoByteAndEachMistakeCostsTheClientSomething() {
        try (var script = ScriptProcess.startAgain(script(), List.of("--steps"))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            assertEquals(
                    """
                    completed: 1 2 3 4, and more wait in the kernel
                    completed: 5 6 7 8, and more wait in the kernel
                    completed: 9 10
                    turn 1: 'hell' in buffer 0
                    turn 1: 'o, w' in buffer 1
                    turn 1: ENOBUFS, the last completion
                    turn 2: 'orld' in buffer 0
                    the client reads twotwo
                    closed, and the client reads nothing in 300 ms
                    canceled, and the client reads the end of the stream
                    """
                            .lines()
                            .toList(),
                    script.output());
        }
    }

    /** A request keeps the limit of when it was made, so this server starts with a low one. */
    @Override
    @Test
    void pausesAcceptingWithoutFileDescriptorsAndRecovers() throws IOException {
        Kit.assumeOnPath("prlimit");
        assertServesOthers(); // loads the classes that are loaded lazily
        long limit = openFiles() + 5;
        String running = Files.readString(Path.of("/proc/" + server.pid() + "/cmdline"));
        List<String> command = new ArrayList<>(List.of("prlimit", "--nofile=" + limit));
        command.addAll(List.of(running.split("\0")));
        server.close();
        server = new ScriptProcess(new ProcessBuilder(command));
        List<RawClient> clients = IntStream.range(0, 20).mapToObj(_ -> connect()).toList();
        await().until(() ->
                server.errors().stream().anyMatch(line -> line.startsWith("cannot accept")));
        assertTrue(server.errors().getFirst().contains("EMFILE from accept on"));
        assertServed(clients.getFirst(), "already in");
        for (RawClient client : clients) client.close();
        assertServesOthers();
        assertTrue(server.errors().size() < 20, () -> "it floods the terminal: " + server.errors());
    }

    @Test
    void manyMessagesAtOnceUseMoreBuffersThanThereAre() {
        try (var client = connect()) {
            client.send("x".repeat(3_000_000)).endOutput();
            assertEquals("ok", client.readToEnd());
        }
        assertServesOthers();
        assertEquals(List.of(), server.errors());
    }

    @Test
    void noDescriptorIsLeftOfTheClientsThatHaveGone() throws IOException {
        assertServesOthers();
        long before = openFiles();
        for (int i = 0; i < 20; i++) {
            connect().close();
            connect().send("half a mess").reset();
            assertServesOthers();
        }
        await().until(() -> openFiles() <= before);
    }

    private long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return files.count();
        }
    }

    @Test
    void stopsWhileClientsAreInEveryStepAndFreesThePort() {
        var silent = connect();
        var answered = connect().send("first");
        assertEquals("ok", answered.read(2));
        var left = connect().send("first");
        assertEquals("ok", left.read(2));
        left.send("second");
        assertEquals("", left.readToEnd());
        server.signal("INT");
        assertEquals(130, server.exitCode());
        for (RawClient client : List.of(silent, answered, left)) assertTrue(client.isGone());
        assertTrue(server.output().getLast().startsWith("server stopped: 3 clients, "));
        assertEquals(1, Collections.frequency(server.output(), "Success ..."));
    }

    @Test
    void answersEachHttpRequestOnAConnectionThatStaysOpen() {
        try (var http = ScriptProcess.startServer(script(), "--http");
                var client = new RawClient(http.port())) {
            for (int i = 0; i < 100; i++) {
                client.send(REQUEST);
                assertEquals(ANSWER, client.read(ANSWER.length()));
            }
            assertEquals("", client.endOutput().readToEnd());
            http.signal("INT");
            assertEquals(130, http.exitCode());
            assertTrue(
                    http.output().getLast().startsWith("server stopped: 1 clients, "),
                    http.toString());
            assertEquals(List.of(), http.errors());
        }
    }

    @Test
    void aRequestEndsAtItsEmptyLineInOnePieceOrManyAndSoDoesEachOfAPipeline() {
        try (var http = ScriptProcess.startServer(script(), "--http");
                var client = new RawClient(http.port())) {
            for (byte b : ("\r\n" + REQUEST).getBytes()) client.send(b);
            assertEquals(ANSWER, client.read(ANSWER.length()));
            String many = REQUEST.repeat(1000);
            client.send(many.substring(0, many.length() - 1));
            assertEquals(ANSWER.repeat(999), client.read(999 * ANSWER.length()));
            assertEquals(ANSWER, client.send("\n").endOutput().readToEnd());
        }
    }

    @Test
    void aClientThatReadsLateGetsEveryAnswer() {
        int count = 300_000; // 20 MB of answers do not fit into the buffers of both kernels
        try (var http = ScriptProcess.startServer(script(), "--http");
                var client = new RawClient(http.port());
                var other = new RawClient(http.port())) {
            client.send(REQUEST.repeat(count)).endOutput();
            assertEquals(ANSWER, other.send(REQUEST).read(ANSWER.length()));
            assertEquals(ANSWER.repeat(count), client.readToEnd());
        }
    }

    @Test
    void anHttpClientThatResetsOrLeavesInTheMiddleDisturbsNobody() {
        try (var http = ScriptProcess.startServer(script(), "--http")) {
            for (int i = 0; i < 20; i++) {
                new RawClient(http.port()).send(REQUEST.repeat(5000)).reset();
                new RawClient(http.port()).send("GET / HT").close();
            }
            try (var client = new RawClient(http.port())) {
                assertEquals(ANSWER, client.send(REQUEST).endOutput().readToEnd());
            }
            assertEquals(List.of(), http.errors());
        }
    }
}
