//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/TestRun.java PlayerPage.java PlayerSite.java SampleRecording.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The player goes through a recording, in a real browser, as the reader says. */
@Tag(TestRun.SLOW)
class PlayerTest {
    private static final List<JsonObject> STATES = SampleRecording.states();
    private static final int LAST = STATES.size() - 1;

    @TempDir static Path folder;
    private static PlayerSite site;

    public static void main(String... args) {
        TestRun.main(PlayerTest.class);
    }

    @BeforeAll
    static void makeThePage() throws Exception {
        site = new PlayerSite(folder);
        site.film("film", SampleRecording.json());
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static PlayerPage open() {
        return PlayerPage.open(site.url("film"));
    }

    private static void assertShows(int n, PlayerPage page) {
        assertEquals(expected(n), page.shown(), "step " + n);
    }

    /** What the page has to show after step n. */
    private static JsonObject expected(int n) {
        JsonObject state = STATES.get(n);
        var expected = new JsonObject();
        for (String key : List.of("say", "ready", "runs", "input", "output", "select"))
            expected.add(key, state.get(key));
        List<String> stand = new ArrayList<>();
        String lead = "";
        for (JsonElement element : state.getAsJsonArray("actors")) {
            JsonObject actor = element.getAsJsonObject();
            String line = actor.get("line").getAsString();
            stand.add(actor.get("name").getAsString() + " " + line);
            boolean runs = actor.get("state").getAsString().equals("runs");
            boolean loop = actor.get("kind").getAsString().equals("loop");
            if (runs && (lead.isEmpty() || !loop)) lead = line;
        }
        expected.add("stand", new Gson().toJsonTree(stand.stream().sorted().toList()));
        expected.addProperty("lead", lead);
        expected.addProperty("printed", printed(n));
        return expected;
    }

    private static String printed(int n) {
        var printed = new StringBuilder("$ ./jbang watch aio_callback_server\n");
        for (JsonObject state : STATES.subList(0, n + 1))
            for (JsonElement line : state.getAsJsonArray("printed"))
                printed.append(line.getAsString()).append('\n');
        return printed.toString();
    }

    @Test
    void eachStepIsShownOnTheWayForwardAndOnTheWayBack() {
        try (var page = open()) {
            for (int n = 0; n < 20; n++) {
                assertShows(n, page);
                page.browser().activate(".forward");
            }
            for (int n = 20; n > 0; n--) {
                assertShows(n, page);
                page.browser().activate(".back");
            }
            assertShows(0, page);
            page.browser().activate(".back");
            assertShows(0, page);
            assertEquals(List.of(), page.browser().errors());
        }
    }

    @Test
    void theKeyboardIsEnough() {
        try (var page = open()) {
            page.browser().press(Keys.TAB); // to the link before the player
            page.browser().press(Keys.TAB);
            assertEquals("player", page.value("document.activeElement.className"));
            page.browser().press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
            assertShows(3, page);
            page.browser().press(Keys.ARROW_LEFT);
            assertShows(2, page);
            page.browser().press(Keys.END);
            assertShows(LAST, page);
            page.browser().press(Keys.HOME);
            assertShows(0, page);
            page.browser().press(Keys.SPACE);
            await().until(() -> page.step() >= 2);
            page.browser().press(Keys.SPACE);
            assertEquals("Play", page.attribute(".toggle", "aria-label"));
            assertShows(page.step(), page);
            assertTrue(page.step() < LAST);
        }
    }

    @Test
    void tabGoesFromPaneToPaneAndAButtonKeepsItsOwnKey() {
        try (var page = open()) {
            page.focus();
            for (String stop :
                    List.of("help", "code", "back", "toggle", "forward", "range", "speed")) {
                page.browser().press(Keys.TAB);
                String at =
                        (String) page.value("document.activeElement.closest('[class]').className");
                assertTrue(at.contains(stop), at + " instead of " + stop);
            }
            page.browser().script("document.querySelector('.forward').focus()");
            page.browser().press(Keys.SPACE);
            assertShows(1, page);
            assertEquals("Play", page.attribute(".toggle", "aria-label"));
            page.browser().press(Keys.ARROW_RIGHT);
            assertShows(2, page);
        }
    }

    @Test
    void theLegendTellsTheKeys() {
        try (var page = open()) {
            page.focus();
            page.browser().press(Keys.TAB);
            assertEquals(false, page.value("document.querySelector('.legend').checkVisibility()"));
            page.browser().press(Keys.SPACE);
            assertEquals(true, page.value("document.querySelector('.legend').checkVisibility()"));
            assertTrue(page.text(".legend").contains("a step back, a step forward"));
            page.browser().press(Keys.ESCAPE);
            assertEquals(false, page.value("document.querySelector('.legend').checkVisibility()"));
        }
    }

    @Test
    void theTimelineGoesToAnyStep() {
        try (var page = open()) {
            page.browser()
                    .script(
                            """
                            const range = document.querySelector('.range');
                            range.value = 17;
                            range.dispatchEvent(new Event('input', {bubbles: true}));
                            range.focus();
                            """);
            assertShows(17, page);
            page.browser().press(Keys.ARROW_RIGHT);
            assertShows(18, page);
            assertEquals("step 19 of " + STATES.size(), page.attribute(".range", "aria-valuetext"));
            page.browser().press(Keys.END);
            assertShows(LAST, page);
        }
    }

    @Test
    void itPlaysToTheEndAndThenFromTheStart() {
        try (var page = open()) {
            page.focus();
            page.browser().press(Keys.END, Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.SPACE);
            await().until(() -> page.step() == LAST);
            await().until(() -> page.attribute(".toggle", "aria-label").equals("Play"));
            assertShows(LAST, page);
            page.browser().press(Keys.SPACE);
            assertEquals("Pause", page.attribute(".toggle", "aria-label"));
            await().until(() -> page.step() > 0 && page.step() < LAST);
        }
    }

    @Test
    void aScreenReaderHearsEachStepButNotWhileItPlays() {
        try (var page = open()) {
            page.focus();
            String first = page.text("[aria-live=polite]");
            page.browser().press(Keys.ARROW_RIGHT);
            assertNotEquals(first, page.text("[aria-live=polite]"));
            page.browser().press(Keys.SPACE);
            assertEquals("off", page.attribute(".say", "aria-live"));
            page.browser().press(Keys.SPACE);
            assertEquals("polite", page.attribute(".say", "aria-live"));
        }
    }

    @Test
    void twoPlayersOnAPageDoNotDisturbEachOther() {
        try (var page = open()) {
            page.browser()
                    .script(
                            """
                            const figure = document.createElement('figure');
                            figure.className = 'player';
                            figure.dataset.recording = 'second';
                            document.querySelector('main').append(figure);
                            addRecording('second', player.recordings.get('film'));
                            figure.focus();
                            """);
            page.browser().press(Keys.END);
            assertShows(0, page);
        }
    }
}
