//SOURCES ../shared/Browser.java ../shared/Kit.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import tests.shared.Browser;
import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small book is served, its chapter is saved, and a real browser shows what was saved. */
@Tag(TestRun.SLOW)
@Execution(ExecutionMode.SAME_THREAD) // they save the same chapter
class LiveBookTest {
    /** The promise is two seconds, on a machine that does nothing else. */
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private static final String CATALOG =
            """
            {"aliases": {
              "first": {"script-ref": "notebooks/first.java", "part": "One", "description": "a"},
              "other": {"script-ref": "notebooks/other.java", "description": "b"}
            }}
            """;
    private static final String README =
            """
            # A book
            ## Who it is for
            ## Java 25 in this book
            ## Where the story comes from
            """;
    private static final String NOTEBOOK =
            """
            // %%
            //JAVA 25+
            import module java.base;

            // %% [markdown]
            // # A title
            //
            // The prose.

            // %% tags=["active-ipynb"]
            // IO.println(6 * 7);
            """;

    @TempDir static Path checkout;
    private static ScriptProcess server;
    private static Path chapter;

    public static void main(String... args) {
        TestRun.main(LiveBookTest.class);
    }

    @BeforeAll
    static void serveTheBook() throws IOException {
        Files.createDirectories(checkout.resolve("notebooks/appendix"));
        Files.createSymbolicLink(checkout.resolve("lib"), Kit.ROOT.resolve("lib"));
        Files.writeString(checkout.resolve("jbang-catalog.json"), CATALOG);
        Files.writeString(checkout.resolve("README.md"), README);
        Files.writeString(checkout.resolve("notebooks/other.java"), NOTEBOOK);
        chapter = Files.writeString(checkout.resolve("notebooks/first.java"), NOTEBOOK);
        server = book("--serve", "localhost", "0");
        port();
    }

    private static ScriptProcess book(String... args) {
        var builder = ScriptProcess.launcher(Kit.ROOT.resolve("lib/kit/book/Book.java").toString());
        builder.command().addAll(List.of(args));
        return new ScriptProcess(builder.directory(checkout.toFile()));
    }

    private static int port() {
        await().until(() -> server.output().size() > 1 || !server.isAlive());
        assertEquals(2, server.output().size(), server.toString());
        return Integer.parseInt(server.output().get(1).replaceAll(".*:", ""));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void startWithTheSameChapter() throws IOException {
        save(NOTEBOOK);
    }

    /** Writes it as most editors do: a new file takes the place of the old one. */
    private static void save(String text) throws IOException {
        Path written = Files.writeString(checkout.resolve("notebooks/first.java~"), text);
        Files.move(written, chapter, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Browser reader(String page) {
        var browser = Browser.open();
        browser.go("http://localhost:" + port() + "/" + page);
        return browser;
    }

    private static void awaitScreen(Browser browser, String text) {
        awaitTrue(browser, "document.body.innerText.includes('" + text + "')");
    }

    private static void awaitTrue(Browser browser, String condition) {
        await(condition)
                .atMost(GENEROUS)
                .ignoreExceptions() // the page changes
                .untilAsserted(() ->
                        assertEquals(
                                true,
                                browser.script("return " + condition),
                                () -> server + " " + browser.text("body")));
    }

    private static void awaitQuiet(Browser browser) {
        awaitScreen(browser, "42");
        awaitTrue(browser, "!document.querySelector('.notice')");
    }

    @Test
    void savedProseIsOnTheScreenAndNothingRuns() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            long start = System.nanoTime();
            save(NOTEBOOK.replace("The prose.", "Another sentence."));
            awaitScreen(browser, "Another sentence.");
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            IO.println("from the save to the screen: " + millis + " ms");
            awaitQuiet(browser);
        }
    }

    @Test
    void savedCodeIsOnTheScreenBeforeItHasRunAndItsOutputAfter() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            Path gate = checkout.resolve("gate");
            String waiting =
                    """
                    // while (!Files.exists(Path.of("%s"))) Thread.sleep(10);
                    // IO.println(6 * 8);
                    """
                            .formatted(gate);
            save(NOTEBOOK.replace("// IO.println(6 * 7);\n", waiting));
            awaitScreen(browser, "6 * 8");
            awaitScreen(browser, "The chapter is running.");
            Files.createFile(gate);
            awaitScreen(browser, "48");
            awaitTrue(browser, "!document.querySelector('.notice')");
            assertEquals(List.of(), browser.errors());
        }
    }

    @Test
    void aCellThatNeverEndsIsStoppedByTheNextSave() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            save(NOTEBOOK.replace("IO.println(6 * 7);", "while (true) Thread.onSpinWait();"));
            awaitScreen(browser, "onSpinWait");
            save(NOTEBOOK.replace("6 * 7", "7 * 7"));
            awaitScreen(browser, "49");
        }
    }

    @Test
    void aBrokenCellShowsItsErrorOnThePageUntilItIsMended() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            save(NOTEBOOK.replace("6 * 7", "six * 7"));
            awaitScreen(browser, "cannot find symbol");
            assertTrue(browser.text(".notice.error").contains("six"));
            assertEquals(List.of(), browser.weakText());
            browser.click("#theme");
            assertEquals(List.of(), browser.weakText());
            save(NOTEBOOK);
            awaitQuiet(browser);
        }
    }

    @Test
    void aFileThatIsNoNotebookKeepsItsPageAndShowsWhatIsWrong() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            save(NOTEBOOK.replace("// %% [markdown]", "// %% [markup]"));
            awaitScreen(browser, "notebooks/first.java: no cell starts like this");
            assertTrue(browser.text("main").contains("The prose."));
            save(NOTEBOOK);
            awaitQuiet(browser);
        }
    }

    @Test
    void aSavedChartIsDrawnLegibleInBothThemesAndItsTableHasTheSameNumbers() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            save(NOTEBOOK.replace("// The prose.\n", "// The prose.\n" + CHART));
            awaitTrue(browser, "document.querySelectorAll('.measured rect').length === 2");
            assertEquals(
                    List.of("one: 100 (80 to 120)", "two: 1,050* (900 to 1,200)"),
                    browser.script(
                            "return [...document.querySelectorAll('.measured g > title')]"
                                    + ".map(title => title.textContent)"));
            browser.click(".measured summary");
            assertEquals(
                    "server median low high\nfast ones\none 100 80 120\ntwo 1,050* 900 1,200",
                    browser.text(".measured table").replaceFirst(".*\n", ""));
            assertEquals(
                    "Measured by ./jbang measure: 2 processors.\n*: a note",
                    browser.text(".measured figcaption"));
            for (int theme = 0; theme < 2; theme++) {
                assertEquals(List.of(), browser.weakText());
                assertEquals(List.of(), browser.script(WEAK_MARKS));
                browser.click("#theme");
            }
            assertEquals(List.of(), browser.errors());
        }
    }

    private static final String CHART =
            """
            //
            // ```chart bars
            // The time, in seconds
            // $ ./jbang measure
            // 2 processors
            //
            // server  median  low   high
            // fast ones
            // one     100     80    120
            // two     1,050*  900  1,200
            //
            // *: a note
            // ```
            """;

    /** Text needs a contrast of 4.5 to 1, a bar one of 3 to 1 (WCAG 2.1, 1.4.3 and 1.4.11). */
    private static final String WEAK_MARKS =
            """
            const channels = color => {
              const canvas = document.createElement('canvas').getContext('2d');
              canvas.fillStyle = color;
              canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
            };
            const light = color => {
              const [r, g, b] = channels(color).map(c => c / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const paper = light(getComputedStyle(document.body).backgroundColor);
            return [...document.querySelectorAll('.chart text, .chart rect')].filter(e => {
              const [a, b] = [light(getComputedStyle(e).fill), paper].sort((x, y) => y - x);
              return (a + 0.05) / (b + 0.05) < (e.tagName === 'text' ? 4.5 : 3);
            }).map(e => e.outerHTML);
            """;

    @Test
    void aBrokenChartShowsItsErrorOnThePage() throws Exception {
        try (var browser = reader("first.html")) {
            awaitQuiet(browser);
            String broken = CHART.replace("100     80    120", "100     80");
            save(NOTEBOOK.replace("// The prose.\n", "// The prose.\n" + broken));
            awaitScreen(browser, "a row has other columns than the head");
            save(NOTEBOOK);
            awaitQuiet(browser);
        }
    }

    @Test
    void anotherPageStaysAsItIs() throws Exception {
        try (var browser = reader("other.html")) {
            awaitScreen(browser, "42");
            browser.script("window.isTheSame = true");
            Path page = checkout.resolve("build/book/other.html");
            var written = Files.getLastModifiedTime(page);
            save(NOTEBOOK.replace("The prose.", "Something else."));
            Path changed = checkout.resolve("build/book/first.html");
            await().until(() -> Files.readString(changed).contains("Something else."));
            assertEquals(written, Files.getLastModifiedTime(page));
            assertEquals(true, browser.script("return window.isTheSame"));
        }
    }

    @Test
    void aNewTitleIsInTheContentsOfTheOtherPages() throws Exception {
        save(NOTEBOOK.replace("# A title", "# A better title"));
        Path next = checkout.resolve("build/book/other.html");
        await().until(() -> Files.readString(next).contains("1. A better title"));
    }

    @Test
    void onCtrlCItEndsAlthoughAPageIsOpenAndAChapterRuns() throws Exception {
        try (var second = book("-o", "build/second", "--serve", "localhost", "0")) {
            await().until(() -> second.output().size() > 1 || !second.isAlive());
            int port = Integer.parseInt(second.output().get(1).replaceAll(".*:", ""));
            try (var browser = Browser.open()) {
                browser.go("http://localhost:" + port + "/first.html");
                String begins =
                        "Files.createFile(Path.of(\"%s\" + ProcessHandle.current().pid())); ";
                Path begun = checkout.resolve("begun");
                save(
                        NOTEBOOK.replace(
                                "IO.println(6 * 7);",
                                begins.formatted(begun) + "while (true) Thread.onSpinWait();"));
                awaitScreen(browser, "The chapter is running.");
                var book = ProcessHandle.of(second.pid()).orElseThrow();
                await().until(() ->
                        book.descendants()
                                .anyMatch(p -> Files.exists(Path.of("" + begun + p.pid()))));
                var cells = book.descendants().toList();
                second.signal("INT");
                second.exitCode();
                await().until(() -> cells.stream().noneMatch(LiveBookTest::runs));
                assertTrue(second.output().getLast().startsWith("server stopped: "));
                assertEquals(List.of(), second.errors());
            }
        }
    }

    /** A process that has ended, but that nobody has asked about yet, has no command. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    @Test
    void aPortInUseIsOneLineAndNoBookIsMade() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
                var failing = book("--serve", "localhost", "" + taken.getLocalPort())) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().contains("is in use"), failing.toString());
            assertEquals(List.of(), failing.output());
        }
    }
}
