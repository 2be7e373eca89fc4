//SOURCES PrintingServerContract.java ../../lib/lesson/KernelQueues.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import lesson.KernelQueues;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The server that waits for one client at a time. Where the contract says that others are served
 * meanwhile, they wait here.
 */
class BioServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(BioServerTest.class);
    }

    @Override
    String script() {
        return "bio_server";
    }

    /** Does not hold here, and isn't a test: see the next one. */
    @Override
    void servesOthersWhileManyClientsAreSilent() {}

    @Test
    void theSecondClientWaitsUntilTheFirstLeaves() {
        try (var alice = connect();
                var bob = connect()) {
            alice.send("Alice");
            server.awaitLine("Alice");
            bob.send("Bob");
            awaitWaitingInTheKernel("1 to accept, 3 bytes to read");
            alice.send("Alice again");
            server.awaitLine("Alice again");
            assertEquals(List.of("Alice", "Alice again"), received());
            alice.endOutput();
            server.awaitLine("Bob");
            awaitWaitingInTheKernel("0 to accept, 0 bytes to read");
        }
    }

    private void awaitWaitingInTheKernel(String what) {
        if (!Files.exists(Path.of("/proc/net/tcp6"))) return;
        await().until(() ->
                KernelQueues.of(server.port()).equals("waiting in the kernel: " + what));
    }

    @Test
    @Override
    void survivesAClientThatNeverReadsTheAnswer() {
        try (var rude = connect()) {
            rude.send("x".repeat(100_000));
        }
        assertServesOthers();
    }

    /**
     * It holds one connection at a time, so not even one more descriptor may be left. Linux sets
     * one aside as soon as accept is called, so that the first client gets in.
     */
    @Test
    @Override
    void pausesAcceptingWithoutFileDescriptorsAndRecovers() {
        Kit.assumeOnPath("prlimit");
        assertServesOthers(); // loads the classes that are loaded lazily
        int whileServing;
        try (var client = connect()) {
            client.send("in");
            server.awaitLine("in");
            whileServing = lowestFreeDescriptor();
        }
        // A client sees the end of its connection before the server's descriptor is free again.
        await().until(() -> lowestFreeDescriptor() < whileServing);
        limitOpenFiles(lowestFreeDescriptor());
        assertServesOthers();
        await().until(() -> !server.errors().isEmpty());
        assertEquals(
                List.of("cannot accept (Too many open files): pausing until a client leaves"),
                server.errors());
        try (var client = connect()) {
            limitOpenFiles(1000);
            assertServed(client, "waited");
        }
        assertServesOthers();
        assertEquals(1, server.errors().size(), () -> "it floods: " + server.errors());
    }

    private int lowestFreeDescriptor() {
        return IntStream.iterate(0, n -> n + 1)
                .filter(n -> Files.notExists(Path.of("/proc/" + server.pid() + "/fd/" + n)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Override
    void startsAgainAtOnceOnTheSamePort() {
        int port = server.port();
        try (var client = connect()) {
            client.send("in");
            server.awaitLine("in");
            server.signal("INT");
            assertEquals(130, server.exitCode());
            assertTrue(client.isGone());
        }
        server = ScriptProcess.startAgain(script(), List.of("localhost", Integer.toString(port)));
        assertEquals(port, server.port());
        assertServesOthers();
    }

    /** Ctrl-C ends the connection that is served, and the one that waits. */
    @Test
    @Override
    void closesItsSocketsAndSaysSoOnCtrlC() {
        assertServesOthers();
        try (var alice = connect();
                var bob = connect()) {
            alice.send("Alice");
            server.awaitLine("Alice");
            server.signal("INT");
            assertEquals(130, server.exitCode());
            assertTrue(alice.isGone());
            assertTrue(bob.isGone());
        }
        assertEquals("server stopped: 2 clients", server.output().getLast());
        assertEquals(List.of(), server.errors());
    }

    @Test
    void stopsOnCtrlCWhileItWaitsForAClient() {
        server.signal("INT");
        assertEquals(130, server.exitCode());
        assertEquals("server stopped: 0 clients", server.output().getLast());
    }

    @Test
    void theKernelServesBobWhileTheServerWaitsForSilentAlice() {
        List<String> lines = linesOf("localhost", "0", "--alice-and-bob");
        assertEquals(
                List.of("Alice has connected", "Bob has connected", "Bob has sent 14 bytes"),
                lines.subList(1, 4));
        List<String> rest = lines.subList(lines.indexOf("Alice leaves"), lines.size());
        assertEquals(
                List.of("Alice leaves", "hello from Bob", "Bob has been served"),
                rest.subList(0, 3));
        assumeTrue(Files.exists(Path.of("/proc/net/tcp6")), "this system has no /proc/net/tcp6");
        assertEquals("waiting in the kernel: 1 to accept, 14 bytes to read", lines.get(4));
    }

    @Test
    void anInterruptDoesNotEndAnAcceptButACloseDoes() {
        assertEquals(
                List.of(
                        "interrupted: has it ended? false",
                        "accept: Socket closed",
                        "closed: has it ended? true"),
                linesOf("--interrupt"));
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
