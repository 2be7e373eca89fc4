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

/** A generator, a future and a coroutine, resumed by hand, print what the page shows. */
class GeneratorTest {
    public static void main(String... args) {
        TestRun.main(GeneratorTest.class);
    }

    private static ScriptProcess run(String... args) {
        return ScriptProcess.startAgain("generator", List.of(args));
    }

    @Test
    void playsEveryPartAsThePageShowsIt() {
        List<String> shown = new ArrayList<>();
        for (String part : List.of("turns", "talk", "abandoned", "byhand", "stepped"))
            shown.addAll(Kit.shown("generator", "./jbang generator " + part));
        try (var script = run()) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(shown, script.output());
            assertEquals(List.of(), script.errors());
        }
    }

    @Test
    void callerAndBodyTakeTurns() {
        try (var script = run("turns")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "caller: made it",
                            "  body: about to yield 2",
                            "caller: got 2",
                            "  body: about to yield 1",
                            "caller: got 1",
                            "caller: got null",
                            "caller: its result is liftoff"),
                    script.output());
        }
    }

    @Test
    void whatTheBodyThrowsComesOutOfSend() {
        try (var script = run("talk")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    "send threw java.lang.NumberFormatException: For input string: \"old enough\"",
                    script.output().getLast());
        }
    }

    @Test
    void onlyAClosedOneRunsItsFinally() {
        try (var script = run("abandoned")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "forgotten: file opened",
                            "collected: false",
                            "closed: file opened",
                            "file closed"),
                    script.output());
        }
    }

    @Test
    void aCompletedFutureResumesWhoeverWaitsForItInTheirOrder() {
        try (var script = run("stepped")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "  Hello, Ann",
                            "  Hello, Caro",
                            "  Ann lives in Oslo",
                            "  Caro lives in Oslo"),
                    script.output());
        }
    }

    @Test
    void saysInOneLineThatItHasNoSuchPart() {
        try (var script = run("turn")) {
            assertEquals(1, script.exitCode());
            assertEquals(List.of("generator has no part 'turn' (try --help)"), script.errors());
            assertEquals(List.of(), script.output());
        }
    }

    @Test
    void explainsItselfOnHelp() {
        try (var help = run("--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: generator [part]"));
        }
    }
}
