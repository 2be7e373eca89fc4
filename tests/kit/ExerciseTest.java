//SOURCES ../../lib/kit/check/NotebookRules.java ../../lib/kit/exercise/Exercises.java
//SOURCES ../shared/Kit.java ../shared/TestRun.java ExerciseVerdicts.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import kit.check.NotebookRules;
import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.TestRun;

/**
 * Every exercise: its solution is right, its start gets the message that it says, and its parts
 * keep the rules. {@link ExerciseAttemptsTest} has the wrong attempts.
 */
@Tag(TestRun.SLOW)
class ExerciseTest {
    private static final Exercises EXERCISES = ExerciseVerdicts.EXERCISES;

    private static ExerciseVerdicts verdicts;

    public static void main(String... args) {
        TestRun.main(ExerciseTest.class);
    }

    static List<String> exercises() throws IOException {
        return EXERCISES.names();
    }

    /** Each exercise with its solution, and as the reader gets it. */
    static List<Arguments> solutionsAndStarts() throws IOException {
        List<Arguments> variants = new ArrayList<>();
        for (String name : exercises())
            for (String variant : List.of(ExerciseVerdicts.SOLUTION, ExerciseVerdicts.START))
                variants.add(Arguments.of(name, variant));
        return variants;
    }

    @BeforeAll
    static void startAllChecks() throws IOException {
        verdicts = new ExerciseVerdicts(solutionsAndStarts());
    }

    @AfterAll
    static void stop() throws IOException {
        verdicts.close();
    }

    @ParameterizedTest
    @MethodSource("solutionsAndStarts")
    void theSolutionPassesAndTheStartFailsWithItsMessage(String name, String variant)
            throws Exception {
        verdicts.assertAsSaid(name, variant);
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
