//SOURCES ServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** The server that numbers messages: lines, or bytes after their length. */
class LineServerTest extends ServerContract {
    private static final String TOO_LONG = "error: a line longer than 1024 bytes\n";

    public static void main(String... args) {
        TestRun.main(LineServerTest.class);
    }

    @Override
    String script() {
        return "line_server";
    }

    @Override
    void assertServed(RawClient client, String text) {
        assertAnswer("1 " + text + "\n", client.send(text + "\n"));
    }

    /** Reads no more than this. */
    private static void assertAnswer(String expected, RawClient client) {
        assertEquals(expected, client.read(expected.getBytes(StandardCharsets.UTF_8).length));
    }

    @Test
    void findsTheSameLinesWhereverTheStreamIsCut() {
        byte[] stream = "caf\u00e9\n\nna\u00efve \ud83d\ude00\n".getBytes(StandardCharsets.UTF_8);
        String answer = "1 caf\u00e9\n2 \n3 na\u00efve \ud83d\ude00\n";
        for (int cut = 0; cut <= stream.length; cut++) {
            try (var client = connect()) {
                client.send(Arrays.copyOf(stream, cut));
                client.send(Arrays.copyOfRange(stream, cut, stream.length));
                assertEquals(answer, client.endOutput().readToEnd());
            }
        }
        try (var client = connect()) {
            for (byte b : stream) client.send(b);
            assertAnswer(answer, client);
        }
    }

    @Test
    void answersNothingBeforeTheLineFeedHasCome() {
        try (var client = connect()) {
            assertAnswer("1 first\n", client.send("first\nsec"));
            assertServesOthers();
            assertAnswer("2 second\n", client.send("ond\n"));
        }
    }

    @Test
    void saysThatTheStreamEndedInsideAMessageAndDoesNotAnswerIt() {
        try (var client = connect().send("whole\nhalf").endOutput()) {
            assertEquals("1 whole\nerror: the stream ended inside a message\n", client.readToEnd());
        }
    }

    @Test
    void allowsALineOfExactlyTheLimit() {
        String longest = "x".repeat(1024);
        try (var client = connect()) {
            assertAnswer("1 " + longest + "\n", client.send(longest + "\n"));
            assertEquals(TOO_LONG, client.send(longest + "x").endOutput().readToEnd());
        }
    }

    /** A reset would be an error here, and might destroy the answer. */
    @Test
    void refusesALineThatNeverEndsAndLeavesInGoodOrder() {
        try (var client = connect()) {
            client.send("x".repeat(1_000_000));
            assertEquals(TOO_LONG, client.endOutput().readToEnd());
        }
        assertServesOthers();
    }

    @Test
    void doesNotReadOnWhileTheClientDoesNotReadItsAnswers() throws Exception {
        int pieces = 1000;
        var sent = new AtomicInteger();
        var before = new AtomicInteger();
        var rude = connect();
        var sender = Thread.ofVirtual().unstarted(() -> sendLines(rude, pieces, sent));
        sender.start();
        await().during(Duration.ofMillis(500))
                .until(() -> sent.get() > 0 && sent.get() == before.getAndSet(sent.get()));
        assertTrue(sent.get() < pieces, "65 MB were taken from a client that does not read");
        assertServesOthers();
        rude.reset();
        sender.join();
    }

    private static void sendLines(RawClient client, int pieces, AtomicInteger sent) {
        try {
            for (int i = 0; i < pieces; i++) {
                client.send(("y".repeat(1000) + "\n").repeat(65));
                sent.incrementAndGet();
            }
        } catch (UncheckedIOException e) {
            // The test has seen enough, and resets the connection.
        }
    }

    @Test
    void carriesAnyBytesAfterTheirLength() {
        server.close();
        server = ScriptProcess.startServer(script(), "--length");
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) all[i] = (byte) i;
        byte[] message = framed(all);
        String text = "1 " + new String(all, StandardCharsets.ISO_8859_1);
        byte[] answer = framed(text.getBytes(StandardCharsets.ISO_8859_1));
        try (var client = connect()) {
            for (byte b : message) client.send(b);
            assertArrayEquals(answer, client.readBytes(answer.length));
        }
    }

    @Test
    void refusesALengthAboveTheLimitBeforeTheMessageComes() {
        server.close();
        server = ScriptProcess.startServer(script(), "--length");
        for (int length : new int[] {1025, Integer.MAX_VALUE, -1}) {
            try (var client = connect()) {
                client.send(ByteBuffer.allocate(4).putInt(length).array());
                byte[] error = framed("error: a message longer than 1024 bytes".getBytes());
                assertArrayEquals(error, client.readBytes(error.length));
                assertEquals("", client.endOutput().readToEnd());
            }
        }
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array();
    }
}
