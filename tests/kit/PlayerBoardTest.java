//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/TestRun.java PlayerPage.java PlayerSite.java SampleRecording.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Path;

/** The boxes of the player's loop: which places there are, who is in them, and how they move. */
@Tag(TestRun.SLOW)
class PlayerBoardTest {
    @TempDir Path folder;
    private PlayerSite site;

    public static void main(String... args) {
        TestRun.main(PlayerBoardTest.class);
    }

    @BeforeEach
    void start() throws IOException {
        site = new PlayerSite(folder);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private PlayerPage open(Object recording) throws IOException {
        site.film("film", recording);
        return PlayerPage.open(site.url("film"));
    }

    private static Object in(String place, PlayerPage page) {
        return page.value(
                "[...document.querySelectorAll('.place-%s .token')].map(e => e.textContent).join()"
                        .formatted(place));
    }

    @Test
    void timersFuturesAndTheLibraryHaveTheirPlaces() throws IOException {
        String recording =
                """
                {"chapter": "event_loop", "source": [{"line": 7, "text": "await(sleep);"}], "steps": [
                  {"t": 0, "say": "Both wait.", "select": "sleeps for 2 s", "runs": "", "ready": [],
                   "actors": [
                     {"id": 2, "name": "nap", "kind": "task", "state": "waits", "line": 7, "on": "time"},
                     {"id": 3, "name": "all", "kind": "task", "state": "waits", "line": null,
                      "at": "Gather.java:40", "on": "nap"}],
                   "timers": [{"name": "nap", "ms": 2000}], "futures": ["nap"], "printed": ["<b>"]},
                  {"t": 9, "say": "The time is up.", "select": "", "timers": [], "ready": ["nap"]}]}
                """;
        try (var page = open(recording)) {
            assertEquals("nap2.0 s", in("timers", page));
            assertEquals("nap", in("futures", page));
            assertEquals("allGather.java:40", in("library", page));
            assertEquals("select sleeps for 2 s", page.text(".select"));
            assertEquals("<b>\n", page.text(".terminal"));
            page.browser().click(".forward");
            assertEquals("", in("timers", page));
            assertEquals("nap", in("ready", page));
            assertEquals("nap", in("futures", page));
            assertEquals("select", page.text(".select"));
        }
    }

    @Test
    void aRunWithoutALoopHasItsThreadsInItsPlace() throws IOException {
        String recording =
                """
                {"chapter": "bio_threaded_server", "source": [{"line": 7, "text": "accept();"}], "steps": [
                  {"t": 0, "say": "main waits.", "actors": [
                     {"id": 1, "name": "main", "kind": "thread", "state": "waits", "line": 7, "on": "a client"},
                     {"id": 2, "name": "T-1", "kind": "thread", "state": "runs", "line": 7, "on": ""}]}]}
                """;
        try (var page = open(recording)) {
            assertEquals("mainwaits for a client,T-1runs at line 7", in("threads", page));
            assertEquals(
                    1,
                    page.number(
                            "[...document.querySelectorAll('.place')]"
                                    + ".filter(e => e.checkVisibility()).length"));
        }
    }

    @Test
    void ofAThousandWaitersAFewAreShownAndTheOthersCounted() throws IOException {
        var input = new JsonArray();
        for (int i = 0; i < 1000; i++) input.add("conversation-" + i + ": client " + i);
        String recording =
                """
                {"chapter": "c", "source": [{"line": 1, "text": "x"}], "steps": [
                  {"t": 0, "say": "All wait.", "actors": [], "input": %s}]}
                """
                        .formatted(input);
        try (var page = open(recording)) {
            long shown = page.number("document.querySelectorAll('.place-input .token').length");
            assertTrue(shown > 3, shown + " are shown");
            assertEquals("+ " + (1000 - shown), page.text(".place-input .rest"));
            assertEquals("1000", page.text(".place-input .count"));
            assertEquals(
                    true,
                    page.value(
                            """
                            document.querySelector('.place-input .token:last-child').getBoundingClientRect().bottom
                              < document.querySelector('.place-input').getBoundingClientRect().bottom
                            """));
        }
    }

    @Test
    void manyOnOneLineAreCountedThere() throws IOException {
        var actors = new JsonArray();
        for (int i = 0; i < 30; i++)
            actors.add(
                    com.google.gson.JsonParser.parseString(
                            """
                            {"id": %d, "name": "T-%d", "kind": "thread", "state": "waits", "line": 1, "on": "input"}
                            """
                                    .formatted(i, i)));
        String recording =
                """
                {"chapter": "c", "source": [{"line": 1, "text": "x"}], "steps": [
                  {"t": 0, "say": "All wait.", "actors": %s}]}
                """
                        .formatted(actors);
        try (var page = open(recording)) {
            assertEquals("T-0T-1+28", page.text(".row .names"));
            assertTrue(page.attribute(".row .more", "title").contains("T-29 waits for input"));
        }
    }

    @Test
    void theSameBoxGoesFromTheQueueToWhatRuns() throws IOException {
        String recording =
                """
                {"chapter": "c", "source": [{"line": 1, "text": "x"}], "steps": [
                  {"t": 0, "say": "", "actors": [], "runs": "", "ready": ["wake", "step", "wake"]},
                  {"t": 1, "say": "", "runs": "wake", "ready": ["step", "wake"]}]}
                """;
        try (var page = open(recording)) {
            page.browser()
                    .script("window.boxes = [...document.querySelectorAll('.place-ready .token')]");
            page.browser().click(".forward");
            assertEquals("wake", in("runs", page));
            assertEquals(
                    true, page.value("document.querySelector('.place-runs .token') === boxes[0]"));
            assertEquals(
                    true, page.value("document.querySelector('.place-ready .token') === boxes[1]"));
            page.browser().activate(".back");
            assertEquals("wake,step,wake", in("ready", page));
        }
    }

    @Test
    void anActorHasOneLookWhichIsNotItsColourAlone() throws IOException {
        try (var page = open(SampleRecording.json())) {
            page.focus();
            for (int n = 0; n < 21; n++) page.browser().press(Keys.ARROW_RIGHT);
            Object looks =
                    page.browser()
                            .script(
                                    """
                                    const looks = new Map();
                                    for (const e of document.querySelectorAll('.chip, .token:not(.ghost)')) {
                                      const name = e.querySelector('.who')?.textContent;
                                      const shape = e.querySelector('path')?.getAttribute('d');
                                      if (!name) continue;
                                      if (!looks.has(name)) looks.set(name, new Set());
                                      looks.get(name).add(e.className.match(/hue-\\w+/) + shape);
                                    }
                                    const all = [...looks.values()];
                                    const shapes = new Set(all.map(set => [...set][0].replace(/hue-\\w+/, '')));
                                    return [all.length, all.every(set => set.size === 1), shapes.size].join();
                                    """);
            assertEquals("4,true,4", looks);
        }
    }
}
