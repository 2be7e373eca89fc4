//SOURCES ../shared/HttpAnswer.java ../shared/TestRun.java LocalHttp.java
package tests.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aio.EventLoop;
import aio.SleepEvent;
import aio.Task;
import aio.http.HttpHandler;
import aio.http.Limits;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that end with their server, or in the middle of an answer. */
@Timeout(60)
class HttpStopTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String INDEX = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";

    public static void main(String... args) {
        TestRun.main(HttpStopTest.class);
    }

    @Test
    void aConnectionThatStillSendsAnAnswerEndsWhenThatIsSent() throws Exception {
        byte[] body = new byte[20_000];
        var handled = new AtomicInteger();
        HttpHandler handler =
                (request, response) -> {
                    response.write(body);
                    handled.incrementAndGet();
                };
        Limits patient = Limits.DEFAULT.withTimes(HOUR, HOUR, HOUR, HOUR);
        try (var http = new LocalHttp(handler, patient);
                var client = http.connect()) {
            sendUntilItWaitsForItsClient(client, handled);
            var stopped = http.stop(HOUR);
            client.readToEnd();
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    /** Waits until the kernel takes no more answers for a client that does not read. */
    private static void sendUntilItWaitsForItsClient(RawClient client, AtomicInteger handled) {
        for (int sent = 1; ; sent++) {
            client.send(INDEX);
            int all = sent;
            try {
                await().atMost(Duration.ofSeconds(1)).until(() -> handled.get() == all);
            } catch (ConditionTimeoutException e) {
                return;
            }
        }
    }

    @Test
    void requestsThatHaveComeBeforeTheStopGetTheirAnswers() throws Exception {
        var busy = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        HttpHandler handler =
                (request, response) -> {
                    if (request.path().equals("/busy")) {
                        busy.countDown();
                        stopped.await(); // keeps the loop
                    }
                    response.write("ok");
                };
        try (var http = new LocalHttp(handler)) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 20; i++) {
                var client = http.connect().send(INDEX);
                assertEquals(200, HttpAnswer.read(client).status());
                clients.add(client);
            }
            try (var first = http.connect().send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")) {
                busy.await();
                for (RawClient client : clients) client.send(INDEX);
                var end = http.stop(HOUR);
                stopped.countDown();
                assertEquals(200, HttpAnswer.read(first).status());
                for (RawClient client : clients) {
                    HttpAnswer answer = HttpAnswer.read(client);
                    assertEquals(200, answer.status());
                    client.close();
                }
                end.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void anAnswerIsReadWholeThoughItsClientHasSentMoreThanItShould() throws Exception {
        byte[] body = new byte[4_000_000];
        var handles = new CountDownLatch(1);
        HttpHandler handler =
                (request, response) -> {
                    handles.countDown();
                    EventLoop.await(new SleepEvent(Duration.ofMillis(100)));
                    response.write(body);
                };
        String last = "GET /index HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        try (var http = new LocalHttp(handler);
                var client = http.connect().send(last)) {
            handles.await();
            client.send("\r\n");
            assertEquals(body.length, HttpAnswer.read(client).body().length());
        }
    }

    @Test
    void nothingIsSentAfterAnAnswerThatCouldNotBeSentWhole() throws Exception {
        byte[] part = new byte[3_000_000];
        var caught = new AtomicBoolean();
        HttpHandler handler =
                (request, response) -> {
                    try {
                        while (true) {
                            response.write(part);
                            response.flush();
                        }
                    } catch (IOException e) {
                        caught.set(true); // and goes on as if nothing had happened
                    }
                };
        var limits = Limits.DEFAULT.withTimes(HOUR, HOUR, HOUR, Duration.ofMillis(200));
        try (var http = new LocalHttp(handler, limits);
                var client = http.connect().send(INDEX)) {
            await().untilTrue(caught);
            String all = client.readToEnd();
            assertTrue(!all.endsWith("0\r\n\r\n"), "the answer looks whole");
        }
    }

    @Test
    void norAfterOneWhoseHandlerWasCancelledMeanwhileAndWentOn() throws Exception {
        byte[] part = new byte[30_000_000];
        var cancelled = new AtomicBoolean();
        HttpHandler handler =
                (request, response) -> {
                    Task<?> me = Task.current();
                    EventLoop.current().callLater(Duration.ofMillis(100), me::cancel);
                    try {
                        response.write(part);
                        response.flush();
                    } catch (aio.CancelledError e) {
                        cancelled.set(true);
                    }
                };
        try (var http = new LocalHttp(handler);
                var client = http.connect().send(INDEX)) {
            await().untilTrue(cancelled);
            String all = client.readToEnd();
            assertTrue(all.length() < part.length, "it was sent again, or went on");
            assertEquals(List.of(), http.failures);
        }
    }
}
