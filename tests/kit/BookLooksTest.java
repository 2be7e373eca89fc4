//SOURCES ../../lib/aio/Coroutine.java ../../lib/script/Script.java ../shared/Browser.java
//SOURCES ../shared/Kit.java ../shared/Paste.java ../shared/TestRun.java ServedBook.java
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Browser;
import tests.shared.Kit;
import tests.shared.Paste;
import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.List;

/** The book on a desktop, on a phone and on paper, in a real browser. */
@Tag(TestRun.SLOW)
class BookLooksTest {
    private static final int PHONE = 360;
    private static final int DESKTOP = 1440;

    /** What a page of 200 KiB may be, before the reader scrolls. */
    private static final long FIRST_VIEW = 200 * 1024;

    @TempDir static Path folder;
    private static ServedBook book;

    public static void main(String... args) {
        TestRun.main(BookLooksTest.class);
    }

    @BeforeAll
    static void makeTheBook() {
        book = ServedBook.make(folder);
    }

    @AfterAll
    static void stop() {
        if (book != null) book.close();
    }

    private static Browser open(String page, int width) {
        var browser = Browser.open();
        if (width < 500) browser.phone(width);
        else browser.resize(width, 900);
        browser.go(book.url(page));
        return browser;
    }

    private static long number(Browser browser, String expression) {
        return ((Number) browser.script("return " + expression)).longValue();
    }

    @Test
    void theRoadStopsAtEveryChapterAndTheContentsSayWhatEachPromises() throws Exception {
        try (var browser = open("", DESKTOP)) {
            long count = Kit.chapters().size();
            assertEquals(count, number(browser, "document.querySelectorAll('.road a').length"));
            assertEquals(
                    count,
                    number(browser, "[...document.querySelectorAll('.contents b ~ p')].length"));
            browser.click(".road a[href='event_loop.html'] text");
            browser.awaitText("h1", "15. ");
            assertEquals(List.of(), browser.errors());
        }
    }

    @Test
    void theSidebarShowsThePartTheChapterAndTheSectionInView() {
        try (var browser = open("event_loop.html", DESKTOP)) {
            assertEquals(
                    "Callbacks and coroutines", browser.text(".sidebar details[open] summary"));
            assertTrue(browser.text(".sidebar [aria-current=page]").endsWith("in five steps"));
            browser.script("document.getElementById('step-5-time').scrollIntoView()");
            await().until(() -> browser.text(IN_VIEW).equals("Step 5: time"));
            browser.click(".sidebar .inside a[href='#run-it']");
            await().until(() -> browser.text(IN_VIEW).equals("Run it"));
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String IN_VIEW = ".sidebar .inside [aria-current=true]";

    @Test
    void aReaderKnowsTheTitlesOfThePreviousAndTheNextChapter() {
        try (var browser = open("event_loop.html", DESKTOP)) {
            assertTrue(browser.text("a[rel=prev]").contains("14. From callbacks to coroutines"));
            assertTrue(browser.text("a[rel=next]").contains("16. The same server on"));
        }
    }

    @Test
    void onAPhoneTheSidebarIsADrawer() {
        try (var browser = open("bio_server.html", PHONE)) {
            assertEquals(false, browser.script("return " + SIDEBAR_VISIBLE));
            browser.click(".menu");
            await().until(() -> browser.script("return " + SIDEBAR_VISIBLE).equals(true));
            browser.click(".sidebar .inside a[href='#run-it']");
            await().until(() -> browser.script("return " + SIDEBAR_VISIBLE).equals(false));
            await().until(() ->
                    number(
                                    browser,
                                    "document.getElementById('run-it')"
                                            + ".getBoundingClientRect().top")
                            < 200);
            browser.click(".menu");
            browser.click(".sidebar .places a[href='library.html']");
            browser.awaitText("h1", "The library");
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String SIDEBAR_VISIBLE =
            "document.getElementById('sidebar').checkVisibility()";

    @Test
    void onAPhoneNothingIsWiderThanTheScreen() throws Exception {
        try (var browser = open("", PHONE)) {
            for (String page : book.pages().keySet()) {
                if (page.startsWith("library-") && !page.equals("library-Future.html")) continue;
                browser.go(book.url(page));
                long over = number(browser, "document.documentElement.scrollWidth - innerWidth");
                assertTrue(over <= 0, page + " is " + over + " pixels too wide");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {PHONE, DESKTOP})
    void noCodeIsCutAndOnADesktopAHundredCharactersAreALine(int width) {
        try (var browser = open("event_loop.html", width)) {
            for (String chapter : Kit.chapters()) {
                browser.go(book.url(chapter + ".html"));
                assertEquals(List.of(), browser.script(CUT), chapter);
                if (width == DESKTOP) assertEquals(List.of(), browser.script(FOLDED), chapter);
            }
        }
    }

    private static final String CUT =
            """
            document.querySelectorAll('details').forEach(d => d.open = !d.closest('figure'));
            return [...document.querySelectorAll('pre')].filter(pre => pre.checkVisibility())
              .filter(pre => pre.scrollWidth > pre.clientWidth || pre.getBoundingClientRect().right > innerWidth)
              .map(pre => pre.textContent.slice(0, 80));
            """;
    private static final String FOLDED =
            """
            const one = parseFloat(getComputedStyle(document.querySelector('.lines')).lineHeight);
            return [...document.querySelectorAll('.lines > span')].filter(line => line.checkVisibility())
              .filter(line => line.textContent.trimEnd().length <= 100 && line.offsetHeight > 1.5 * one)
              .map(line => line.textContent);
            """;

    @Test
    void aLineOfProseHas65To75Characters() {
        try (var browser = open("virtual_thread_server.html", DESKTOP)) {
            long characters = number(browser, CHARACTERS);
            assertTrue(characters >= 65 && characters <= 75, "" + characters);
        }
    }

    /** The mean of the lines that the browser filled, so without the last of each paragraph. */
    private static final String CHARACTERS =
            """
            (() => {
              let lines = 0, characters = 0;
              for (const p of document.querySelectorAll('main > p')) {
                const text = [...p.childNodes].every(n => n.nodeType === 3) ? p.firstChild : null;
                if (!text || text.length < 200) continue;
                const range = document.createRange();
                let start = 0, top = null;
                for (let i = 0; i < text.length; i++) {
                  range.setStart(text, i);
                  range.setEnd(text, i + 1);
                  const rect = range.getClientRects()[0];
                  if (!rect) continue;
                  if (top !== null && rect.top > top + 4) { lines++; characters += i - start; start = i; }
                  top = rect.top;
                }
              }
              return characters / lines;
            })()
            """;

    @Test
    void aLineHasALinkAndItsNumberIsThatOfTheFile() {
        try (var browser = open("event_loop.html#L120", DESKTOP)) {
            String line =
                    (String) browser.script("return document.querySelector(':target').textContent");
            assertEquals(
                    Kit.read("notebooks/event_loop.java").lines().toList().get(119),
                    line.stripTrailing());
            assertTrue(
                    number(browser, "document.querySelector(':target').getBoundingClientRect().top")
                            > 52);
            browser.script("document.querySelector('#L121 > a').click()");
            await().until(() ->
                    number(browser, "+document.querySelector(':target').id.slice(1)") == 121);
        }
    }

    @Test
    void whatIsCopiedFromTheCellsPastesIntoJShell() {
        try (var browser = open("generator.html", DESKTOP)) {
            String copied = copied(browser, ".cell:not(.active, .exercise *)");
            assertEquals(
                    "Copied", browser.script("return document.querySelector('.copy').textContent"));
            assertTrue(copied.contains("class Generator"), copied);
            try (var jshell = Paste.open(System.getProperty("java.class.path"))) {
                assertEquals(List.of(), Paste.complaints(jshell, copied));
            }
        }
    }

    private static String copied(Browser browser, String figures) {
        browser.script(
                """
                window.clip = '';
                navigator.clipboard.writeText = async text => { window.clip += text; };
                """);
        browser.script(
                "for (const f of document.querySelectorAll('"
                        + figures
                        + "'))"
                        + " f.querySelector('.copy')?.click()");
        await().until(() -> !browser.script("return window.clip").equals(""));
        return (String) browser.script("return window.clip");
    }

    @Test
    void terminalsThatTalkAreSideBySideOnADesktopAndInTheOrderOfTimeOnAPhone() {
        try (var browser = open("aio_callback_server.html", DESKTOP)) {
            assertEquals(
                    "./jbang aio_callback_server\n./jbang aio_callback_client\n",
                    copied(browser, ".terminals .terminal"));
            String places =
                    "return [...document.querySelectorAll('.terminals .terminal')]"
                            + ".map(t => t.getBoundingClientRect()).map(r => [r.left, r.bottom])";
            var wide = places(browser, places);
            assertTrue(wide.get(0).get(0) < wide.get(1).get(0), wide.toString());
            assertEquals(wide.get(0).get(1), wide.get(1).get(1), 1);
            assertTrue(wide.get(2).get(1) > wide.get(1).get(1), wide.toString());
            browser.phone(PHONE);
            var narrow = places(browser, places);
            assertEquals(narrow.get(0).get(0), narrow.get(1).get(0), 1);
            assertTrue(narrow.get(0).get(1) < narrow.get(1).get(1), narrow.toString());
            assertTrue(narrow.get(1).get(1) < narrow.get(2).get(1), narrow.toString());
        }
    }

    private static List<List<Double>> places(Browser browser, String javascript) {
        return ((List<?>) browser.script(javascript))
                .stream()
                        .map(place ->
                                ((List<?>) place)
                                        .stream().map(n -> ((Number) n).doubleValue()).toList())
                        .toList();
    }

    @Test
    void aNoteIsInTheMarginWhereThereIsOneAndElseBelowItsParagraph() {
        try (var browser = open("generator.html", DESKTOP)) {
            String beside =
                    "document.querySelector('.note').getBoundingClientRect().left"
                            + " - document.querySelector('.noted p').getBoundingClientRect().right";
            assertTrue(number(browser, beside) > 0);
            browser.phone(PHONE);
            assertTrue(number(browser, beside) < 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyKindOfPageHasContrast(String theme) {
        try (var browser = open("", DESKTOP)) {
            browser.prefer("prefers-color-scheme", theme);
            for (String page :
                    List.of(
                            "index.html",
                            "aio_callback_server.html",
                            "generator.html",
                            "library.html",
                            "library-Coroutine.html",
                            "glossary.html")) {
                browser.go(book.url(page));
                assertEquals(List.of(), browser.weakText(), page);
                assertEquals(List.of(), browser.errors(), page);
            }
        }
    }

    @Test
    void onPaperThereIsTheTextAndNothingToClick() {
        try (var browser = open("aio_callback_server.html", DESKTOP)) {
            browser.onPaper(true);
            assertEquals(List.of(), browser.script(CLICKED));
            assertEquals(List.of(), browser.script(CUT));
            assertEquals(
                    "rgb(29, 33, 37)",
                    browser.script("return getComputedStyle(document.body).color"));
            assertEquals(
                    0,
                    number(browser, "document.querySelector('main').getBoundingClientRect().left"));
        }
    }

    private static final String CLICKED =
            """
            return [...document.querySelectorAll('header, footer, .sidebar, button:not(.player *)')]
              .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80));
            """;

    @Test
    void aFirstViewIsUnder200KiBAndNothingMoves() throws Exception {
        List<String> largest =
                book.pages().entrySet().stream()
                        .sorted((a, b) -> b.getValue().length() - a.getValue().length())
                        .limit(6)
                        .map(page -> page.getKey())
                        .toList();
        try (var browser = open("", DESKTOP)) {
            for (String page :
                    List.of(
                            "index.html",
                            "event_loop.html",
                            largest.getFirst(),
                            largest.get(1),
                            largest.get(5))) {
                browser.go(book.url(page));
                browser.script(
                        """
                        window.moved = 0;
                        new PerformanceObserver(list => { for (const e of list.getEntries()) window.moved += e.value; })
                          .observe({ type: 'layout-shift', buffered: true });
                        """);
                await().until(() ->
                        browser.script("return document.fonts.status").equals("loaded"));
                long bytes = number(browser, BYTES);
                assertTrue(bytes < FIRST_VIEW, page + " has " + bytes + " bytes");
                // A page that arrives in pieces on a busy machine may move by a few pixels.
                long thousandths = number(browser, "window.moved * 1000");
                assertTrue(thousandths < 10, page + " moved by " + thousandths + " thousandths");
            }
        }
    }

    private static final String BYTES =
            """
            [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
              .filter(entry => !/live\\.(css|js)|changes/.test(entry.name))
              .reduce((sum, entry) => sum + entry.decodedBodySize, 0)
            """;

    @Test
    void aNameInACellLeadsIntoTheLibraryAndFromThereBackToTheChapters() {
        try (var browser = open("event_loop.html", DESKTOP)) {
            browser.script(
                    "document.querySelector('.java"
                            + " a[href=\"library-Sockets.html#listen\"]').click()");
            browser.awaitText("h1", "Sockets");
            assertFalse(browser.text("main").isEmpty());
            await().until(() ->
                    number(browser, "document.getElementById('listen').getBoundingClientRect().top")
                            < 900);
            browser.script("document.querySelector('.facts a[href=\"event_loop.html\"]').click()");
            browser.awaitText("h1", "15. ");
            browser.go(book.url("library-Coroutine.html"));
            assertTrue(browser.text(".facts").contains("13. A function that stops in the middle"));
            assertTrue(
                    browser.text(".javadoc")
                            .startsWith("A body of code that can stop in the middle"));
            assertEquals(1L, number(browser, "document.querySelectorAll('.javadoc svg').length"));
            assertEquals(List.of(), browser.errors());
        }
    }
}
