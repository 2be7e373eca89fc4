//SOURCES ../http/LocalHttp.java ../shared/HttpAnswer.java ../shared/ScriptProcess.java
//SOURCES ../shared/ScriptedServer.java ../shared/TestRun.java WebServerContract.java
package tests.chapters;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.http.HttpRequest;
import aio.http.HttpResponse;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.http.LocalHttp;
import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.ScriptedServer;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The framework, and the upstream server that its requests wait for. */
class CaroPigTest extends WebServerContract {
    private static final String REQ = "GET /req HTTP/1.1\r\nHost: a\r\n\r\n";

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final CompletableFuture<Void> firstMayAnswer = new CompletableFuture<>();

    /** Numbers the requests; the first waits until the test releases it. */
    @AutoClose private final LocalHttp upstream = new LocalHttp(this::answer);

    public static void main(String... args) {
        TestRun.main(CaroPigTest.class);
    }

    private void answer(HttpRequest request, HttpResponse response) throws Exception {
        int number = asked.incrementAndGet();
        response.onClose(left::incrementAndGet);
        if (number == 1) EventLoop.await(Future.wrap(firstMayAnswer));
        response.write("answer " + number);
    }

    @Override
    String script() {
        return "caro_pig";
    }

    @Override
    String[] options() {
        return new String[] {"--upstream", "127.0.0.1:" + upstream.port()};
    }

    private void awaitAsked(int count) {
        await("the upstream is asked").until(() -> asked.get() == count);
    }

    @Test
    void everyRequestGetsItsOwnAnswer() {
        try (var first = connect();
                var second = connect()) {
            first.send(REQ);
            awaitAsked(1);
            second.send(REQ);
            assertEquals("answer 2", HttpAnswer.read(second).body());
            assertServesOthers();
            firstMayAnswer.complete(null);
            assertEquals("answer 1", HttpAnswer.read(first).body());
        }
    }

    @Test
    void stopCompletesTheOldestRequestAndEndsItsQuestion() {
        try (var waits = connect();
                var stops = connect()) {
            waits.send(REQ);
            awaitAsked(1);
            assertEquals("ok", get(stops, "/stop").body());
            assertEquals("ok", HttpAnswer.read(waits).body());
            await("the upstream's client leaves").until(() -> left.get() == 1);
            assertEquals(404, get(stops, "/stop").status());
            assertEquals("answer 2", get(waits, "/req").body());
        }
    }

    /** With 16 connections for each, it is next to impossible that one loop gets all of them. */
    @Test
    void stopCompletesTheOldestRequestWhicheverLoopItIsOn() {
        try (var stalls =
                        new LocalHttp((request, response) -> {
                            asked.incrementAndGet();
                            EventLoop.await(new SleepEvent(Duration.ofHours(1)));
                        });
                var other =
                        ScriptProcess.startServer(
                                "caro_pig",
                                "--loops",
                                "2",
                                "--upstream",
                                "127.0.0.1:" + stalls.port())) {
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 1; i <= 16; i++) {
                waiting.add(new RawClient(other.port()).send(REQ));
                awaitAsked(i);
            }
            for (var client : waiting) {
                try (var stops = new RawClient(other.port())) {
                    assertEquals("ok", get(stops, "/stop").body());
                    assertEquals("ok", HttpAnswer.read(client).body());
                }
                client.close();
            }
            assertEquals(List.of(), other.errors());
        }
    }

    @Test
    void stopWithNothingToStopIsA404() {
        try (var client = connect()) {
            HttpAnswer answer = get(client, "/stop");
            assertEquals(404, answer.status());
            assertEquals("no request waits\n", answer.body());
        }
    }

    @Test
    void aClientThatLeavesTakesItsQuestionWithIt() {
        try (var stays = connect()) {
            var leaves = connect().send(REQ);
            awaitAsked(1);
            leaves.close();
            await("the upstream's client leaves").until(() -> left.get() == 1);
            assertEquals(404, get(stays, "/stop").status());
            assertEquals("answer 2", get(stays, "/req").body());
        }
        assertEquals(List.of(), server.errors());
    }

    @Tag(TestRun.SLOW)
    @Test
    void aThousandQuestionsAtOnceAreNotMixedUp() {
        firstMayAnswer.complete(null);
        List<RawClient> clients = IntStream.range(0, 1000).mapToObj(_ -> connect()).toList();
        clients.forEach(client -> client.send(REQ));
        Set<String> answers = ConcurrentHashMap.newKeySet();
        for (RawClient client : clients) {
            answers.add(HttpAnswer.read(client).body());
            client.close();
        }
        assertEquals(1000, answers.size());
    }

    @Test
    void anUpstreamThatRefusesOrTalksNonsenseIsA502() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (var nonsense =
                new ScriptedServer(conn -> {
                    conn.getInputStream().read();
                    conn.getOutputStream().write("nonsense\r\n\r\n".getBytes());
                    return "";
                })) {
            assertReq(502, "--upstream", "localhost:" + free);
            assertReq(502, "--upstream", "localhost:" + nonsense.port());
            assertReq(502, "--upstream", "no-such-host.invalid:80");
        }
    }

    @Test
    void anUpstreamThatStallsIsA504() {
        try (var stalls =
                new LocalHttp((request, response) ->
                        EventLoop.await(new SleepEvent(Duration.ofHours(1))))) {
            assertReq(504, "--upstream", "localhost:" + stalls.port(), "--timeout", "1");
        }
    }

    private static void assertReq(int status, String... options) {
        try (var other = ScriptProcess.startServer("caro_pig", options);
                var client = new RawClient(other.port()).send(REQ + REQ.replace("req", "index"))) {
            assertEquals(status, HttpAnswer.read(client).status());
            assertEquals("ok", HttpAnswer.read(client).body());
        }
    }

    @Test
    void hasAnUpstreamOfItsOwn() {
        try (var other = ScriptProcess.startServer("caro_pig");
                var client = new RawClient(other.port()).send(REQ)) {
            assertEquals("hello from upstream\n", HttpAnswer.read(client).body());
        }
    }

    /** One wait of many milliseconds; whoever is called back looks once. */
    @Test
    void pollingAnswersTooAndLooksAgainAndAgain() {
        try (var polling =
                        ScriptProcess.startServer(
                                "caro_pig",
                                "--poll",
                                "1",
                                "--upstream",
                                "127.0.0.1:" + upstream.port());
                var client = new RawClient(polling.port()).send(REQ)) {
            awaitAsked(1);
            try (var other = new RawClient(polling.port())) {
                for (int i = 0; i < 100; i++) assertEquals("ok", get(other, "/index").body());
            }
            firstMayAnswer.complete(null);
            assertEquals("answer 1", HttpAnswer.read(client).body());
            polling.signal("INT");
            assertEquals(130, polling.exitCode());
            String last = polling.output().getLast();
            assertTrue(last.matches("server stopped: 2 clients, ([2-9]|\\d{2,}) looks"), last);
        }
    }

    @Test
    void saysInOneLineThatTheUpstreamIsMisspelt() {
        try (var failing = ScriptProcess.start("caro_pig", "--upstream", "http://a/")) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size());
            assertTrue(failing.errors().getFirst().contains("must be HOST:PORT"));
        }
    }
}
