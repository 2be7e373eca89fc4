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

/** The cases of {@code tests/http}: what is sent, and what the server makes of it. */
class HttpCasesTest {
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

    /** Answers with what it understood. */
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
        return HttpCase.all().stream().flatMap(c -> c.tests(SERVER::connect));
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
