//DEPS org.awaitility:awaitility:4.3.0
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES ChatClient.java ChatClusterCrash.java ClusterNodes.java ClusterWriter.java
package tests.chapters;

import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

/** Three nodes of the chat, of which one is killed or stopped. */
class ChatClusterTest {
    public static void main(String... args) {
        TestRun.main(ChatClusterTest.class);
    }

    @Test
    void whatWasAcknowledgedIsKeptInOneOrderWhenTheCoordinatorIsKilled() throws Exception {
        IO.println("told after " + new ChatClusterCrash(300, 1).run().toMillis() + " ms");
    }
}
