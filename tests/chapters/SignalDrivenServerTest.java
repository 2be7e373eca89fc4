//SOURCES PrintingServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The server that takes a signal for each event, and what becomes of signals that don't fit. */
@EnabledOnOs(OS.LINUX)
class SignalDrivenServerTest extends PrintingServerContract {
    public static void main(String... args) {
        TestRun.main(SignalDrivenServerTest.class);
    }

    @Override
    String script() {
        return "signal_driven_server";
    }

    @Test
    void allSignalsOfAConversationSayTheSame() {
        try (var script = ScriptProcess.startAgain(script(), List.of("--steps"))) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    """
                    a signal with the events 0x41, and recv returns 10
                    a signal with the events 0x41, and recv returns 0
                    a signal with the events 0x41, and recv returns 0
                    a signal with the events 0x41, and recv returns 0
                    """
                            .lines()
                            .toList(),
                    script.output());
        }
    }

    /** All processes of a user share the queue's limit, so another's signal may make room. */
    @Test
    void aFullQueueLosesSignalsAndSaysSoWithOneSigio() {
        Kit.assumeOnPath("prlimit");
        var command = ScriptProcess.launcher(script(), "--flood");
        command.command().addAll(0, List.of("prlimit", "--sigpending=100"));
        var counts = new ArrayList<String>();
        String full = "N signals for the listener, 0 for Bob, and 1 SIGIO";
        for (int i = 0; i < 5 && !counts.contains(full); i++) {
            try (var script = new ScriptProcess(command)) {
                assertEquals(0, script.exitCode(), script.toString());
                counts.add(String.join("\n", script.output()).replaceAll("^\\d+", "N"));
            }
        }
        assertEquals(full, counts.getLast(), counts.toString());
    }

    @Test
    void servesAClientWhoseSignalDidNotFitIntoTheQueue() {
        Kit.assumeOnPath("prlimit");
        ScriptProcess.run("prlimit", "--pid", Long.toString(server.pid()), "--sigpending=100:");
        try (var bob = connect()) {
            bob.send("hello");
            server.awaitLine("hello");
            server.signal("STOP");
            try {
                for (int i = 0; i < 150; i++) connect().close();
                bob.send("hello again");
            } finally {
                server.signal("CONT");
            }
            server.awaitLine("hello again");
        }
    }

    /** HotSpot unblocks the signals of a thread that ends: one in its queue would end the JVM. */
    @Test
    void stopsInGoodOrderAlthoughClientsGoOnSending() throws Exception {
        List<Thread> senders =
                IntStream.range(0, 20)
                        .mapToObj(_ -> Thread.startVirtualThread(this::send))
                        .toList();
        await().until(() -> server.output().size() > 100);
        server.signal("INT");
        assertEquals(130, server.exitCode());
        assertEquals(List.of(), server.errors());
        for (Thread sender : senders) sender.join();
    }

    private void send() {
        try (var socket = new Socket("localhost", server.port())) {
            socket.setTcpNoDelay(true);
            while (true) socket.getOutputStream().write('x');
        } catch (IOException e) {
            // The server has closed the connection.
        }
    }
}
