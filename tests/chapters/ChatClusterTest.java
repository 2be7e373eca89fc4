//DEPS org.awaitility:awaitility:4.3.0
//SOURCES ../shared/Browser.java ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES ChatClient.java ChatClusterCrash.java ClusterNodes.java ClusterWriter.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import tests.shared.Browser;
import tests.shared.TestRun;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Three nodes of the chat, of which one is killed or stopped. */
class ChatClusterTest {
    public static void main(String... args) {
        TestRun.main(ChatClusterTest.class);
    }

    @Test
    void whatWasAcknowledgedIsKeptInOneOrderWhenTheCoordinatorIsKilled() throws Exception {
        new ChatClusterCrash(300, 1).run();
    }

    @Tag(TestRun.LONG)
    @Test
    void soItIsWhenAnotherMemberIsKilledAndTheNodesHaveTwoLoops() throws Exception {
        new ChatClusterCrash(300, 2).run("--loops", "2");
    }

    /** A node that is stopped for a while doesn't know that the others go on without it. */
    @Tag(TestRun.LONG)
    @Test
    void aStoppedCoordinatorTakesOverWhatTheMajorityHas() {
        try (var nodes = new ClusterNodes(3);
                var ann = enter(nodes, 1, "Ann");
                var bob = enter(nodes, 2, "Bob");
                var eve = enter(nodes, 3, "Eve")) {
            bob.send("say 1\tbefore");
            bob.nextOf("kept\tBob/1");
            nodes.signal(1, "STOP");
            ann.send("say 1\tfrom the stopped node");
            bob.send("say 2\twithout it");
            bob.nextOf("kept\tBob/2");
            nodes.awaitView(2, "node 2, node 3");
            eve.nextOf("said\tBob\twithout it");
            nodes.signal(1, "CONT");
            ann.nextOf("closed 1012 this node was away: come back");
            bob.nextOf("nodes\t");
            try (var late = enter(nodes, 1, "Late")) {
                bob.send("say 3\tafter");
                bob.nextOf("kept\tBob/3");
                late.nextOf("said\tBob\tafter");
            }
            List<String> history = historyOf(nodes, 1);
            assertEquals(history, historyOf(nodes, 2));
            assertEquals(history, historyOf(nodes, 3));
            assertTrue(
                    history.containsAll(
                            List.of(
                                    "said\tBob\tbefore",
                                    "said\tBob\twithout it",
                                    "said\tBob\tafter")));
            assertEquals(history.size(), Set.copyOf(history).size());
        }
    }

    @Tag(TestRun.LONG)
    @Test
    void aMinoritySaysSoAndTakesNoMessageUntilTheOthersAreBack() {
        try (var nodes = new ClusterNodes(3);
                var ann = enter(nodes, 1, "Ann")) {
            nodes.signal(2, "STOP");
            nodes.signal(3, "STOP");
            ann.nextOf("cut\tnode 1");
            ann.send("say 1\tanybody?");
            ann.nextOf("refused\tAnn/1");
            ChatClient.enter(nodes.port(1), "lobby", "Sam").nextOf("closed 4003");
            nodes.signal(2, "CONT");
            nodes.signal(3, "CONT");
            new ClusterWriter("Sue", 1, new AtomicInteger(), _ -> nodes.port(1)).call();
            nodes.awaitView(3, "node 1, node 2, node 3");
            assertEquals(List.of("said\tSue\tSue 0"), historyOf(nodes, 3));
        }
    }

    /** A node that has restarted doesn't know what it acknowledged together with a third one. */
    @Tag(TestRun.SLOW)
    @Test
    void aNodeThatHasRestartedDoesNotCountTowardAMajorityUntilAllAreThere() {
        try (var nodes = new ClusterNodes(3);
                var ann = enter(nodes, 1, "Ann")) {
            ann.send("say 1\tbefore");
            ann.nextOf("kept\tAnn/1");
            nodes.signal(2, "KILL");
            nodes.signal(3, "KILL");
            ann.nextOf("cut\tnode 1");
            nodes.start(2);
            nodes.awaitStarted(2);
            nodes.awaitCut(2, "node 1, node 2");
            nodes.awaitCut(1, "node 1, node 2");
            ann.send("say 2\tanybody?");
            ann.nextOf("refused\tAnn/2");
            nodes.start(3);
            nodes.awaitStarted(3);
            nodes.awaitView(3, "node 1, node 2, node 3");
            assertEquals(List.of("said\tAnn\tbefore"), historyOf(nodes, 3));
        }
    }

    @Tag(TestRun.SLOW)
    @Test
    void whoEntersAtOneNodeIsSeenAtAllAndANameIsTakenOnce() {
        try (var nodes = new ClusterNodes(2);
                var ann = enter(nodes, 1, "Ann");
                var bob = enter(nodes, 2, "Bob")) {
            ann.nextOf("joined\tBob");
            ChatClient.enter(nodes.port(1), "lobby", "Bob").nextOf("closed 4001");
            ann.send("say\t<b>hello</b>");
            bob.nextOf("said\tAnn\t<b>hello</b>");
            nodes.signal(1, "INT");
            bob.nextOf("cut\tnode 2");
            assertEquals(130, nodes.process(1).exitCode());
            assertEquals(List.of(), nodes.process(1).errors());
        }
    }

    @Tag(TestRun.LONG)
    @Test
    void aPageComesBackWithItsNodeAndSaysThatItIsCutOff() {
        try (var nodes = new ClusterNodes(3);
                var bob = enter(nodes, 2, "Bob");
                var page = Browser.open()) {
            page.go("http://localhost:" + nodes.port(3) + "/");
            page.press("Ann", Keys.ENTER);
            bob.nextOf("joined\tAnn");
            nodes.signal(3, "STOP");
            bob.nextOf("left\tAnn");
            bob.send("say 1\tmeanwhile");
            bob.nextOf("kept\tBob/1");
            nodes.signal(3, "CONT");
            bob.nextOf("joined\tAnn");
            page.awaitText("#messages li:first-child", "Bob: meanwhile");
            nodes.signal(1, "STOP");
            nodes.signal(2, "STOP");
            nodes.awaitCut(3, "node 3");
            page.awaitText("#messages li:last-child", "This node is cut off");
            page.press("anybody?", Keys.ENTER);
            page.awaitText("#messages li:last-child", "Nobody heard your last line");
            assertEquals(List.of(), page.errors());
        }
    }

    private static ChatClient enter(ClusterNodes nodes, int node, String name) {
        var client = ChatClient.enter(nodes.port(node), "lobby", name);
        client.nextOf("people\t");
        return client;
    }

    /** Returns the lines that somebody gets who enters now. */
    private static List<String> historyOf(ClusterNodes nodes, int node) {
        try (var client = ChatClient.enter(nodes.port(node), "lobby", "Historian " + node)) {
            return client.until("people\t");
        }
    }
}
