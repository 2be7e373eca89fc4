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

/** The crawlers of the chapter about task groups print what its prose shows. */
class TaskGroupTest {
    private static final String ANY_NUMBER = "[...]";

    public static void main(String... args) {
        TestRun.main(TaskGroupTest.class);
    }

    private static ScriptProcess run(String... args) {
        return ScriptProcess.startAgain("task_group", List.of(args));
    }

    @Test
    void playsEveryPartAsThePageShowsIt() {
        List<String> shown = new ArrayList<>();
        for (String part : List.of("left", "canceled", "limit", "queues", "threads"))
            shown.addAll(Kit.shown("task_group", "./jbang task_group " + part));
        try (var script = run()) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(List.of(), script.errors());
            assertEquals(
                    shown,
                    script.output().stream()
                            .map(line ->
                                    line.startsWith("unbounded")
                                            ? line.replaceAll("\\d+(?= links)", ANY_NUMBER)
                                            : line)
                            .toList());
        }
    }

    @Test
    void nothingIsLeftBehindByAGroup() {
        try (var script = run("left")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertEquals(
                    List.of(
                            "gather: nothing at /1, and 9 tasks still run",
                            "  pages fetched a second later: 9",
                            "Group: nothing at /1, and 0 tasks still run",
                            "  pages fetched a second later: 0"),
                    script.output());
        }
    }

    @Test
    void onlyABoundKeepsTheProducerFromRunningAhead() {
        try (var script = run("queues")) {
            assertEquals(0, script.exitCode(), script.toString());
            assertTrue(waiting(script.output().get(0)) > 500, script.toString());
            assertEquals(20, waiting(script.output().get(1)), script.toString());
        }
    }

    private static int waiting(String line) {
        return Integer.parseInt(line.replaceAll(".*, (\\d+) links waiting", "$1"));
    }

    @Test
    void runsOnePartAloneAndKnowsNoOther() {
        try (var naps = run("naps")) {
            assertEquals(1, naps.exitCode(), naps.toString());
            assertEquals(1, naps.errors().size(), naps.toString());
            assertTrue(naps.errors().getFirst().startsWith("there is no part 'naps'"));
        }
    }

    @Test
    void explainsItselfOnHelp() {
        try (var help = run("--help")) {
            assertEquals(0, help.exitCode());
            assertTrue(help.output().getFirst().startsWith("usage: task_group [part]"));
        }
    }
}
