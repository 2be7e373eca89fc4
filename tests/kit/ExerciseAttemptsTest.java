//SOURCES ../shared/TestRun.java ExerciseVerdicts.java
package tests.kit;

import module java.base;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.TestRun;

/** The wrong attempts at every exercise get the messages that it says. */
@Tag(TestRun.LONG)
class ExerciseAttemptsTest {
    private static ExerciseVerdicts verdicts;

    public static void main(String... args) {
        TestRun.main(ExerciseAttemptsTest.class);
    }

    static List<Arguments> attempts() throws IOException {
        List<Arguments> attempts = new ArrayList<>();
        for (String name : ExerciseVerdicts.EXERCISES.names())
            for (String variant : ExerciseVerdicts.EXERCISES.find(name).variants())
                if (!variant.equals(ExerciseVerdicts.START))
                    attempts.add(Arguments.of(name, variant));
        return attempts;
    }

    @BeforeAll
    static void startAllChecks() throws IOException {
        verdicts = new ExerciseVerdicts(attempts());
    }

    @AfterAll
    static void stop() throws IOException {
        verdicts.close();
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void failWithTheirMessages(String name, String variant) throws Exception {
        verdicts.assertAsSaid(name, variant);
    }
}
