//SOURCES ../../lib/kit/book/Prose.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import kit.book.Library;
import kit.book.Prose;

import org.junit.jupiter.api.Test;

import tests.shared.TestRun;

/** The book's HTML for the Markdown of a chapter. */
class ProseTest {
    public static void main(String... args) {
        TestRun.main(ProseTest.class);
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
}
