//SOURCES ../shared/HttpAnswer.java ../shared/TestRun.java LocalHttp.java
package tests.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.Future;
import aio.Task;
import aio.http.HttpException;
import aio.http.HttpHandler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.TestRun;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** What handlers can do, and what their clients see. */
@Timeout(60)
class HttpHandlerTest {
    private static final String INDEX = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";

    public static void main(String... args) {
        TestRun.main(HttpHandlerTest.class);
    }

    private static HttpAnswer answerTo(HttpException refusal) {
        HttpHandler handler =
                (request, response) -> {
                    throw refusal;
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect()) {
            return HttpAnswer.read(client.send(INDEX));
        }
    }

    @Test
    void anExceptionWithoutAMessageIsAnsweredWithTheReasonPhrase() {
        HttpAnswer answer = answerTo(new HttpException(404, null));
        assertEquals(404, answer.status());
        assertEquals("Not Found\n", answer.body());
    }

    @Test
    void anExceptionWithAStatusThatIsNoErrorIsA500AndAReport() {
        HttpHandler handler =
                (request, response) -> {
                    throw new HttpException(Integer.parseInt(request.path().substring(1)), "x");
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect()) {
            for (String status : List.of("42", "204", "399", "600")) {
                client.send("GET /" + status + " HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals(500, HttpAnswer.read(client).status(), status);
                assertEquals(
                        "GET /%s HTTP/1.1 failed: an HttpException is 4xx or 5xx, not %s"
                                .formatted(status, status),
                        http.failures.removeLast());
            }
        }
    }

    @Test
    void aTaskThatIsCancelledElsewhereIsA500AndAReport() {
        HttpHandler handler =
                (request, response) -> {
                    var never = new Future<String>();
                    EventLoop loop = EventLoop.current();
                    var task = loop.createTask("other", () -> EventLoop.await(never));
                    loop.createTask("canceller", () -> task.cancel());
                    response.write(EventLoop.await(task));
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect()) {
            assertEquals(500, HttpAnswer.read(client.send(INDEX)).status());
            assertEquals(1, http.failures.size(), http.failures::toString);
            assertEquals(500, HttpAnswer.read(client.send(INDEX)).status());
        }
    }

    @Test
    void soItIsAfterTheServerWasCancelledAndLetsRequestsInFlightFinish() {
        var task = new AtomicReference<Task<String>>();
        HttpHandler handler =
                (request, response) -> {
                    var never = new Future<String>();
                    EventLoop loop = EventLoop.current();
                    task.set(loop.createTask("other", () -> EventLoop.await(never)));
                    response.write(EventLoop.await(task.get()));
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect().send(INDEX)) {
            await().until(() -> task.get() != null);
            http.cancel();
            task.get().cancel();
            assertEquals(500, HttpAnswer.read(client).status());
            assertEquals(1, http.failures.size(), http.failures::toString);
        }
    }

    @Test
    void aHandlerThatIsCancelledWithItsLoopRunsItsFinallyAndReportsNothing() {
        var began = new AtomicBoolean();
        var ended = new AtomicBoolean();
        HttpHandler handler =
                (request, response) -> {
                    began.set(true);
                    try {
                        EventLoop.await(new Future<String>());
                    } finally {
                        ended.set(true);
                    }
                };
        var http = new LocalHttp(handler);
        try (http;
                var client = http.connect().send(INDEX)) {
            await().untilTrue(began);
            http.close();
            assertEquals("", client.readToEnd());
        }
        assertTrue(ended.get());
        assertEquals(List.of(), http.failures);
    }

    @Test
    void aBodyThatIsEditedIsNobodyElses() {
        HttpHandler editing =
                (request, response) -> {
                    response.write(request.body().clone());
                    request.body()[0]++;
                };
        String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nA";
        try (var http = new LocalHttp(editing);
                var client = http.connect().send(post.repeat(3))) {
            for (int i = 0; i < 3; i++) assertEquals("A", HttpAnswer.read(client).body());
        }
    }

    @Test
    void aHandlerHearsThatItsClientHasGoneThoughInputHadComeBefore() {
        var gone = new CopyOnWriteArrayList<String>();
        var waits = new AtomicBoolean();
        var asks = new CompletableFuture<Void>();
        var go = new CompletableFuture<Void>();
        HttpHandler handler =
                (request, response) -> {
                    waits.set(true);
                    EventLoop.await(Future.wrap(asks));
                    response.onClose(() -> gone.add(request.path()));
                    EventLoop.await(Future.wrap(go));
                };
        try (var http = new LocalHttp(handler)) {
            var client = http.connect().send(INDEX);
            await().untilTrue(waits);
            client.send("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
            http.awaitTimer(Duration.ofMillis(100)); // the loop has seen the input
            asks.complete(null);
            client.close();
            await().until(() -> gone.contains("/index"));
            go.complete(null);
        }
    }

    @Test
    void aHandlerThatGivesUpBecauseItsClientHasGoneIsNotReported() {
        var waits = new AtomicBoolean();
        HttpHandler handler =
                (request, response) -> {
                    var answer = new Future<String>();
                    response.onClose(answer::cancel);
                    waits.set(true);
                    response.write(EventLoop.await(answer));
                };
        try (var http = new LocalHttp(handler)) {
            var client = http.connect().send(INDEX);
            await().untilTrue(waits);
            client.close();
            await().until(() -> http.connections() == 0);
            assertEquals(List.of(), http.failures);
        }
    }

    @Test
    void whatCameWhileAHandlerWatchedItsClientIsAnsweredNext() {
        var waits = new AtomicBoolean();
        var go = new CompletableFuture<String>();
        HttpHandler handler =
                (request, response) -> {
                    response.onClose(() -> {});
                    waits.set(true);
                    response.write(EventLoop.await(Future.wrap(go)) + request.path());
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect().send(INDEX)) {
            await().untilTrue(waits);
            client.send("GET /mo");
            http.awaitTimer(Duration.ofMillis(50));
            client.send("re HTTP/1.1\r\nHost: a\r\n\r\n" + "GET /most HTTP/1.1\r\n");
            http.awaitTimer(Duration.ofMillis(50));
            go.complete("to ");
            client.send("Host: a\r\n\r\n");
            assertEquals("to /index", HttpAnswer.read(client).body());
            assertEquals("to /more", HttpAnswer.read(client).body());
            assertEquals("to /most", HttpAnswer.read(client).body());
        }
    }

    @Test
    void onCloseAfterTheHandlerHasReturnedIsAnErrorOfTheCaller() {
        var late = new CompletableFuture<Void>();
        HttpHandler handler =
                (request, response) ->
                        EventLoop.current()
                                .callSoon(() -> {
                                    try {
                                        response.onClose(() -> {});
                                        late.complete(null);
                                    } catch (IllegalStateException e) {
                                        late.completeExceptionally(e);
                                    }
                                });
        try (var http = new LocalHttp(handler);
                var client = http.connect()) {
            assertEquals(200, HttpAnswer.read(client.send(INDEX)).status());
            await().until(late::isDone);
            assertTrue(late.isCompletedExceptionally());
        }
    }
}
