//SOURCES ../shared/Browser.java ../shared/TestRun.java PlayerPage.java PlayerSite.java
//SOURCES SampleRecording.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

import tests.shared.Browser;
import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.List;

/** The player on screens and on paper, for readers with different wishes. */
@Tag(TestRun.SLOW)
class PlayerLooksTest {
    private static final int STEPS = SampleRecording.states().size();

    @TempDir static Path folder;
    private static PlayerSite site;
    private static Path film;

    public static void main(String... args) {
        TestRun.main(PlayerLooksTest.class);
    }

    @BeforeAll
    static void makeThePage() throws Exception {
        site = new PlayerSite(folder);
        film = site.film("film", SampleRecording.json());
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static PlayerPage open() {
        return PlayerPage.open(site.url("film"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void bothThemesAreReadable(String theme) {
        try (var page = new PlayerPage(Browser.open())) {
            page.browser().prefer("prefers-color-scheme", theme);
            page.go(site.url("film")).focus();
            for (int n = 0; n < STEPS; n++) {
                assertEquals(List.of(), page.browser().script(WEAK), "step " + n);
                page.browser().press(Keys.ARROW_RIGHT);
            }
        }
    }

    /** Text with less contrast to what is behind it than WCAG 2.1 asks for: 4.5 to 1. */
    private static final String WEAK =
            """
            const light = color => {
              const [r, g, b] = color.match(/[\\d.]+/g).map(c => c / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = e => {
              for (; e; e = e.parentElement) {
                const color = getComputedStyle(e).backgroundColor;
                if (!color.endsWith(', 0)')) return color;
              }
            };
            return [...document.querySelectorAll('.player *')]
              .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
              .filter(e => {
                const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
                return (a + 0.05) / (b + 0.05) < 4.5;
              })
              .map(e => e.outerHTML.slice(0, 80)).slice(0, 5);
            """;

    @Test
    void onAPhoneThePanesAreStackedAndNothingIsWiderThanTheScreen() {
        try (var page = new PlayerPage(Browser.open())) {
            page.browser().phone(360);
            page.go(site.url("film")).focus();
            for (int n = 0; n < STEPS; n++) {
                assertEquals(360, page.number("document.documentElement.scrollWidth"));
                assertEquals(List.of(), page.browser().script(TOO_WIDE), "step " + n);
                page.browser().press(Keys.ARROW_RIGHT);
            }
            assertEquals(
                    page.number("document.querySelector('.code').getBoundingClientRect().bottom"),
                    page.number("document.querySelector('.board').getBoundingClientRect().top"));
        }
    }

    private static final String TOO_WIDE =
            """
            return [...document.querySelectorAll('.player *:not(.code *, .terminal *)')]
              .filter(e => e.getBoundingClientRect().right > innerWidth)
              .map(e => e.outerHTML.slice(0, 80));
            """;

    @Test
    void onlyTheCodeScrollsAndNothingOnThePageMoves() {
        try (var page = new PlayerPage(Browser.open())) {
            page.browser().resize(1200, 500);
            page.go(site.url("film")).focus();
            page.browser().script("scrollTo(0, 0)");
            Object before = page.value(PLACES);
            for (int n = 0; n < STEPS; n++) {
                assertEquals(before, page.value(PLACES), "step " + n);
                await().until(() -> page.number(LEAD_OUTSIDE) == 0);
                page.browser().press(Keys.ARROW_RIGHT);
            }
            assertTrue(page.number("document.querySelector('.code').scrollTop") > 0);
        }
    }

    private static final String PLACES =
            """
            [scrollY, ...[...document.querySelectorAll('.player > *, .place, #after')]
              .flatMap(e => [e.offsetTop, e.offsetHeight])].join()
            """;

    private static final String LEAD_OUTSIDE =
            """
            [...document.querySelectorAll('.row.lead')].filter(row => {
              const at = row.getBoundingClientRect();
              const pane = row.closest('.code').getBoundingClientRect();
              return at.top < pane.top || at.bottom > pane.bottom;
            }).length
            """;

    @Test
    void itIsAsHighBeforeItHasItsRecordingAsAfterwards() {
        try (var page = open()) {
            long height = page.number("document.querySelector('.player').offsetHeight");
            page.browser()
                    .script(
                            """
                            const figure = document.createElement('figure');
                            figure.className = 'player';
                            figure.dataset.recording = 'late';
                            document.querySelector('main').append(figure);
                            """);
            String last = "[...document.querySelectorAll('.player')].pop()";
            assertEquals(height, page.number(last + ".offsetHeight"));
            page.browser().script("addRecording('late', player.recordings.get('film'))");
            assertEquals(height, page.number(last + ".offsetHeight"));
            assertTrue(page.number(last + ".querySelectorAll('.row').length") > 50);
        }
    }

    @Test
    void aReaderWhoPrefersLessMotionGetsNone() {
        try (var page = open()) {
            page.focus();
            String moving =
                    "(document.querySelector('.forward').click(), document.getAnimations().length)";
            for (int n = 0; n < 4; n++) page.browser().press(Keys.ARROW_RIGHT);
            assertTrue(page.number(moving) > 0);
            page.browser().prefer("prefers-reduced-motion", "reduce");
            page.browser().press(Keys.HOME);
            await().until(() -> page.number("document.getAnimations().length") == 0);
            for (int n = 0; n < 20; n++) assertEquals(0, page.number(moving));
        }
    }

    @Test
    void itAsksNoOtherHostAndWorksFromAFile() {
        try (var page = open()) {
            page.focus();
            page.browser().press(Keys.END);
            assertEquals(
                    0,
                    page.number(
                            "performance.getEntriesByType('resource')"
                                    + ".filter(e => !e.name.startsWith(location.origin)).length"));
            page.go(film.toUri().toString()).focus();
            page.browser().press(Keys.END);
            assertEquals(
                    "step %d of %d".formatted(STEPS, STEPS),
                    page.attribute(".range", "aria-valuetext"));
            assertTrue(page.number("document.querySelectorAll('.hljs-keyword').length") > 20);
            assertEquals(List.of(), page.browser().errors());
        }
    }

    @Test
    void onPaperItIsItsKeyFrames() {
        try (var page = open()) {
            page.browser().onPaper(true);
            page.browser().script("dispatchEvent(new Event('beforeprint'))");
            String steps =
                    (String)
                            page.value(
                                    "[...document.querySelectorAll('.player .frame b')].filter(e =>"
                                        + " e.checkVisibility()).map(e => e.textContent.replace(/"
                                        + " of.*/, '')).join()");
            assertTrue(steps.matches("Step 1,Step \\d+,Step \\d+,Step " + STEPS), steps);
            assertTrue(page.text(".story").contains("Success ..."), page.text(".story"));
            assertEquals(false, page.value(CONTROLS_VISIBLE));
            page.browser().onPaper(false);
            page.browser().script("dispatchEvent(new Event('afterprint'))");
            assertEquals(true, page.value(CONTROLS_VISIBLE));
            assertEquals(0, page.number("document.querySelectorAll('.paper').length"));
        }
    }

    private static final String CONTROLS_VISIBLE =
            "document.querySelector('.controls').checkVisibility()";

    @Test
    void withoutJavaScriptASentenceSaysWhatIsMissing() {
        try (var page = new PlayerPage(Browser.open())) {
            page.browser().withoutJavaScript();
            page.go(site.url("film"));
            String sentence =
                    (String)
                            page.value(
                                    "getComputedStyle(document.querySelector('.player'),"
                                            + " '::before').content");
            assertTrue(sentence.contains("It needs JavaScript"), sentence);
        }
    }
}
