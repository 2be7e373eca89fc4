//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.ArrayList;
import java.util.List;

/** The chapter about timers, cancellation, failures and threads prints what its prose shows. */
class AioTowardsAsyncioTest {
    public static void main(String... args) {
        TestRun.main(AioTowardsAsyncioTest.class);
    }

    /** What the chapter shows under each part, one after another, is what all of them print. */
    @Test
    void printsWhatTheProseShows() {
        List<String> shown = new ArrayList<>();
        for (String part : parts())
            shown.addAll(Kit.shown("aio_towards_asyncio", "./jbang aio_towards_asyncio " + part));
        try (var script = ScriptProcess.startAgain("aio_towards_asyncio", List.of())) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(shown, script.output());
            assertEquals(List.of(), script.errors());
        }
    }

    private static List<String> parts() {
        String text = Kit.read("notebooks/aio_towards_asyncio.java");
        String list = text.replaceAll("(?s).*PARTS = List.of\\((.*?)\\);.*", "$1");
        return List.of(list.replace("\"", "").split(", "));
    }

    @Test
    void runsOnePartAloneAndKnowsNoOther() {
        try (var failures = ScriptProcess.startAgain("aio_towards_asyncio", List.of("failures"));
                var naps = ScriptProcess.startAgain("aio_towards_asyncio", List.of("naps"))) {
            assertEquals(0, failures.exitCode(), failures.toString());
            assertEquals(
                    List.of(
                            "cancel the rest: [done, failed: reset, canceled]",
                            "collect them all: [done, failed: reset, done]",
                            "Task[forgotten] failed: reset"),
                    failures.output());
            assertEquals(1, naps.exitCode(), naps.toString());
            assertTrue(naps.errors().getFirst().startsWith("there is no part 'naps'"));
        }
    }

    @Test
    void explainsItselfOnHelp() {
        try (var help = ScriptProcess.startAgain("aio_towards_asyncio", List.of("--help"))) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: aio_towards_asyncio"));
        }
    }
}
