//SOURCES ServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import tests.shared.RawClient;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the servers promise that print everything as it arrives. */
abstract class PrintingServerContract extends ServerContract {
    private static final Pattern OWN_LINE =
            Pattern.compile(
                    "server started on |Got connection from |client \\S+ connected, |thread \\S+"
                            + " serves ");

    @Override
    void assertServed(RawClient client, String text) {
        client.send(text).endOutput();
        server.awaitLine(text);
        assertEquals("", client.readToEnd());
    }

    /** The lines of output that clients sent, without the server's own. */
    List<String> received() {
        return server.output().stream()
                .filter(line -> !OWN_LINE.matcher(line).lookingAt())
                .toList();
    }

    void awaitReceived(String all) {
        await("received " + all)
                .until(() -> received().stream().collect(Collectors.joining()).equals(all));
    }

    @Test
    void printsEachReadAsOneLineWithoutAPrefix() {
        try (var client = connect()) {
            client.send("{\"a\": ");
            server.awaitLine("{\"a\": ");
            client.send("1}");
            server.awaitLine("1}");
        }
    }

    @Test
    void printsEverythingOfALongMessage() {
        String message = "0123456789".repeat(500);
        try (var client = connect()) {
            client.send(message).endOutput();
            assertEquals("", client.readToEnd());
        }
        awaitReceived(message);
    }

    @Test
    void joinsACharacterThatIsCutInTwo() {
        try (var client = connect()) {
            client.send("a").send((byte) 0xe4, (byte) 0xb8);
            server.awaitLine("a");
            client.send((byte) 0xad).endOutput();
            client.readToEnd();
        }
        awaitReceived("a中");
    }

    @Test
    void showsInvalidAndUnfinishedUtf8AsReplacementCharacters() {
        try (var client = connect()) {
            client.send((byte) 'a', (byte) 0xff, (byte) 'b', (byte) 0xe4).endOutput();
            client.readToEnd();
        }
        awaitReceived("a\uFFFDb\uFFFD");
    }

    @Test
    void escapesControlCharacters() {
        try (var client = connect()) {
            client.send("\u001b[31mred\r\nserver stopped: by me\n").endOutput();
            client.readToEnd();
        }
        server.awaitLine("\\u001b[31mred\\r\\nserver stopped: by me\\n");
    }

    @Test
    void printsNothingForAnEndOfStream() {
        try (var client = connect()) {
            client.endOutput();
            client.readToEnd();
        }
        assertServesOthers();
        assertFalse(server.output().contains(""), server.toString());
        assertEquals(1, received().size());
    }

    @Test
    void printsWhatAClientSentBeforeItsReset() {
        try (var client = connect()) {
            client.send("last words");
            server.awaitLine("last words");
            client.reset();
        }
        assertServesOthers();
    }
}
