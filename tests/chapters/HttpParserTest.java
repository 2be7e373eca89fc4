//SOURCES ../http/HttpCase.java ../shared/HttpAnswer.java ServerContract.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import tests.http.HttpCase;
import tests.shared.HttpAnswer;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The parser that the chapter builds, at the socket: it passes the cases of the library's. */
class HttpParserTest extends ServerContract {
    /** What the chapter leaves to the library: limits one by one, 411, and Expect. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "request_line: A target that is too long",
                    "request_line: One byte more",
                    "header_fields: One more",
                    "header_fields: Fields of exactly 32,768 bytes together",
                    "content: A POST without a length: refused",
                    "content: Chunks that are mostly extension, which can keep a server busy",
                    "content: One byte more: refused before it arrives",
                    "content: The same in chunks",
                    "content: A client that waits for 100 before it sends",
                    "content: A client that expects 100 but sends at once gets only the answer",
                    "content: A client that expects 100 for too much content gets a 413 instead",
                    "content: Another expectation");

    public static void main(String... args) {
        TestRun.main(HttpParserTest.class);
    }

    @Override
    String script() {
        return "http_parser";
    }

    @Override
    void assertServed(RawClient client, String text) {
        String target = "/" + text.replace(' ', '+');
        client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertEquals("GET " + target, HttpAnswer.read(client).body());
        assertEquals("", client.readToEnd());
    }

    @TestFactory
    Stream<DynamicTest> cases() {
        var leftOut = new HashSet<>(LEFT_OUT);
        List<HttpCase> cases =
                HttpCase.in("request_line", "header_fields", "content").stream()
                        .filter(c -> !leftOut.remove(c.name()))
                        .toList();
        assertEquals(Set.of(), leftOut, "these cases are no more");
        return cases.stream().flatMap(c -> c.tests(this::connect));
    }

    @Test
    void answersRequestsInTheirOrderUntilOneSaysClose() {
        try (var client = connect()) {
            client.send(
                    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                            + "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            + "GET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("POST /1 one", HttpAnswer.read(client).body());
            HttpAnswer.read(client, false);
            assertEquals("GET /3", HttpAnswer.read(client).body());
            assertEquals("", client.endOutput().readToEnd());
        }
    }

    /** A reset would be an error here. */
    @Test
    void refusesARequestWithoutEndAndLeavesInGoodOrder() {
        for (String endless :
                List.of("x".repeat(1_000_000), "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(200_000))) {
            try (var client = connect().send(endless)) {
                assertEquals(431, HttpAnswer.read(client).status());
                assertEquals("", client.endOutput().readToEnd());
            }
        }
        String head = "POST / HTTP/1.1\r\nHost: a\r\n";
        for (String tooLong :
                List.of(
                        "Content-Length: 65537\r\n\r\n",
                        "Transfer-Encoding: chunked\r\n\r\n10000\r\n"
                                + "x".repeat(65536)
                                + "\r\n1\r\n")) {
            try (var client = connect().send(head + tooLong)) {
                assertEquals(413, HttpAnswer.read(client).status());
            }
        }
        assertServesOthers();
    }

    @Test
    void smugglesARequestPastTheLaxParsersAndNotPastItsOwn() {
        try (var script = ScriptProcess.start("http_parser", "--smuggle")) {
            assertEquals(0, script.exitCode(), script.toString());
            List<String> lines = script.output();
            assertEquals(8, lines.size());
            for (int attack : new int[] {0, 4}) {
                assertEquals(2, lines.get(attack + 1).split(", ").length);
                assertEquals(3, lines.get(attack + 2).split(", ").length);
                assertTrue(lines.get(attack + 2).contains("GET /admin"));
                assertTrue(lines.get(attack + 3).startsWith("  ours:   400 "));
            }
        }
    }
}
