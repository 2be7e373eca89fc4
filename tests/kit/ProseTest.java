//SOURCES ../../lib/kit/book/Prose.java ../shared/Kit.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import kit.book.Library;
import kit.book.LibraryFile;
import kit.book.Prose;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.TestRun;

/** The book's HTML for the Markdown of a chapter. */
class ProseTest {
    private static final Pattern LINK =
            Pattern.compile("]\\((\\.\\./lib/[\\w/]+\\.java)(?:#([^)]+))?\\)");

    public static void main(String... args) {
        TestRun.main(ProseTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    private static String html(String markdown) throws IOException {
        return new Prose(new Library()).html(markdown.replace("'''", "```"));
    }

    @Test
    void whatAConsoleBlockLeavesOutIsAnEllipsis() throws IOException {
        assertEquals(
                """
                <pre><code class="language-console">$ date
                Nov \u2026 2026
                </code></pre>
                """,
                html("'''console server\n$ date\nNov [...] 2026\n'''\n"));
    }

    @Test
    void belowTheCommandsOfAPlayerBlockIsThePlayerIfThereIsARecording() throws IOException {
        String blocks =
                """
                '''player
                $ ./jbang watch aio_server
                '''

                '''player
                $ ./jbang watch aio_server
                '''
                """
                        .replace("'''", "```");
        String commands =
                "<pre><code class=\"language-console\">$ ./jbang watch aio_server\n</code></pre>\n";
        assertEquals(
                commands + commands + "<figure class=\"player\" data-recording=\"two\"></figure>\n",
                new Prose(new Library(), List.of("", "two")).html(blocks));
    }

    @Test
    void otherCodeStaysAsItIs() throws IOException {
        String html = html("`int[...]`\n\n'''java\nint[...] a;\n'''\n");
        assertTrue(html.contains("<code>int[...]</code>"), html);
        assertTrue(html.contains("int[...] a;"), html);
    }

    @Test
    void aNameOfTheLibraryLeadsToItsDeclaration() throws IOException {
        assertTrue(html("`Future`").contains("href=\"library-Future.html\""));
        assertTrue(
                html("`Future.setResult(1)`").contains("href=\"library-Future.html#setResult\""));
        assertEquals("<p><code>Future.nothing()</code></p>\n", html("`Future.nothing()`"));
        assertEquals("<p><code>String</code></p>\n", html("`String`"));
    }

    @Test
    void aLinkToAFileOfTheLibraryLeadsToItsPageAndToAMemberOfIt() throws IOException {
        assertTrue(
                html("[close](../lib/aio/Coroutine.java#close)")
                        .contains("href=\"library-Coroutine.html#close\""));
        assertTrue(
                html("[reactor](../lib/aio/reactor/Reactor.java)")
                        .contains("href=\"library-Reactor.html\""));
        assertTrue(
                html("[thread](../lib/lesson/WaitingThread.java)")
                        .contains("href=\"library-WaitingThread.html\""));
    }

    /** Chapters link to members by name, because line numbers change with every edit. */
    @ParameterizedTest
    @MethodSource("chapters")
    void whatAChapterLinksToInTheLibraryIsThere(String chapter) throws IOException {
        var links = LINK.matcher(Kit.read("notebooks/" + chapter + ".java"));
        while (links.find()) {
            Path file = Kit.ROOT.resolve("notebooks").resolve(links.group(1)).normalize();
            assertTrue(Files.exists(file), links.group());
            if (links.group(2) != null)
                assertTrue(
                        LibraryFile.parse(List.of(file))
                                .getFirst()
                                .lines()
                                .containsKey(links.group(2)),
                        links.group());
        }
    }
}
