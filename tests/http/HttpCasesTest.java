//SOURCES ../shared/HttpAnswer.java ../shared/TestRun.java HttpCase.java LocalHttp.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aio.http.HttpException;
import aio.http.HttpRequest;
import aio.http.HttpResponse;
import aio.http.Limits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import tests.shared.TestRun;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The cases of {@code tests/http}: requests, and the server's answers. */
class HttpCasesTest {
    /** May come before an answer if the request is sent byte by byte and the server is quick. */
    private static final String PERHAPS_100 = "perhaps 100, ";

    private static final LocalHttp SERVER =
            new LocalHttp(
                    HttpCasesTest::describe,
                    Limits.DEFAULT.withSizes(8 * 1024, 32 * 1024, 100, 1000));

    public static void main(String... args) {
        TestRun.main(HttpCasesTest.class);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** Answers with the request as it understood it. */
    private static void describe(HttpRequest request, HttpResponse response) throws Exception {
        response.header("X-Host", String.valueOf(request.host()));
        switch (request.path()) {
            case "/204" -> response.status(204);
            case "/304" -> response.status(304);
            case "/fail" -> throw new HttpException(500, "as it was asked to");
            case "/chunks" -> {
                for (String part : List.of("one ", "two ", "three")) {
                    response.write(part);
                    response.flush();
                }
            }
            default -> response.write(description(request));
        }
    }

    private static String description(HttpRequest request) {
        var text = new StringBuilder(request.method() + " " + request.path());
        for (String name : List.of("x", "y")) {
            String value = request.query(name);
            if (value != null) text.append(' ').append(name).append('=').append(value);
        }
        text.append(' ').append(new String(request.body(), StandardCharsets.UTF_8));
        return text.toString().strip();
    }

    @TestFactory
    Stream<DynamicTest> cases() {
        return HttpCase.all().stream().flatMap(HttpCasesTest::testsOf);
    }

    private static Stream<DynamicTest> testsOf(HttpCase c) {
        return Stream.of(
                DynamicTest.dynamicTest(
                        c.name(), () -> check(c.request(), c.request().length, c.outcome())),
                DynamicTest.dynamicTest(
                        c.name() + ", byte by byte", () -> check(c.request(), 1, c.outcome())));
    }

    private static void check(byte[] request, int pieceLength, List<String> outcome) {
        List<String> answers = outcome.subList(0, outcome.size() - 1);
        String end = outcome.getLast();
        try (var client = SERVER.connect()) {
            int length = Math.max(pieceLength, request.length / 10_000);
            boolean sent = true;
            for (int i = 0; sent && i < request.length; i += length)
                sent = send(client, request, i, Math.min(i + length, request.length));
            for (String expected : answers) checkAnswer(client, expected, pieceLength == 1);
            boolean waits = answers.isEmpty() || answers.getLast().startsWith("1");
            switch (end) {
                case "close" -> assertTrue(!sent || client.readToEnd().isEmpty());
                case "open" -> {
                    if (waits) assertEquals("", client.endOutput().readToEnd());
                    else checkAlive(client);
                }
                default -> throw new AssertionError("neither open nor close: " + end);
            }
        }
    }

    /** Returns false if the server has closed, which it may do after its last answer. */
    private static boolean send(RawClient client, byte[] request, int from, int to) {
        try {
            client.send(Arrays.copyOfRange(request, from, to));
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static void checkAlive(RawClient client) {
        client.send("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        checkAnswer(client, "200 GET /alive", false);
    }

    private static void checkAnswer(RawClient client, String line, boolean inPieces) {
        boolean mayBeAsked = inPieces && line.startsWith(PERHAPS_100);
        String expected = line.replaceFirst(PERHAPS_100, "");
        boolean content = !expected.endsWith(" no content");
        String status = expected.substring(0, 3);
        HttpAnswer answer = HttpAnswer.read(client, content);
        if (mayBeAsked && answer != null && answer.status() == 100)
            answer = HttpAnswer.read(client, content);
        assertTrue(answer != null, "no answer, for " + expected);
        assertEquals(status, Integer.toString(answer.status()), answer.body());
        if (!content || expected.length() == 3) {
            assertFalse(content && answer.status() >= 400 && answer.body().isBlank(), "explains");
            return;
        }
        String[] parts = expected.substring(4).split(" for ");
        assertEquals(
                new String(HttpCase.bytes(parts[0]), StandardCharsets.ISO_8859_1), answer.body());
        if (parts.length > 1) assertEquals(parts[1], answer.headers().get("X-Host"));
    }

    @Test
    void theNotationIsUnderstood() {
        assertEquals(
                "a\r\nb\0aaa",
                new String(HttpCase.bytes("a\r\nb\\0{a*3}"), StandardCharsets.UTF_8));
        assertEquals(
                "ab\t", new String(HttpCase.bytes("a\\\r\nb\\t\\\r\n"), StandardCharsets.UTF_8));
    }
}
