//SOURCES ../../lib/kit/WholeLibrary.java ../../lib/kit/exercise/Checker.java
//SOURCES ../../lib/kit/exercise/Exercises.java ../shared/Kit.java ../shared/LinuxOnly.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import exercise.Verdict;

import kit.exercise.Checker;
import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;

import org.junit.jupiter.params.provider.Arguments;

import tests.shared.Kit;
import tests.shared.LinuxOnly;

/**
 * What the checks say of variants of the exercises. All checks are started at once, because most of
 * their time they wait.
 */
final class ExerciseVerdicts implements AutoCloseable {
    static final Exercises EXERCISES = new Exercises(Kit.ROOT.resolve("notebooks/exercises"));
    static final String SOLUTION = "solution";

    /** As the reader gets it. */
    static final String START = "start";

    private static final int AT_ONCE = 6;

    private final Map<List<Object>, Future<Verdict>> verdicts = new ConcurrentHashMap<>();
    private final Checker checker;
    private final ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);

    /**
     * Starts the checks.
     *
     * @param variants the name of an exercise and of a variant, each
     */
    ExerciseVerdicts(List<Arguments> variants) throws IOException {
        // A reader waits a second for what is missing; a busy machine needs more.
        checker = new Checker(System.getProperty("java.class.path"), Duration.ofSeconds(5));
        for (Arguments variant : variants) {
            List<Object> names = List.of(variant.get());
            ExerciseSource exercise = EXERCISES.find((String) names.getFirst());
            String text = exercise.text((String) names.getLast(), "../lib");
            verdicts.put(names, pool.submit(() -> checker.check(exercise, text)));
        }
    }

    /** The solution is right, and every other variant gets the message that the exercise says. */
    void assertAsSaid(String name, String variant) throws Exception {
        assumeItsChapterRunsHere(EXERCISES.find(name).chapter());
        Verdict verdict = verdicts.get(List.<Object>of(name, variant)).get();
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

    @Override
    public void close() throws IOException {
        pool.shutdownNow();
        checker.close();
    }
}
