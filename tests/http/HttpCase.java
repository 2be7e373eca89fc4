//SOURCES ../shared/HttpAnswer.java ../shared/Kit.java
package tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DynamicTest;

import tests.shared.HttpAnswer;
import tests.shared.Kit;
import tests.shared.RawClient;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the cases that {@code tests/http/*.md} lists: bytes for a server, and what it makes of
 * them.
 *
 * @param outcome a line for each answer, and one for the connection
 */
public record HttpCase(String name, byte[] request, List<String> outcome) {
    /** What comes before an answer if the request is sent byte by byte, and the server is quick. */
    private static final String PERHAPS_100 = "perhaps 100, ";

    private static final Pattern CASE =
            Pattern.compile("\n## (.+)\n\n```request\n((?s:.*?))```\n```outcome\n((?s:.*?))```\n");
    private static final Pattern REPEATED = Pattern.compile("\\{(.*?)\\*(\\d+)}");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(r|n|t|0|x\\p{XDigit}{2})");

    static List<HttpCase> all() {
        return in("request_line", "header_fields", "content", "connections");
    }

    /** The cases of these documents of {@code tests/http}, named without {@code .md}. */
    public static List<HttpCase> in(String... documents) {
        return Stream.of(documents).flatMap(file -> inFile(file).stream()).toList();
    }

    private static List<HttpCase> inFile(String file) {
        String text = Kit.read("tests/http/" + file + ".md");
        List<HttpCase> cases =
                CASE.matcher(text)
                        .results()
                        .map(found -> {
                            byte[] request = bytes(found.group(2).replace("\n", "\r\n"));
                            List<String> outcome = found.group(3).lines().toList();
                            return new HttpCase(file + ": " + found.group(1), request, outcome);
                        })
                        .toList();
        int headings = text.split("\n## ").length - 1;
        if (cases.size() == headings) return cases;
        throw new AssertionError(file + ".md: " + headings + " headings, " + cases.size());
    }

    /** What the notation of the cases stands for. */
    static byte[] bytes(String text) {
        String joined = text.replace("\\\r\n", "");
        String repeated =
                REPEATED.matcher(joined)
                        .replaceAll(m ->
                                Matcher.quoteReplacement(
                                        m.group(1).repeat(Integer.parseInt(m.group(2)))));
        String plain =
                ESCAPED.matcher(repeated)
                        .replaceAll(m ->
                                Matcher.quoteReplacement(Character.toString(escaped(m.group(1)))));
        return plain.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static char escaped(String letter) {
        return switch (letter.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> '\0';
            default -> (char) Integer.parseInt(letter.substring(1), 16);
        };
    }

    /** Two tests: the request is sent at once, and byte by byte. */
    public Stream<DynamicTest> tests(Supplier<RawClient> connect) {
        return Stream.of(
                DynamicTest.dynamicTest(name, () -> check(connect.get(), request.length)),
                DynamicTest.dynamicTest(name + ", byte by byte", () -> check(connect.get(), 1)));
    }

    private void check(RawClient connected, int pieceLength) {
        List<String> answers = outcome.subList(0, outcome.size() - 1);
        String end = outcome.getLast();
        try (var client = connected) {
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

    /** Returns false if the server has closed, as it may once it has answered for the last time. */
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
        assertEquals(new String(bytes(parts[0]), StandardCharsets.ISO_8859_1), answer.body());
        if (parts.length > 1) assertEquals(parts[1], answer.headers().get("X-Host"));
    }
}
