//SOURCES ServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import tests.shared.RawClient;

import java.util.Collections;
import java.util.List;

/** The conversation of four steps: the line for each event, and what the client gets. */
abstract class ConversationContract extends ServerContract {
    @Override
    void assertServed(RawClient client, String text) {
        client.send(text).endOutput();
        assertEquals("ok", client.readToEnd());
    }

    private void awaitLines(String... lines) {
        await(List.of(lines) + " in " + server)
                .until(() -> server.output().stream().skip(1).toList().equals(List.of(lines)));
    }

    @Test
    void printsEachOfTheFourLinesAtItsEvent() {
        try (var client = connect()) {
            awaitLines("Accept ...");
            client.send("first");
            awaitLines("Accept ...", "Connect ...", "Write ...");
            assertEquals("ok", client.read(2));
            client.send("second");
            awaitLines("Accept ...", "Connect ...", "Write ...", "Success ...");
            assertEquals("", client.readToEnd());
        }
    }

    @Test
    void takesTheEndOfTheStreamForSuccess() {
        try (var client = connect()) {
            assertServed(client, "only one");
            awaitLines("Accept ...", "Connect ...", "Write ...", "Success ...");
        }
    }

    @Test
    void printsAcceptAloneForConnectAndClose() {
        connect().close();
        assertServesOthers();
        await().until(() -> server.output().contains("Success ..."));
        assertEquals(2, Collections.frequency(server.output(), "Accept ..."));
        assertEquals(1, Collections.frequency(server.output(), "Connect ..."));
    }

    @Test
    void answersALongMessageWithoutAReset() {
        try (var client = connect()) {
            client.send("x".repeat(200_000)).endOutput();
            assertEquals("ok", client.readToEnd());
        }
    }

    @Test
    void readsWhatIsLeftSoThatALateSenderSeesNoReset() {
        try (var client = connect()) {
            client.send("first");
            assertEquals("ok", client.read(2));
            client.send("second");
            awaitLines("Accept ...", "Connect ...", "Write ...", "Success ...");
            for (int i = 0; i < 50; i++) client.send("more and more");
            assertEquals("", client.endOutput().readToEnd());
        }
    }

    @Test
    void printsSuccessWhenAClientLeavesItsAnswerUnread() {
        try (var client = connect()) {
            client.send("first");
            awaitLines("Accept ...", "Connect ...", "Write ...");
            client.reset();
            awaitLines("Accept ...", "Connect ...", "Write ...", "Success ...");
        }
    }
}
