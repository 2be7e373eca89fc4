//SOURCES ../shared/Kit.java
package tests.http;

import tests.shared.Kit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the cases in {@code tests/http/*.md}: bytes for a server, and its answers.
 *
 * @param outcome a line for each answer, and one for the connection
 */
record HttpCase(String name, byte[] request, List<String> outcome) {
    private static final Pattern CASE =
            Pattern.compile("\n## (.+)\n\n```request\n((?s:.*?))```\n```outcome\n((?s:.*?))```\n");
    private static final Pattern REPEATED = Pattern.compile("\\{(.*?)\\*(\\d+)}");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(r|n|t|0|x\\p{XDigit}{2})");

    static List<HttpCase> all() {
        return Stream.of("request_line", "header_fields", "content", "connections")
                .flatMap(file -> inFile(file).stream())
                .toList();
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

    /** Returns the bytes that the notation of the cases stands for. */
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
}
