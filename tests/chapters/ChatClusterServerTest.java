//SOURCES ../shared/HttpAnswer.java ChatClient.java ClusterNodes.java ServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.ArrayList;
import java.util.List;

/** A node of the chat as a server, and what its arguments may be. */
@Tag(TestRun.SLOW)
class ChatClusterServerTest extends ServerContract {
    public static void main(String... args) {
        TestRun.main(ChatClusterServerTest.class);
    }

    @Override
    String script() {
        return "chat_cluster";
    }

    @Override
    void assertServed(RawClient client, String text) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Text: " + text);
        HttpAnswer answer = HttpAnswer.read(client.send("\r\n\r\n"));
        assertEquals(200, answer.status());
        assertTrue(answer.body().contains("<title>Chat</title>"), answer.body());
    }

    @Test
    void threeNodesInOneProcessHaveOneRoom() {
        // The chapter's own peers belong to its console blocks, which may run at this moment.
        String[] options = {"--nodes", "3", "--peers", ClusterNodes.peers(3)};
        try (var nodes = ScriptProcess.startServer("chat_cluster", options)) {
            for (int n = 1; n <= 3; n++)
                nodes.awaitLine("node " + n + " is with node 1, node 2, node 3");
            List<Integer> ports =
                    nodes.output().stream()
                            .filter(line -> line.startsWith("server started"))
                            .map(line -> Integer.valueOf(line.replaceAll(".*:", "")))
                            .toList();
            try (var ann = ChatClient.enter(ports.get(0), "lobby", "Ann")) {
                ann.nextOf("people\t"); // if Bob were in first, he would be one of these
                try (var bob = ChatClient.enter(ports.get(2), "lobby", "Bob")) {
                    ann.nextOf("joined\tBob");
                    bob.send("say\thello");
                    ann.nextOf("said\tBob\thello");
                }
            }
            nodes.signal("INT");
            assertEquals(130, nodes.exitCode());
            assertEquals(List.of(), nodes.errors());
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithItsPeers() {
        assertFails(
                "there is no node 3 among 2 peers.*",
                "--node",
                "3",
                "--peers",
                "localhost:1,localhost:2");
        assertFails(".*--peers must be HOST:PORT,.*", "--peers", "localhost");
        assertFails(
                "port " + server.port() + " is in use on localhost.*",
                "--peers",
                "localhost:" + server.port());
    }

    private static void assertFails(String message, String... options) {
        List<String> args = new ArrayList<>(List.of("localhost", "0"));
        args.addAll(List.of(options));
        try (var failing = ScriptProcess.startAgain("chat_cluster", args)) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().matches(message), failing.toString());
        }
    }
}
