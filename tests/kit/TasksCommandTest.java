//SOURCES ../../lib/kit/tasks/Tasks.java ManyTasks.java ../shared/Kit.java
//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import module java.base;

import kit.tasks.Tasks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/**
 * {@code ./jbang tasks}: what it shows of the loops of another process, which goes on meanwhile.
 */
class TasksCommandTest {
    public static void main(String... args) {
        TestRun.main(TasksCommandTest.class);
    }

    /** A process with a loop that does this, see {@link ManyTasks}. */
    private static ScriptProcess loop(String what) {
        var process = new ScriptProcess(ScriptProcess.java(ManyTasks.class, what));
        process.awaitLine("ready");
        return process;
    }

    private static ScriptProcess tasks(Object... args) {
        return ScriptProcess.startAgain("tasks", Stream.of(args).map(Object::toString).toList());
    }

    /** What it prints below the process's name, with letters for numbers that differ each time. */
    private static List<String> shown(Object... args) {
        try (var tasks = tasks(args)) {
            assertEquals(0, tasks.exitCode(), tasks.toString());
            assertEquals(List.of(), tasks.errors());
            return tasks.output().stream()
                    .skip(1)
                    .map(line -> line.replaceAll("[0-9.]+ s so far", "T"))
                    .map(line -> line.replaceAll("thread \\d+", "thread N"))
                    .map(line -> line.replaceAll("java:\\d+", "java:L"))
                    .toList();
        }
    }

    @Test
    void eachTaskIsBelowItsMakerAndSaysWhatItWaitsForWhereAndForHowLong() {
        try (var process = loop("family")) {
            assertEquals(
                    """
                    event loop on thread N: 3 tasks, 1 timer, 0 callbacks ready
                    ├─ main: waits for a future at main (ManyTasks.java:L), T
                    │  └─ reader: waits for input at family (ManyTasks.java:L), T
                    └─ orphan: waits for a timer of 3600 s at rest (ManyTasks.java:L), T, made by left, which has ended
                    """,
                    String.join("\n", shown(process.pid())) + "\n");
        }
    }

    @Test
    void theLinesInTheReadmesExampleAreThoseOfTheChaptersAwaits() {
        var shown = Pattern.compile("\\((\\w+)\\.java:(\\d+)\\)").matcher(Kit.read("README.md"));
        int count = 0;
        for (; shown.find(); count++) {
            String source = Kit.read("notebooks/" + shown.group(1) + ".java");
            String line = source.lines().toList().get(Integer.parseInt(shown.group(2)) - 1);
            assertTrue(line.contains("await("), shown.group() + " is " + line);
        }
        assertTrue(count > 0, "the README shows no line");
    }

    @Test
    void theLineIsThatOfTheAwait() {
        try (var process = loop("family");
                var tasks = tasks(process.pid())) {
            assertEquals(0, tasks.exitCode(), tasks.toString());
            String shown = tasks.output().getLast();
            int line = Integer.parseInt(shown.replaceAll(".*java:(\\d+).*", "$1"));
            String source = Kit.read("tests/kit/ManyTasks.java").lines().toList().get(line - 1);
            assertEquals("await(new SleepEvent(LONG));", source.strip());
        }
    }

    @Test
    void theProcessGoesOnAndEndsAsIfNobodyHadLooked() {
        try (var process = loop("family")) {
            assertEquals(4, shown(process.pid()).size());
            assertEquals(4, shown(process.pid()).size());
            process.type("end\n");
            assertEquals(0, process.exitCode(), process.toString());
            assertEquals(List.of("ready", "ended"), process.output());
            assertEquals(List.of(), process.errors());
        }
    }

    @Test
    void twoMayLookAtTheSameTime() {
        try (var process = loop("family");
                var one = tasks(process.pid());
                var other = tasks(process.pid())) {
            assertEquals(0, one.exitCode(), one.toString());
            assertEquals(0, other.exitCode(), other.toString());
            assertEquals(one.output().size(), other.output().size());
        }
    }

    @Test
    void tenThousandTasksAreFoldedToAFewLines() {
        try (var process = loop("many")) {
            long start = System.nanoTime();
            List<String> shown = shown(process.pid());
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertEquals(
                    """
                    event loop on thread N: 10,002 tasks, 1 timer, 0 callbacks ready
                    └─ main: waits for a future at main (ManyTasks.java:L), T
                       ├─ client 1: waits for a future at many (ManyTasks.java:L), T
                       ├─ client 2: waits for a future at many (ManyTasks.java:L), T
                       ├─ client 3: waits for a future at many (ManyTasks.java:L), T
                       ├─ client 4: waits for a future at many (ManyTasks.java:L), T
                       ├─ client 5: waits for a future at many (ManyTasks.java:L), T
                       ├─ other: waits for a timer of 3600 s at rest (ManyTasks.java:L), T
                       └─ ... and 9,995 more like this: waits for a future at many (ManyTasks.java:L)
                    """,
                    String.join("\n", shown) + "\n");
            assertTrue(took.toSeconds() < 120, "it took " + took);
        }
    }

    @Tag(TestRun.SLOW)
    @Test
    void allShowsEachOfTenThousandTasks() {
        try (var process = loop("many")) {
            List<String> shown = shown(process.pid(), "--all");
            assertEquals(10_003, shown.size());
            assertTrue(shown.get(10_001).contains("├─ client 10000: waits"), shown.get(10_001));
        }
    }

    @Tag(TestRun.SLOW)
    @Test
    void tenThousandLevelsAreCutOffAndAllShowsThem() {
        try (var process = loop("chain")) {
            List<String> shown = shown(process.pid());
            assertEquals(22, shown.size());
            assertTrue(shown.getLast().endsWith("└─ ... and 9,981 tasks below"), shown.getLast());
            assertEquals(10_002, shown(process.pid(), "--all").size());
        }
    }

    @Test
    void aLoopThatIsKeptBusyIsShownWithWhoeverKeepsItBusyAndWhere() {
        try (var process = loop("blocked")) {
            List<String> shown = shown(process.pid());
            assertEquals(
                    "event loop on thread N hasn't answered for a second: task main keeps it busy,"
                            + " here:",
                    shown.getFirst());
            assertTrue(
                    shown.contains("    at tests.kit.ManyTasks.blocked(ManyTasks.java:L)"),
                    shown.toString());
            assertEquals(
                    """
                    its tasks, as another thread sees them:
                    └─ main: runs at blocked (ManyTasks.java:L)
                       └─ patient: waits for a timer of 3600 s at rest (ManyTasks.java:L), T
                    """,
                    String.join("\n", shown.subList(shown.size() - 3, shown.size())) + "\n");
        }
    }

    @Test
    void aCallbackThatKeepsTheLoopBusyIsShownToo() {
        try (var process = loop("callback")) {
            List<String> shown = shown(process.pid());
            assertTrue(shown.getFirst().endsWith(": a callback keeps it busy, here:"));
            assertTrue(
                    shown.stream().anyMatch(line -> line.contains("at tests.kit.ManyTasks.spin(")),
                    shown.toString());
        }
    }

    @Test
    void withoutANumberItListsTheProcessesThatRunLoops() {
        try (var process = loop("family");
                var tasks = tasks()) {
            assertEquals(0, tasks.exitCode(), tasks.toString());
            String line = process.pid() + "  tests.kit.ManyTasks family: 1 loop, 3 tasks";
            assertTrue(tasks.output().contains(line), tasks.toString());
            String self = ProcessHandle.current().pid() + "  ";
            assertTrue(tasks.output().stream().noneMatch(other -> other.startsWith(self)));
        }
    }

    @Test
    void itSaysInOneLineWhyItShowsNothing() throws Exception {
        assertFails("there is no process 999999999", 999_999_999);
        assertFails("tasks pid must be a number from 1 to 999999999, not 'x' (try --help)", "x");
        Process sleep = new ProcessBuilder("sleep", "60").start();
        try {
            assertFails(refusal(sleep.pid()), sleep.pid());
        } finally {
            sleep.destroyForcibly();
        }
        try (var process = loop("nothing")) {
            assertFails("process " + process.pid() + " runs no event loop", process.pid());
        }
        try (var process = ScriptProcess.startServer("bio_server")) {
            assertFails(
                    "process " + process.pid() + " has no event loop of this library",
                    process.pid());
        }
    }

    @Test
    void itSaysInOneLineThatAProcessRefuses() {
        var command = ScriptProcess.java(ManyTasks.class, "family");
        command.command().add(1, "-XX:+DisableAttachMechanism");
        try (var process = new ScriptProcess(command)) {
            process.awaitLine("ready");
            assertFails(refusal(process.pid()), process.pid());
        }
    }

    private static String refusal(long pid) {
        return "process "
                + pid
                + " is not a JVM, or one that lets nobody look into it"
                + " (-XX:+DisableAttachMechanism)";
    }

    @Test
    void itSaysInOneLineThatAProcessBelongsToSomebodyElse() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be two users");
        Kit.assumeOnPath("setpriv");
        Process sleep =
                new ProcessBuilder("setpriv", "--reuid=65534", "--clear-groups", "sleep", "60")
                        .start();
        try {
            await().until(() -> !sleep.info().user().orElse("root").equals("root"));
            String owner = sleep.info().user().orElseThrow();
            assertFails(
                    "process %d belongs to %s: only that user can look into it"
                            .formatted(sleep.pid(), owner),
                    sleep.pid());
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void itSaysInOneLineThatTheJdkCannotAttach() {
        var command = ScriptProcess.java(Tasks.class, "1");
        command.command().addAll(1, List.of("--limit-modules", "java.base"));
        try (var tasks = new ScriptProcess(command)) {
            assertEquals(1, tasks.exitCode(), tasks.toString());
            assertEquals(
                    List.of("this JDK has no module jdk.attach: set JAVA_HOME to a complete one"),
                    tasks.errors());
        }
    }

    private static void assertFails(String message, Object... args) {
        try (var tasks = tasks(args)) {
            assertEquals(1, tasks.exitCode(), tasks.toString());
            assertEquals(List.of(message), tasks.errors());
        }
    }
}
