//SOURCES ../../lib/kit/WholeLibrary.java ../../lib/kit/exercise/Checker.java
//SOURCES ../../lib/kit/check/NotebookRules.java ../../lib/kit/exercise/Exercises.java
//SOURCES ../shared/Kit.java ../shared/LinuxOnly.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import exercise.Verdict;

import kit.check.NotebookRules;
import kit.exercise.Checker;
import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.LinuxOnly;
import tests.shared.TestRun;

/**
 * Every exercise: its solution is right, its start and its wrong attempts get the messages that it
 * says. All checks are started at once, because most of their time they wait.
 */
@Tag(TestRun.SLOW)
class ExerciseTest {
    private static final Exercises EXERCISES =
            new Exercises(Kit.ROOT.resolve("notebooks/exercises"));
    private static final int AT_ONCE = 6;
    private static final String SOLUTION = "solution";

    private static final Map<String, Future<Verdict>> VERDICTS = new ConcurrentHashMap<>();
    private static Checker checker;
    private static ExecutorService pool;

    public static void main(String... args) {
        TestRun.main(ExerciseTest.class);
    }

    static List<String> exercises() throws IOException {
        return EXERCISES.names();
    }

    /** Each exercise with each of its variants. */
    static List<Arguments> variants() throws IOException {
        List<Arguments> variants = new ArrayList<>();
        for (String name : exercises()) {
            variants.add(Arguments.of(name, SOLUTION));
            for (String variant : EXERCISES.find(name).variants())
                variants.add(Arguments.of(name, variant));
        }
        return variants;
    }

    @BeforeAll
    static void startAllChecks() throws IOException {
        // A reader waits a second for what is missing; a busy machine needs more.
        checker = new Checker(System.getProperty("java.class.path"), Duration.ofSeconds(5));
        pool = Executors.newFixedThreadPool(AT_ONCE);
        for (Arguments variant : variants()) {
            String name = (String) variant.get()[0];
            ExerciseSource exercise = EXERCISES.find(name);
            String text = exercise.text((String) variant.get()[1], "../lib");
            VERDICTS.put(
                    name + " " + variant.get()[1],
                    pool.submit(() -> checker.check(exercise, text)));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        pool.shutdownNow();
        checker.close();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theSolutionPassesAndTheOthersFailWithTheirMessages(String name, String variant)
            throws Exception {
        assumeItsChapterRunsHere(EXERCISES.find(name).chapter());
        Verdict verdict = VERDICTS.get(name + " " + variant).get();
        if (variant.equals(SOLUTION)) {
            assertEquals("", verdict.message());
            assertTrue(verdict.passed());
            return;
        }
        String expected = EXERCISES.find(name).attempts().getOrDefault(variant, "no message");
        String seen = verdict.message().replaceAll("\\s+", " ");
        String pattern = Pattern.quote(expected).replace("[...]", "\\E.*\\Q");
        assertTrue(seen.matches(pattern), () -> "expected " + expected + "\nbut was  " + seen);
    }

    private static void assumeItsChapterRunsHere(String chapter) throws IOException {
        switch (chapter) {
            case "io_multiplexing", "signal_driven_server" -> LinuxOnly.assumeCalls();
            case "io_uring_server" -> LinuxOnly.assumeRings();
            default -> {}
        }
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void hasAMessageForTheStartAndForAWrongAttemptAndTwoOrThreeHints(String name)
            throws IOException {
        ExerciseSource exercise = EXERCISES.find(name);
        assertEquals(exercise.variants(), exercise.attempts().keySet());
        assertTrue(exercise.variants().size() >= 2, "a wrong attempt next to the start");
        assertTrue(List.of(2, 3).contains(exercise.hints().size()), "hints");
        assertTrue(exercise.explanation().length() > 100, "an explanation");
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void theReadersFileHasNothingOfTheCheckNorOfTheSolution(String name) throws IOException {
        ExerciseSource exercise = EXERCISES.find(name);
        String start = exercise.start();
        assertEquals(-1, start.indexOf(exercise.check().strip()));
        for (String secret : List.of(">>>", "<<<", "exercise.", "## Hints", "## Solution"))
            assertEquals(-1, start.indexOf(secret), secret);
    }

    /** The source is read by JShell and Jupyter in parts, the reader's file as a whole. */
    @ParameterizedTest
    @MethodSource("exercises")
    void itsSourceAndTheReadersFileKeepTheRulesOfNotebooks(String name) throws IOException {
        String file = "notebooks/exercises/" + name + ".java";
        assertEquals(List.of(), NotebookRules.check(file, Kit.read(file)));
        assertEquals(List.of(), NotebookRules.check(file, EXERCISES.find(name).start()));
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void itsChapterListsItWithItsTitleAndItsCommand(String name) throws IOException {
        ExerciseSource exercise = EXERCISES.find(name);
        String chapter = Kit.read("notebooks/" + exercise.chapter() + ".java");
        String listed = exercise.title() + ": `./jbang exercise start " + name + "`";
        assertTrue(chapter.contains(listed), listed);
    }
}
