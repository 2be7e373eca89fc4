//SOURCES ../shared/HttpAnswer.java ../shared/TestRun.java LocalHttp.java
package tests.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import aio.EventLoop;
import aio.Future;
import aio.http.HttpHandler;
import aio.http.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.TestRun;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server's limits, and what happens to clients that exceed them. */
@Timeout(60)
class HttpLimitsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final String INDEX = "GET /index HTTP/1.1\r\nHost: a\r\n\r\n";

    public static void main(String... args) {
        TestRun.main(HttpLimitsTest.class);
    }

    private static void assertRefused(String message, Runnable limits) {
        var refusal = assertThrows(IllegalArgumentException.class, limits::run);
        assertEquals(message, refusal.getMessage());
    }

    @Test
    void limitsThatAreNotPositiveAreRefused() {
        Limits limits = Limits.DEFAULT;
        assertRefused(
                "idle must be a millisecond or longer, not PT0S",
                () -> limits.withTimes(HOUR, HOUR, Duration.ZERO, HOUR));
        assertRefused(
                "write must be a millisecond or longer, not PT-1H",
                () -> limits.withTimes(HOUR, HOUR, HOUR, HOUR.negated()));
        assertRefused("body must be positive, not 0", () -> limits.withSizes(1, 1, 1, 0));
        assertRefused("startLine must be positive, not -1", () -> limits.withSizes(-1, 1, 1, 1));
        assertRefused("connections must be positive, not 0", () -> limits.withConnections(0, 1));
        assertRefused("pipelined must be positive, not 0", () -> limits.withConnections(1, 0));
        assertRefused("allContents must be positive, not -7", () -> limits.withAllContents(-7));
    }

    @Test
    void timesMayBeAsLongAsADurationCanBe() {
        HttpHandler handler = (request, response) -> response.write("ok");
        try (var http = new LocalHttp(handler, Limits.DEFAULT.withTimes(EVER, EVER, EVER, EVER));
                var client = http.connect().send("POST / HTTP/1.1\r\nHost: a\r\n")) {
            client.send("Content-Length: 2\r\n\r\na");
            http.awaitTimer(Duration.ofMillis(50));
            assertEquals("ok", HttpAnswer.read(client.send("b" + INDEX)).body());
            assertEquals("ok", HttpAnswer.read(client).body());
            client.endOutput();
            await().until(() -> http.connections() == 0);
            assertEquals(List.of(), http.failures);
        }
    }

    private static RawClient post(LocalHttp http, int length, int sent) {
        String head = "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
        return http.connect().send(head).send(new byte[sent]);
    }

    @Test
    void contentsBeyondTheLimitOfAllTogetherAreA503UntilThereIsRoom() {
        var go = new CompletableFuture<Void>();
        HttpHandler handler =
                (request, response) -> {
                    if (request.path().equals("/wait")) EventLoop.await(Future.wrap(go));
                    response.write("ok");
                };
        Limits limits = Limits.DEFAULT.withAllContents(1_500_000);
        try (var http = new LocalHttp(handler, limits);
                var handled = post(http, 1_000_000, 1_000_000);
                var refused = post(http, 1_000_000, 600_000)) {
            assertEquals(503, HttpAnswer.read(refused).status());
            assertEquals("", refused.readToEnd());
            try (var small = post(http, 1_000, 1_000);
                    var none = http.connect().send(INDEX)) {
                assertEquals("ok", HttpAnswer.read(none).body());
                go.complete(null);
                assertEquals("ok", HttpAnswer.read(small).body());
            }
            assertEquals("ok", HttpAnswer.read(handled).body());
            try (var next = post(http, 1_000_000, 1_000_000)) {
                assertEquals("ok", HttpAnswer.read(next).body());
            }
            post(http, 1_000_000, 900_000).close(); // leaves in the middle of it
            await().until(() -> http.connections() == 1);
            try (var last = post(http, 1_000_000, 1_000_000)) {
                assertEquals("ok", HttpAnswer.read(last).body());
            }
        }
    }
}
