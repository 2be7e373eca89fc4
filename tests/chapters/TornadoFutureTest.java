//SOURCES ../shared/HttpAnswer.java ../shared/ScriptProcess.java WebServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The handlers that wait for a thread. */
@Tag(TestRun.SLOW)
class TornadoFutureTest extends WebServerContract {
    public static void main(String... args) {
        TestRun.main(TornadoFutureTest.class);
    }

    @Override
    String script() {
        return "tornado_future";
    }

    @Override
    String[] options() {
        return new String[] {"--seconds", "2"};
    }

    @Override
    String page() {
        return "/now";
    }

    @Override
    String content() {
        return "at once";
    }

    @Test
    void aHandlerAnswersWithTheResultThatAThreadHasSet() {
        try (var client = connect()) {
            assertEquals("success: 123\n", get(client, "/index").body());
        }
    }

    /** If each waited for the one before, this would take minutes and time out. */
    @Test
    void aHundredWaitAtTheSameTimeAndOthersAreServedMeanwhile() {
        List<RawClient> clients = IntStream.range(0, 100).mapToObj(_ -> connect()).toList();
        for (RawClient client : clients) client.send("GET /index HTTP/1.1\r\nHost: a\r\n\r\n");
        assertServesOthers();
        for (RawClient client : clients) {
            assertEquals("success: 123\n", HttpAnswer.read(client).body());
            client.close();
        }
    }

    @Test
    void aWaitTakesAPlatformThreadUnlessThePoolIsOfVirtualOnes() {
        assertTrue(threadsAfterAHundredWaits() >= 100);
        assertTrue(threadsAfterAHundredWaits("--virtual") < 100);
    }

    private int threadsAfterAHundredWaits(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = "--seconds";
        all[options.length + 1] = "2";
        try (var other = ScriptProcess.startServer("tornado_future", all)) {
            List<RawClient> clients =
                    IntStream.range(0, 100).mapToObj(_ -> new RawClient(other.port())).toList();
            for (RawClient client : clients) client.send("GET /index HTTP/1.1\r\nHost: a\r\n\r\n");
            for (RawClient client : clients)
                assertEquals("success: 123\n", HttpAnswer.read(client).body());
            String threads = get(clients.getFirst(), "/threads").body();
            clients.forEach(RawClient::close);
            return Integer.parseInt(threads.replace(" threads\n", ""));
        }
    }

    @Test
    void onlyACallbackThatIsQueuedWithAWakeUpRunsInTimeAndOnTheLoop() {
        try (var mistakes = ScriptProcess.start("tornado_future", "--mistakes")) {
            assertEquals(0, mistakes.exitCode(), mistakes.toString());
            assertEquals(
                    List.of(
                            "run the callback at once:",
                            "  answered by the worker",
                            "  nothing woke the loop for a second",
                            "put it into the loop's queue:",
                            "  nothing woke the loop for a second",
                            "  answered by the loop",
                            "and wake the loop:",
                            "  answered by the loop"),
                    mistakes.output());
        }
    }

    @Test
    void aClientThatLeavesWhileItsHandlerWaitsDoesNoHarm() {
        for (int i = 0; i < 10; i++) {
            connect().send("GET /index HTTP/1.1\r\nHost: a\r\n\r\n").reset();
        }
        aHandlerAnswersWithTheResultThatAThreadHasSet();
        assertEquals(List.of(), server.errors());
    }
}
