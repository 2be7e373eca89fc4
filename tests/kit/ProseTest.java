//SOURCES ../../lib/kit/book/Library.java ../../lib/kit/book/Prose.java ../shared/Kit.java
//SOURCES ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    void aConsoleBlockIsATerminalWithWhatIsTypedAndAnEllipsisForWhatIsLeftOut() throws IOException {
        String html = html("'''console server\n$ date\nNov [...] 2026\n^Cbye\n'''\n");
        assertTrue(html.startsWith("<figure class=\"terminal\"><figcaption>server<"), html);
        assertTrue(
                html.contains("<i>$ </i><kbd>date</kbd>\nNov \u2026 2026\n<b>^C</b>bye\n</code>"),
                html);
    }

    @Test
    void terminalsThatTalkToEachOtherStandSideBySideWithTheSentenceBetweenThem()
            throws IOException {
        String html =
                html(
                        """
                        '''console server
                        $ ./jbang nio_server
                        '''

                        In another terminal:

                        '''console
                        $ ./jbang nio_client
                        '''

                        '''console server
                        hello
                        '''
                        """);
        List<String> areas =
                Pattern.compile("grid-area:(\\d/\\d)")
                        .matcher(html)
                        .results()
                        .map(m -> m.group(1))
                        .toList();
        assertEquals(List.of("1/1", "1/2", "2/1"), areas);
        assertTrue(
                html.contains("<div style=\"grid-area:1/2\">\n<p>In another terminal:</p>"), html);
        assertTrue(html.contains("<figcaption>another terminal<"), html);
        assertTrue(html.contains("<figcaption>server, later<"), html);
    }

    @Test
    void terminalsOfOneProgramStandBelowEachOther() throws IOException {
        String html = html("'''console\n$ date\n'''\n\n'''console\n$ date\n'''\n");
        assertFalse(html.contains("grid-area"), html);
    }

    @Test
    void aQuotationThatBeginsWithABoldWordIsANoteBesideTheParagraphBeforeIt() throws IOException {
        assertEquals(
                """
                <div class="noted">
                <p>Text.</p>
                <aside class="note">
                <p><strong>Note.</strong> More.</p>
                </aside></div>
                """,
                html("Text.\n\n> **Note.** More.\n"));
        assertTrue(html("> Said by Ann.\n").startsWith("<blockquote>"));
    }

    @Test
    void aDrawingIsAPictureAndStaysTextForWhoCannotSeeIt() throws IOException {
        String html = html("'''diagram\na ---> <b>\n'''\n");
        assertTrue(html.contains("<svg role=\"img\""), html);
        assertTrue(html.contains("M16 10H24"), html);
        assertTrue(html.contains("<pre tabindex=\"0\">a ---&gt; &lt;b&gt;\n</pre>"), html);
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
        String html = new Prose(new Library(), List.of("", "two")).html(blocks);
        assertTrue(
                html.matches(
                        "(?s)(<figure class=\"terminal\">.*?</figure>\\s){2}"
                                + "<figure class=\"player\" data-recording=\"two\"></figure>\\s"),
                html);
    }

    @Test
    void otherCodeStaysAsItIs() throws IOException {
        String html = html("`int[...]`\n\n'''java\nint[...] a;\n'''\n");
        assertTrue(html.contains("<code>int[...]</code>"), html);
        assertTrue(html.contains("</span>[...] a;"), html);
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
