//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/Browser.java ../shared/TestRun.java PlayerPage.java PlayerSite.java
//SOURCES SampleRecording.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import tests.shared.TestRun;

import java.nio.file.Path;
import java.util.List;

/** The player shows a run that goes on, from the events that a server sends. */
@Tag(TestRun.SLOW)
class PlayerLiveTest {
    private static final JsonObject RECORDING = SampleRecording.json();
    private static final JsonArray STEPS = RECORDING.getAsJsonArray("steps");
    private static final List<JsonObject> STATES = SampleRecording.states();

    @TempDir Path folder;
    private PlayerSite site;

    public static void main(String... args) {
        TestRun.main(PlayerLiveTest.class);
    }

    @BeforeEach
    void start() throws Exception {
        site = new PlayerSite(folder);
        site.live("watch");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    /** The first event of a connection, with the state of the sample after step n. */
    private static JsonObject beginning(int n) {
        var event = new JsonObject();
        event.add("chapter", RECORDING.get("chapter"));
        event.add("source", RECORDING.get("source"));
        event.add("state", STATES.get(n));
        return event;
    }

    /** Sends the steps from one to another of the sample, both included. */
    private void send(int from, int to) {
        for (int n = from; n <= to; n++) site.send(STEPS.get(n));
    }

    private static void awaitSaid(int n, PlayerPage page) {
        String say = STATES.get(n).get("say").getAsString();
        await().untilAsserted(() -> assertEquals(say, page.text(".say")));
    }

    @Test
    void itFollowsTheRun() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            awaitSaid(0, page);
            assertEquals("live", page.text(".badge"));
            send(1, 12);
            awaitSaid(12, page);
            assertEquals(STATES.get(12).get("runs"), page.shown().get("runs"));
            assertEquals(STATES.get(12).get("input"), page.shown().get("input"));
            assertEquals(List.of(), page.browser().errors());
        }
    }

    @Test
    void theReaderStepsBackWhileItGoesOnAndFollowsAgain() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            send(1, 5);
            awaitSaid(5, page);
            page.focus();
            page.browser().press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
            awaitSaid(3, page);
            send(6, 9);
            await().until(() -> page.text(".where").startsWith("4, 6 newer"));
            awaitSaid(3, page);
            page.browser().press(Keys.ARROW_RIGHT);
            awaitSaid(4, page);
            page.browser().click(".follow");
            awaitSaid(9, page);
            send(10, 10);
            awaitSaid(10, page);
            page.browser().press(Keys.SPACE); // the button has the focus: it is the button's key
            send(11, 11);
            await().until(() -> page.text(".where").startsWith("11, 1 newer"));
            page.browser().press(Keys.HOME);
            awaitSaid(0, page);
            page.browser().press(Keys.END);
            awaitSaid(11, page);
        }
    }

    @Test
    void itSaysHowManyStepsItHasSkipped() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            send(1, 3);
            awaitSaid(3, page);
            var event = new JsonObject();
            event.addProperty("skipped", 1234);
            event.add("state", STATES.get(20));
            site.send(event);
            String say = STATES.get(20).get("say").getAsString();
            await().untilAsserted(
                            () -> assertEquals("Skipped 1,234 steps. " + say, page.text(".say")));
            send(21, 21);
            awaitSaid(21, page);
            assertEquals(STATES.get(21).get("input"), page.shown().get("input"));
        }
    }

    @Test
    void itKeepsTheLastFiveHundredSteps() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            awaitSaid(0, page);
            for (int i = 1; i <= 700; i++)
                site.send(
                        "{\"t\": %d, \"say\": \"step %d\", \"printed\": [\"line %d\"]}"
                                .formatted(i, i, i));
            await().until(() -> page.text(".say").equals("step 700"));
            page.focus();
            page.browser().press(Keys.HOME);
            await().until(() -> page.text(".say").equals("step 201"));
            assertEquals("step 202 of 701", page.attribute(".range", "aria-valuetext"));
            assertEquals(
                    500L,
                    page.number(
                            "player.steps = document.querySelector('.range').max -"
                                    + " document.querySelector('.range').min + 1"));
            page.browser().press(Keys.END);
            assertEquals(500, page.text(".terminal").lines().count());
        }
    }

    @Test
    void itSaysThatTheConnectionIsLostAndGoesOnWhenItIsBack() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            send(1, 4);
            awaitSaid(4, page);
            site.close();
            await().until(() -> page.text(".badge").equals("connection lost"));
        }
    }

    @Test
    void aNewConnectionGoesOnWithTheSameRun() throws Exception {
        try (var page = PlayerPage.open(site.url("watch"))) {
            site.send(beginning(0));
            send(1, 4);
            awaitSaid(4, page);
            site.cut();
            site.send(beginning(6));
            awaitSaid(6, page);
            assertEquals("live", page.text(".badge"));
            page.focus();
            page.browser().press(Keys.HOME);
            awaitSaid(0, page);
        }
    }
}
