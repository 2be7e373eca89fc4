//SOURCES ../../lib/kit/WholeLibrary.java ../../lib/kit/exercise/JshellSession.java
//SOURCES ../shared/Kit.java ../shared/Paste.java ../shared/Terminal.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;

import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;
import kit.exercise.JshellSession;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.Paste;
import tests.shared.Terminal;
import tests.shared.TestRun;

/** The exercises in JShell: each pasted in this JVM, one checked at a terminal. */
@Tag(TestRun.SLOW)
class ExerciseJshellTest {
    private static final Exercises EXERCISES =
            new Exercises(Kit.ROOT.resolve("notebooks/exercises"));

    public static void main(String... args) {
        TestRun.main(ExerciseJshellTest.class);
    }

    static List<String> exercises() throws IOException {
        return EXERCISES.names();
    }

    /** The check comes first and calls what the reader's file defines then. */
    @Tag(TestRun.LONG)
    @ParameterizedTest
    @MethodSource("exercises")
    void takesTheCheckAndThenTheReadersFileWithoutAnError(String name) throws IOException {
        ExerciseSource exercise = EXERCISES.find(name);
        try (var jshell = Paste.open(System.getProperty("java.class.path"))) {
            String session = new JshellSession(exercise).startUp() + exercise.start();
            assertEquals(List.of(), Paste.complaints(jshell, session));
        }
    }

    @Test
    void checksWhatTheSessionHasDefinedAtATerminal() throws IOException {
        ExerciseSource exercise = EXERCISES.find("bio_server_1");
        try (var jshell = new Terminal("jshell", "bio_server_1")) {
            jshell.awaitShown("jshell> ");
            jshell.type(exercise.start() + "\n");
            jshell.awaitShown("created method main()");
            jshell.type("check(\"bio_server_1\")\n");
            jshell.awaitShown("Line 1 of your prediction is \"?\"");
            jshell.type(exercise.solution() + "\n");
            jshell.awaitShown("modified method prediction()");
            jshell.type("check(\"bio_server_1\")\n");
            jshell.awaitShown("bio_server_1 is right.");
            jshell.type("check(\"bio_server_2\")\n");
            jshell.awaitShown("This session checks bio_server_1.");
        }
    }
}
