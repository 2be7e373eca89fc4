//SOURCES ../../lib/aio/SleepEvent.java ../shared/HttpAnswer.java ../shared/TestRun.java
//SOURCES LocalHttp.java
package tests.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.Future;
import aio.SleepEvent;
import aio.http.HttpException;
import aio.http.HttpHandler;
import aio.http.Limits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Connections: time limits, slow and broken clients, failing handlers, the stop. */
@Timeout(120)
class HttpConnectionTest {
    private static final String INDEX = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final HttpHandler OK = (request, response) -> response.write("ok");
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    public static void main(String... args) {
        TestRun.main(HttpConnectionTest.class);
    }

    private static void assertServed(LocalHttp http) {
        try (var client = http.connect()) {
            assertEquals("ok", HttpAnswer.read(client.send(INDEX)).body());
        }
    }

    private static void awaitConnections(LocalHttp http, int count) {
        await().until(() -> http.connections() == count);
    }

    // ---- Time

    @Test
    void anUnfinishedHeadIsA408AndTheEnd() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withTimes(SHORT, LONG, LONG, LONG));
                var slow = http.connect().send("GET /index HTTP/1.1\r\nHost:")) {
            assertEquals(408, HttpAnswer.read(slow).status());
            assertEquals("", slow.readToEnd());
            awaitConnections(http, 0);
        }
    }

    @Test
    void aSecondHeadThatIsUnfinishedIsA408() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withTimes(SHORT, LONG, LONG, LONG));
                var slow = http.connect().send(INDEX + "GET /in")) {
            assertEquals(200, HttpAnswer.read(slow).status());
            assertEquals(408, HttpAnswer.read(slow).status());
            assertEquals("", slow.readToEnd());
        }
    }

    @Test
    void anUnfinishedBodyIsA408AndTheEnd() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withTimes(LONG, SHORT, LONG, LONG));
                var slow = http.connect()) {
            slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            assertEquals(408, HttpAnswer.read(slow).status());
            assertEquals("", slow.readToEnd());
        }
    }

    @Test
    void aConnectionThatSaysNothingEndsInSilence() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withTimes(LONG, LONG, SHORT, LONG));
                var silent = http.connect()) {
            assertEquals("", silent.readToEnd());
        }
    }

    @Test
    void anIdleConnectionEndsInSilence() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withTimes(LONG, LONG, SHORT, LONG));
                var idle = http.connect().send(INDEX)) {
            assertEquals(200, HttpAnswer.read(idle).status());
            assertEquals("", idle.readToEnd());
        }
    }

    @Test
    void aHandlerMayTakeItsTime() {
        HttpHandler slow =
                (request, response) -> {
                    EventLoop.await(new SleepEvent(SHORT.multipliedBy(3)));
                    response.write("late");
                };
        try (var http = new LocalHttp(slow, Limits.DEFAULT.withTimes(SHORT, SHORT, SHORT, SHORT));
                var client = http.connect().send(INDEX)) {
            assertEquals("late", HttpAnswer.read(client).body());
        }
    }

    @Test
    void aClientThatTakesNothingOfItsAnswerIsLeft() {
        HttpHandler large = (request, response) -> response.write(new byte[50_000_000]);
        try (var http = new LocalHttp(large, Limits.DEFAULT.withTimes(LONG, LONG, LONG, SHORT));
                var client = http.connect()) {
            client.send(INDEX);
            awaitConnections(http, 1);
            awaitConnections(http, 0);
        }
    }

    // ---- Slow and broken clients

    @Test
    void aSlowReaderCostsNoMemoryAndHoldsUpNobody() {
        var written = new AtomicLong();
        HttpHandler streaming =
                (request, response) -> {
                    if (request.path().equals("/index")) {
                        response.write("ok");
                        return;
                    }
                    for (int i = 0; i < 1000; i++) {
                        response.write(new byte[64 * 1024]);
                        response.flush();
                        written.addAndGet(64 * 1024);
                    }
                };
        try (var http = new LocalHttp(streaming);
                var slow = http.connect().send("GET /big HTTP/1.0\r\n\r\n")) {
            await().until(() -> written.get() > 0);
            IntStream.range(0, 100).forEach(_ -> assertServed(http));
            assertTrue(written.get() < 60_000_000, "it waits for the reader");
            HttpAnswer answer = HttpAnswer.read(slow, false);
            assertEquals("close", answer.headers().get("Connection"));
            assertEquals(64 * 1024 * 1000, slow.readBytes(Integer.MAX_VALUE).length);
        }
    }

    @Test
    void aResetDuringALargeAnswerEndsOnlyThatConnection() {
        HttpHandler handler =
                (request, response) -> {
                    if (request.path().equals("/index")) response.write("ok");
                    else response.write(new byte[5_000_000]);
                };
        try (var http = new LocalHttp(handler)) {
            for (int i = 0; i < 20; i++) {
                var client = http.connect().send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
                client.read(1000);
                client.reset();
            }
            assertServed(http);
            awaitConnections(http, 0);
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void aClientThatLeavesBeforeTheHandlerHasFinishedDoesNoHarm() {
        var finished = new AtomicInteger();
        var go = new CompletableFuture<Void>();
        HttpHandler waits =
                (request, response) -> {
                    if (!request.path().equals("/index")) EventLoop.await(Future.wrap(go));
                    response.write("ok");
                    finished.incrementAndGet();
                };
        try (var http = new LocalHttp(waits)) {
            http.connect().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n").reset();
            http.connect().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n").close();
            awaitConnections(http, 2);
            go.complete(null);
            awaitConnections(http, 0);
            assertServed(http);
            assertEquals(3, finished.get());
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void aHalfClosedConnectionGetsItsWholeAnswer() {
        HttpHandler large = (request, response) -> response.write("x".repeat(3_000_000));
        try (var http = new LocalHttp(large);
                var client = http.connect().send(INDEX + INDEX).endOutput()) {
            assertEquals(3_000_000, HttpAnswer.read(client).body().length());
            assertEquals(3_000_000, HttpAnswer.read(client).body().length());
            assertEquals("", client.readToEnd());
        }
    }

    @Test
    void contentThatIsCutOffReachesNoHandler() {
        var calls = new AtomicInteger();
        HttpHandler counting = (request, response) -> calls.incrementAndGet();
        try (var http = new LocalHttp(counting)) {
            var client = http.connect();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            assertEquals("", client.endOutput().readToEnd());
            awaitConnections(http, 0);
            assertEquals(0, calls.get());
        }
    }

    @Test
    void aConnectionThatIsClosedAtOnceLeavesNothing() {
        try (var http = new LocalHttp(OK)) {
            for (int i = 0; i < 50; i++) http.connect().close();
            assertServed(http);
            awaitConnections(http, 0);
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void aClientThatWaitsForA100GetsOne() {
        HttpHandler echo = (request, response) -> response.write(request.body());
        try (var http = new LocalHttp(echo);
                var client = http.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertEquals(100, HttpAnswer.read(client).status());
            client.send("5\r\n");
            assertServedMeanwhile(http);
            client.send("hello\r\n0\r\n\r\n");
            assertEquals("hello", HttpAnswer.read(client).body());
        }
    }

    private static void assertServedMeanwhile(LocalHttp http) {
        try (var client = http.connect()) {
            assertEquals(200, HttpAnswer.read(client.send(INDEX)).status());
        }
    }

    // ---- Pipelining

    @Test
    void pipelinedRequestsWithoutAReaderAreHeldBackInTheKernel() {
        var calls = new AtomicInteger();
        HttpHandler numbering =
                (request, response) -> response.write("x".repeat(10_000) + calls.incrementAndGet());
        try (var http = new LocalHttp(numbering);
                var client = http.connect()) {
            var sender =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 5_000; i++) client.send(INDEX);
                            });
            await().until(() -> calls.get() > 100);
            try (var other = http.connect().send(INDEX)) {
                assertEquals(200, HttpAnswer.read(other).status());
            }
            assertTrue(calls.get() < 5_000, "answers pile up in memory");
            for (int i = 0; i < 5_000; i++) HttpAnswer.read(client);
            await().until(() -> !sender.isAlive());
            assertEquals(5_001, calls.get());
        }
    }

    @Test
    void anAnswerDoesNotWaitForALaterHandlerThatSuspends() {
        var go = new CompletableFuture<String>();
        HttpHandler handler =
                (request, response) ->
                        response.write(
                                request.path().equals("/index")
                                        ? "ok"
                                        : EventLoop.await(Future.wrap(go)));
        try (var http = new LocalHttp(handler);
                var client = http.connect()) {
            client.send(INDEX + INDEX + "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" + INDEX);
            assertEquals("ok", HttpAnswer.read(client).body());
            assertEquals("ok", HttpAnswer.read(client).body());
            go.complete("waited");
            assertEquals("waited", HttpAnswer.read(client).body());
            assertEquals("ok", HttpAnswer.read(client).body());
        }
    }

    @Test
    void aHandlerHearsThatItsClientHasGoneAndNotThatItAsksForMore() {
        var gone = new CopyOnWriteArrayList<String>();
        var go = new CompletableFuture<String>();
        HttpHandler handler =
                (request, response) -> {
                    response.onClose(() -> gone.add(request.path()));
                    response.write(EventLoop.await(Future.wrap(go)));
                };
        try (var http = new LocalHttp(handler);
                var stays = http.connect()) {
            stays.send("GET /stays HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitConnections(http, 1);
            stays.send("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
            http.connect().send("GET /leaves HTTP/1.1\r\nHost: a\r\n\r\n").close();
            http.connect().send("GET /resets HTTP/1.1\r\nHost: a\r\n\r\n").reset();
            await().until(() -> gone.contains("/leaves"));
            go.complete("done");
            assertEquals("done", HttpAnswer.read(stays).body());
            assertEquals("done", HttpAnswer.read(stays).body());
            assertFalse(gone.contains("/stays"));
            awaitConnections(http, 1);
        }
    }

    @Test
    void aHandlerThatWaitsHoldsUpNoOtherConnection() {
        HttpHandler handler =
                (request, response) -> {
                    if (request.path().equals("/wait")) EventLoop.await(new SleepEvent(LONG));
                    response.write("ok");
                };
        try (var http = new LocalHttp(handler)) {
            List<RawClient> waiting =
                    IntStream.range(0, 200)
                            .mapToObj(_ -> http.connect())
                            .map(c -> c.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"))
                            .toList();
            awaitConnections(http, 200);
            for (int i = 0; i < 50; i++) assertServed(http);
            waiting.forEach(RawClient::close);
        }
    }

    // ---- Handlers that fail

    @Test
    void aFailureIsA500ThatTellsNothingAndALogThatTellsAll() {
        HttpHandler failing =
                (request, response) -> {
                    response.write("half an answer with a secret");
                    throw new IllegalStateException("a secret");
                };
        try (var http = new LocalHttp(failing);
                var client =
                        http.connect().send("GET /x?a=1 HTTP/1.1\r\nHost: a\r\n\r\n" + INDEX)) {
            HttpAnswer answer = HttpAnswer.read(client);
            assertEquals(500, answer.status());
            assertFalse(answer.toString().contains("secret"), answer::toString);
            assertEquals(500, HttpAnswer.read(client).status());
            assertEquals("GET /x?a=1 HTTP/1.1 failed: a secret", http.failures.getFirst());
        }
    }

    @Test
    void aFailureAfterTheFirstFlushCutsTheAnswerOff() {
        HttpHandler failing =
                (request, response) -> {
                    response.write("begun");
                    response.flush();
                    throw new HttpException(404, "too late");
                };
        try (var http = new LocalHttp(failing);
                var client = http.connect().send(INDEX)) {
            String answer = client.readToEnd();
            assertTrue(answer.endsWith("\r\n5\r\nbegun\r\n"), answer);
            assertEquals(List.of("GET /index HTTP/1.1 failed: too late"), http.failures);
        }
    }

    @Test
    void anAnswerThatIsNotAsLongAsItSaysIsLoggedAndCutOff() {
        HttpHandler lying =
                (request, response) -> {
                    response.header("Content-Length", "5");
                    response.write("1234");
                    if (request.path().equals("/flush")) response.flush();
                    if (request.path().equals("/more")) response.write("56");
                    if (request.path().equals("/flush-more")) {
                        response.flush();
                        response.write("56");
                    }
                };
        try (var http = new LocalHttp(lying)) {
            for (String path : List.of("/less", "/more")) {
                try (var client = http.connect()) {
                    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertEquals(500, HttpAnswer.read(client).status());
                }
            }
            try (var client = http.connect().send("GET /flush HTTP/1.1\r\nHost: a\r\n\r\n")) {
                assertTrue(client.readToEnd().endsWith("\r\n\r\n1234"));
            }
            try (var client = http.connect()) {
                client.send("GET /flush-more HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(client.readToEnd().endsWith("\r\n\r\n1234"));
            }
            assertEquals(4, http.failures.size(), http.failures::toString);
        }
    }

    @Test
    void whatIsWrittenAfterTheHandlerHasReturnedIsAnErrorOfTheWriter() {
        var late = new CompletableFuture<Void>();
        HttpHandler handler =
                (request, response) -> {
                    response.write("in time");
                    EventLoop.current()
                            .createTask(
                                    "late",
                                    () -> {
                                        EventLoop.await(new SleepEvent(Duration.ofMillis(20)));
                                        try {
                                            response.write("late");
                                            late.complete(null);
                                        } catch (IllegalStateException e) {
                                            late.completeExceptionally(e);
                                        }
                                    });
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect().send(INDEX)) {
            assertEquals("in time", HttpAnswer.read(client).body());
            await().until(late::isDone);
            assertTrue(late.isCompletedExceptionally());
            assertEquals("in time", HttpAnswer.read(client.send(INDEX)).body());
        }
    }

    @Test
    void userDataCannotSplitAHeader() {
        String evil = "x\r\nSet-Cookie: admin=1\r\n\r\n<script>";
        HttpHandler careless =
                (request, response) -> {
                    switch (request.path()) {
                        case "/header" -> response.header("X-Name", evil);
                        case "/name" -> response.header(evil, "x");
                        case "/location" -> response.status(302).header("Location", evil);
                        case "/cookie" -> response.cookie("name", evil);
                        default -> response.cookie("name", "value", "Path=/; Domain=evil");
                    }
                };
        try (var http = new LocalHttp(careless);
                var client = http.connect()) {
            for (String path : List.of("/header", "/name", "/location", "/cookie", "/attribute")) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
                HttpAnswer answer = HttpAnswer.read(client);
                assertEquals(500, answer.status());
                assertNull(answer.headers().get("Set-Cookie"));
            }
        }
    }

    @Test
    void aHandlerThatNeverSuspendsItselfStillLetsTheOthersIn() {
        try (var http = new LocalHttp(OK)) {
            List<RawClient> busy = IntStream.range(0, 50).mapToObj(_ -> http.connect()).toList();
            busy.forEach(client -> client.send(INDEX.repeat(200)));
            assertServed(http);
            for (RawClient client : busy) {
                for (int i = 0; i < 200; i++) assertEquals("ok", HttpAnswer.read(client).body());
                client.close();
            }
        }
    }

    /** Far more than the loop runs in a turn, so callbacks would pile up. */
    @Tag(TestRun.SLOW)
    @Test
    void aThousandConnectionsThatAskAtOnceAreServed() {
        try (var http = new LocalHttp(OK)) {
            List<RawClient> clients =
                    IntStream.range(0, 1500).mapToObj(_ -> http.connect()).toList();
            for (int round = 0; round < 2; round++) {
                clients.forEach(client -> client.send(INDEX.repeat(20)));
                for (RawClient client : clients) {
                    for (int i = 0; i < 20; i++)
                        assertEquals(200, HttpAnswer.read(client).status());
                }
            }
            clients.forEach(RawClient::close);
        }
    }

    // ---- The limit and the stop

    @Test
    void connectionsBeyondTheLimitWaitTheirTurn() {
        try (var http = new LocalHttp(OK, Limits.DEFAULT.withConnections(2, 64));
                var first = http.connect().send(INDEX);
                var second = http.connect().send(INDEX);
                var third = http.connect().send(INDEX)) {
            assertEquals("ok", HttpAnswer.read(first).body());
            assertEquals("ok", HttpAnswer.read(second).body());
            assertEquals(2, http.connections());
            first.endOutput();
            assertEquals("ok", HttpAnswer.read(third).body());
            assertEquals(2, http.connections());
        }
    }

    @Test
    void aServerWhoseTaskIsCancelledListensNoMoreAndReportsNothing() {
        try (var http = new LocalHttp(OK)) {
            assertServed(http);
            http.cancel();
            await("nobody listens any more").until(() -> isRefused(http));
            http.awaitTimer(SHORT); // by then the loop has seen that the listener is closed
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void aServerThatIsCancelledAtItsLimitLetsTheOthersFinish() {
        var go = new CompletableFuture<String>();
        HttpHandler handler =
                (request, response) ->
                        response.write(
                                request.path().equals("/index")
                                        ? "ok"
                                        : EventLoop.await(Future.wrap(go)));
        try (var http = new LocalHttp(handler, Limits.DEFAULT.withConnections(2, 64));
                var idle = http.connect().send(INDEX);
                var busy = http.connect().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertEquals("ok", HttpAnswer.read(idle).body());
            awaitConnections(http, 2);
            http.awaitTimer(SHORT); // by then the busy one is in its handler
            http.cancel();
            await("nobody listens any more").until(() -> isRefused(http));
            go.complete("done");
            assertEquals("done", HttpAnswer.read(busy).body());
            busy.endOutput();
            idle.endOutput();
            awaitConnections(http, 0);
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void theStopClosesIdleConnectionsAndLetsTheOthersFinish() throws Exception {
        var go = new CompletableFuture<String>();
        HttpHandler handler =
                (request, response) ->
                        response.write(
                                request.path().equals("/index")
                                        ? "ok"
                                        : EventLoop.await(Future.wrap(go)));
        try (var http = new LocalHttp(handler);
                var idle = http.connect().send(INDEX);
                var busy = http.connect().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertEquals("ok", HttpAnswer.read(idle).body());
            awaitConnections(http, 2);
            assertServed(http); // so the busy one is in its handler
            CompletableFuture<Void> stopped = http.stop(LONG);
            assertEquals("", idle.readToEnd());
            await("nobody listens any more").until(() -> isRefused(http));
            assertFalse(stopped.isDone());
            go.complete("done");
            HttpAnswer answer = HttpAnswer.read(busy);
            assertEquals("done", answer.body());
            assertEquals("", busy.readToEnd());
            stopped.get();
        }
    }

    private static boolean isRefused(LocalHttp http) {
        try (var client = http.connect()) {
            return client.isGone();
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    @Test
    void theStopClosesWhatHasNotFinishedInTime() throws Exception {
        HttpHandler endless = (request, response) -> EventLoop.await(new SleepEvent(LONG));
        try (var http = new LocalHttp(endless);
                var busy = http.connect().send(INDEX)) {
            awaitConnections(http, 1);
            http.stop(SHORT).get();
            assertTrue(busy.isGone());
        }
    }

    @Test
    void headersOfAnAnswer() {
        try (var http = new LocalHttp(OK);
                var client = http.connect()) {
            client.send(INDEX + INDEX.replace("GET", "HEAD"));
            HttpAnswer get = HttpAnswer.read(client);
            HttpAnswer head = HttpAnswer.read(client, false);
            assertEquals(get.headers().keySet(), head.headers().keySet());
            assertEquals("2", head.headers().get("Content-Length"));
            assertEquals("text/plain; charset=utf-8", head.headers().get("Content-Type"));
            assertTrue(
                    head.headers()
                            .get("Date")
                            .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
            client.send("GET /index HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertEquals("keep-alive", HttpAnswer.read(client).headers().get("Connection"));
            client.send("GET /index HTTP/1.0\r\n\r\n");
            assertEquals("close", HttpAnswer.read(client).headers().get("Connection"));
            assertEquals("", client.readToEnd());
        }
    }
}
