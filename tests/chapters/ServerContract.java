//SOURCES ../shared/Kit.java ../shared/RawClient.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What every server of the book promises: no client can end it or disturb the others. */
abstract class ServerContract {
    private static final AtomicInteger NEXT = new AtomicInteger();

    @AutoClose ScriptProcess server;

    /** The chapter's name. */
    abstract String script();

    /** More arguments after host and port. */
    String[] options() {
        return new String[0];
    }

    /** Fails unless the server does its work for this new client, which sends the text. */
    abstract void assertServed(RawClient client, String text);

    @BeforeEach
    void startServer() {
        server = ScriptProcess.startServer(script(), options());
    }

    RawClient connect() {
        return new RawClient(server.port());
    }

    void assertServesOthers() {
        try (var client = connect()) {
            assertServed(client, "client number " + NEXT.incrementAndGet());
        }
        assertTrue(server.isAlive());
    }

    @Test
    void printsItsStartLineOnceItAccepts() {
        assertEquals("server started on localhost:" + server.port(), server.startLine());
        assertServesOthers();
    }

    @Test
    void survivesConnectAndClose() {
        for (int i = 0; i < 20; i++) connect().close();
        assertServesOthers();
        assertEquals(List.of(), server.errors());
    }

    @Test
    void servesOthersWhileManyClientsAreSilent() {
        List<RawClient> silent = IntStream.range(0, 20).mapToObj(_ -> connect()).toList();
        assertServesOthers();
        for (RawClient client : silent) {
            assertServed(client, "late " + client.localPort());
            client.close();
        }
    }

    @Test
    void survivesResetsBeforeInTheMiddleOfAndAfterData() {
        for (int i = 0; i < 20; i++) {
            connect().reset();
            connect().send("half a mess").reset();
            var after = connect().send("whole").endOutput();
            after.reset();
        }
        assertServesOthers();
        assertEquals(List.of(), server.errors());
    }

    @Test
    void survivesInvalidUtf8() {
        try (var client = connect()) {
            client.send((byte) 0xff, (byte) 0xfe, (byte) 0x80).endOutput();
            client.readToEnd();
        }
        assertServesOthers();
    }

    @Test
    void survivesAClientThatNeverReadsTheAnswer() {
        try (var rude = connect()) {
            rude.send("x".repeat(100_000));
            assertServesOthers();
        }
        assertServesOthers();
    }

    /** A server that leaves something open after each connection can't accept any more. */
    @Test
    void servesMoreConnectionsThanItMayHaveFiles() throws IOException {
        Kit.assumeOnPath("prlimit");
        assertServesOthers(); // loads the classes that are loaded lazily
        limitOpenFiles(openFiles() + 50);
        for (int i = 0; i < 150; i++) assertServesOthers();
        assertEquals(List.of(), server.errors());
    }

    @Tag(TestRun.SLOW)
    @Test
    void servesTwoHundredClientsAtOnce() {
        List<RawClient> clients = IntStream.range(0, 200).mapToObj(_ -> connect()).toList();
        for (RawClient client : clients) {
            assertServed(client, "one of 200 on " + client.localPort());
            client.close();
        }
    }

    /**
     * A stopped process accepts no connection, so all 100 must fit into the kernel's queue. With a
     * backlog of 5 they do not.
     */
    @Test
    void queuesABurstOfAHundredConnects() {
        server.signal("STOP");
        List<RawClient> clients;
        try {
            clients = IntStream.range(0, 100).mapToObj(_ -> connect()).toList();
        } finally {
            server.signal("CONT");
        }
        for (RawClient client : clients) {
            assertServed(client, "one of 100 on " + client.localPort());
            client.close();
        }
    }

    @Test
    void pausesAcceptingWithoutFileDescriptorsAndRecovers() throws IOException {
        Kit.assumeOnPath("prlimit");
        assertServesOthers(); // loads the classes that are loaded lazily
        limitOpenFiles(openFiles() + 5);
        List<RawClient> clients = IntStream.range(0, 20).mapToObj(_ -> connect()).toList();
        await().until(() ->
                server.errors().stream().anyMatch(line -> line.startsWith("cannot accept")));
        assertServed(clients.getFirst(), "already in");
        for (RawClient client : clients) client.close();
        assertServesOthers();
        assertTrue(server.errors().size() < 20, () -> "it floods the terminal: " + server.errors());
    }

    /** Limits the numbers that the server can give to files: each is less than the limit. */
    void limitOpenFiles(long limit) {
        ScriptProcess.run(
                "prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + limit + ":");
    }

    private long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return files.map(file -> Integer.parseInt(file.getFileName().toString()))
                            .max(Integer::compare)
                            .orElseThrow()
                    + 1L;
        }
    }

    /**
     * The side that closes first keeps the address for a minute (TIME_WAIT): here that is the
     * server.
     */
    @Test
    void startsAgainAtOnceOnTheSamePort() {
        int port = server.port();
        try (var client = connect()) {
            assertServesOthers(); // so the first client is accepted, too
            server.signal("INT");
            assertEquals(130, server.exitCode());
            assertTrue(client.isGone());
        }
        server = ScriptProcess.startAgain(script(), List.of("localhost", Integer.toString(port)));
        assertEquals(port, server.port());
        assertServesOthers();
    }

    @Test
    void closesItsSocketsAndSaysSoOnCtrlC() {
        try (var client = connect()) {
            assertServesOthers(); // so the first client is accepted, too
            server.signal("INT");
            assertEquals(130, server.exitCode());
            assertTrue(client.isGone());
        }
        assertTrue(
                server.output().getLast().startsWith("server stopped: 2 clients"),
                server.toString());
        assertEquals(List.of(), server.errors());
    }

    @Test
    void saysInOneLineThatThePortIsInUse() {
        assertFailsWith(".*(in use).*port.*", "localhost", Integer.toString(server.port()));
    }

    @Test
    void saysInOneLineWhatIsWrongWithItsArguments() {
        assertFailsWith("unknown host 'no such host'.*", "no such host", "0");
        assertFailsWith(
                ".* port must be a number from 0 to 65535, not 'http'.*", "localhost", "http");
        assertFailsWith(
                ".* port must be a number from 0 to 65535, not '70000'.*", "localhost", "70000");
        assertFailsWith(".* does not take 'more'.*", "localhost", "0", "more");
        assertFailsWith(".* has no option --fast.*", "--fast");
    }

    private void assertFailsWith(String message, String... args) {
        try (var failing = ScriptProcess.startAgain(script(), List.of(args))) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().matches(message), failing.toString());
            assertEquals(List.of(), failing.output());
        }
    }

    @Test
    void explainsItselfOnHelp() {
        try (var help = ScriptProcess.startAgain(script(), List.of("--help"))) {
            assertEquals(0, help.exitCode());
            assertTrue(
                    help.output().getFirst().startsWith("usage: " + script() + " [host] [port]"));
        }
    }
}
