//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.chapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.util.List;

/**
 * The chapter about timers, timeouts, cancellation, failures and threads prints what its prose
 * shows.
 */
class AioTowardsAsyncioTest {
    public static void main(String... args) {
        TestRun.main(AioTowardsAsyncioTest.class);
    }

    @Test
    void printsWhatTheProseShows() {
        List<String> shown =
                Kit.read("notebooks/aio_towards_asyncio.java")
                        .lines()
                        .dropWhile(line -> !line.equals("// $ ./jbang aio_towards_asyncio"))
                        .skip(1)
                        .takeWhile(line -> !line.equals("// ```"))
                        .map(line -> line.substring("// ".length()))
                        .toList();
        assertTrue(shown.size() > 10, shown.toString());
        try (var script = ScriptProcess.startAgain("aio_towards_asyncio", List.of())) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(shown, script.output());
            assertEquals(List.of(), script.errors());
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
