//SOURCES ../shared/Browser.java ../shared/HttpAnswer.java ../shared/Kit.java
//SOURCES ../shared/RawClient.java ../shared/ScriptProcess.java ../shared/TestRun.java
//SOURCES ServedBook.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Browser;
import tests.shared.HttpAnswer;
import tests.shared.Kit;
import tests.shared.RawClient;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The book is made, served by our own HTTP server, and read in a real browser. */
@Tag(TestRun.SLOW)
class BookTest {
    private static final Pattern TARGET =
            Pattern.compile("(?:href|src|srcset)=(?:\"([^\"]*)\"|(#\\w+))");
    private static final Pattern ANCHOR = Pattern.compile("id=(?:\"([^\"]*)\"|(\\w+))");

    @TempDir static Path folder;
    private static ServedBook book;

    public static void main(String... args) {
        TestRun.main(BookTest.class);
    }

    @BeforeAll
    static void makeTheBook() {
        book = ServedBook.make(folder);
    }

    @AfterAll
    static void stop() {
        book.close();
    }

    private static String url(String page) {
        return book.url(page);
    }

    private static Map<String, String> pages() throws IOException {
        return book.pages();
    }

    @Test
    void everyChapterIsAPageAndNoLinkIsBroken() throws Exception {
        Map<String, String> pages = pages();
        for (String chapter : Kit.chapters()) assertTrue(pages.containsKey(chapter + ".html"));
        List<String> broken = new ArrayList<>();
        for (var page : pages.entrySet()) {
            for (String target : matches(TARGET, page.getValue())) {
                if (target.matches("(data|https?):.*")) continue;
                String file = target.replaceFirst("#.*", "");
                String anchor = target.contains("#") ? target.replaceFirst(".*#", "") : "";
                String text = file.isEmpty() ? page.getValue() : pages.get(file);
                if (anchor.matches("L\\d+") && text != null && text.contains("id=" + anchor + ">"))
                    continue; // a fast way for most of some 30,000 links
                boolean there = text != null || Files.exists(folder.resolve(file));
                if (!there || !anchor.isEmpty() && !matches(ANCHOR, text).contains(anchor))
                    broken.add(page.getKey() + " -> " + target);
            }
        }
        assertEquals(List.of(), broken);
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .toList();
    }

    @Test
    void aChapterHasItsDiagramItsOutputsAndLinksIntoTheLibrary() throws Exception {
        String page = pages().get("aio_towards_asyncio.html");
        assertTrue(page.contains("<svg role=\"img\""), page);
        assertTrue(pages().get("caro_pig.html").contains("/req: hello from upstream</samp>"));
        assertTrue(page.contains("href=\"library-"), page);
        assertTrue(page.contains("Sequence diagram: loop, main, slow</title>"), page);
        String library = pages().get("library-Future.html");
        assertTrue(library.contains("id=\"setResult\""), library);
        assertTrue(library.contains("href=#L1>"), library);
        assertTrue(pages().get("library-EventLoop.html").contains("id=\"Body.run\""));
    }

    @Test
    void anExerciseIsAtTheEndOfItsChapterWithHintsAndASolutionToUnfold() throws Exception {
        String page = pages().get("bio_server.html");
        String exercise =
                page.substring(page.indexOf("<section class=\"exercise\" id=\"bio_server_1\">"));
        assertTrue(exercise.contains("<kbd>./jbang exercise start bio_server_1</kbd>"), exercise);
        assertTrue(exercise.contains("<details><summary>Hint 2</summary><p>"), exercise);
        int solution = exercise.indexOf("<details><summary>Solution</summary>");
        int code = exercise.indexOf("prediction()");
        assertTrue(solution > 0 && code > solution, exercise);
        assertTrue(
                exercise.substring(solution, code).contains("<details><summary>Show it</summary>"));
    }

    @Test
    void aReaderUnfoldsAHintAndWithTwoClicksTheSolution() {
        try (var browser = Browser.open()) {
            browser.go(url("bio_server.html#bio_server_1"));
            assertEquals(0L, number(browser, SHOWN.formatted("String prediction")));
            browser.click("#bio_server_1 > details:last-of-type > summary");
            assertEquals(0L, number(browser, SHOWN.formatted("String prediction")));
            browser.click("#bio_server_1 > details:last-of-type > details > summary");
            assertEquals(1L, number(browser, SHOWN.formatted("String prediction")));
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String SHOWN =
            """
            return [...document.querySelectorAll('#bio_server_1 code')]
                .filter(code => code.checkVisibility() && code.textContent.includes('%s')).length
            """;

    @Test
    void aPlayerIsBelowItsCommandsAndItsRecordingIsAScript() throws Exception {
        String page = pages().get("event_loop.html");
        assertTrue(
                page.matches(
                        "(?s).*<kbd>./jbang http_client</kbd>\n</code></pre></figure>\n<figure"
                                + " class=\"player\" data-recording=\"event_loop-1\"></figure>.*"),
                page);
        HttpAnswer script = get("/recordings/event_loop-1.js");
        assertEquals("text/javascript; charset=utf-8", script.headers().get("Content-Type"));
        assertTrue(script.body().startsWith("addRecording(\"event_loop-1\", {"), script.body());
    }

    @Test
    void aPlayerComesWhenTheReaderComesNearIt() {
        try (var browser = Browser.open()) {
            browser.go(url("event_loop.html"));
            assertEquals(0L, number(browser, RECORDINGS));
            browser.script("document.querySelector('.player').scrollIntoView()");
            await().until(() -> number(browser, ROWS) > 50);
            assertEquals(1L, number(browser, RECORDINGS));
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String ROWS = "return document.querySelectorAll('.player .row').length";
    private static final String RECORDINGS =
            """
            return performance.getEntriesByType('resource')
                .filter(entry => entry.name.includes('recordings/')).length
            """;

    @Test
    void itsServerSaysWhatAFileIsAndKnowsNoOtherFolder() {
        assertEquals("text/html; charset=utf-8", get("/").headers().get("Content-Type"));
        assertEquals("text/css; charset=utf-8", get("/book.css").headers().get("Content-Type"));
        assertEquals(404, get("/nothing.html").status());
        assertEquals(404, get("/recordings/..").status());
        assertEquals(404, get("/%2e%2e/passwd.html").status());
        assertEquals(404, get("/..%2fbook%2findex.html").status());
    }

    private static HttpAnswer get(String target) {
        try (var client = new RawClient(book.port())) {
            return HttpAnswer.read(client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
    }

    @Test
    void aReaderGoesFromChapterToChapterWithoutAnErrorOrARequestElsewhere() throws Exception {
        try (var browser = Browser.open()) {
            browser.go(url(""));
            browser.click(".road a");
            for (int i = 1; i <= Kit.chapters().size(); i++) {
                browser.awaitText("h1", i + ". ");
                assertEquals(0L, number(browser, ELSEWHERE), browser.text("h1"));
                if (i < Kit.chapters().size()) browser.click("a[rel=next]");
            }
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String ELSEWHERE =
            """
            return performance.getEntriesByType('resource')
                .filter(entry => !entry.name.startsWith(location.origin)).length
            """;

    private static long number(Browser browser, String javascript) {
        return ((Number) browser.script(javascript)).longValue();
    }

    @Test
    void aReaderSearches() {
        try (var browser = Browser.open()) {
            browser.go(url("nio_client.html"));
            browser.type("body", "/");
            browser.type("#query", "thundering xyzzy");
            assertEquals("Nothing found.", browser.text("#results li"));
            browser.script("document.getElementById('query').value = ''");
            browser.type("#query", "callback hell");
            String title = "\\d+\\. Callback hell";
            await().until(() -> browser.text("#results").matches("(?s).*\n" + title + ".*"));
            browser.type("#query", "\n");
            await().until(() -> browser.text("h1").matches(title));
            assertEquals(List.of(), browser.errors());
        }
    }

    @Test
    void bothThemesHaveContrastAndTheChoiceIsKept() {
        try (var browser = Browser.open()) {
            browser.go(url("aio_server.html"));
            String before = (String) browser.script("return getComputedStyle(document.body).color");
            assertEquals(List.of(), browser.weakText());
            browser.click("#theme");
            String after = (String) browser.script("return getComputedStyle(document.body).color");
            assertFalse(before.equals(after), after);
            assertEquals(List.of(), browser.weakText());
            browser.click("a[rel=next]");
            assertEquals(after, browser.script("return getComputedStyle(document.body).color"));
        }
    }

    @Test
    void itSaysInOneLineWhatIsWrongWithItsArguments() {
        for (String[] args : new String[][] {{"-o"}, {"somewhere"}}) {
            var command = Stream.concat(Stream.of("book"), Stream.of(args)).toArray(String[]::new);
            try (var failing = ScriptProcess.start(command)) {
                assertEquals(1, failing.exitCode());
                assertEquals(1, failing.errors().size(), failing.toString());
                assertTrue(failing.errors().getFirst().startsWith("book: "), failing.toString());
            }
        }
    }
}
