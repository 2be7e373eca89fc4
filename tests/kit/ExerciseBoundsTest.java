//SOURCES ../../lib/kit/WholeLibrary.java ../../lib/kit/exercise/Answer.java
//SOURCES ../../lib/kit/exercise/Checker.java ../../lib/kit/exercise/Exercises.java
//SOURCES ../shared/Kit.java ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import exercise.Verdict;

import kit.exercise.Answer;
import kit.exercise.Checker;
import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tests.shared.Kit;
import tests.shared.TestRun;

/** Code that doesn't compile, doesn't end, or takes more than it may: a clear line, and an end. */
class ExerciseBoundsTest {
    private static final ExerciseSource EXERCISE = exercise();
    private static final String PLACE = "IO.println(\"the end\");";
    private static final Checker CHECKER = new Checker(System.getProperty("java.class.path"));

    public static void main(String... args) {
        TestRun.main(ExerciseBoundsTest.class);
    }

    @AfterAll
    static void stop() throws IOException {
        CHECKER.close();
    }

    private static ExerciseSource exercise() {
        try {
            return new Exercises(Kit.ROOT.resolve("notebooks/exercises")).find("generator_1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the reader is told about the start of the exercise with this statement in it. */
    private static String answer(String statement) throws IOException {
        return answerTo(EXERCISE.start().replace(PLACE, statement));
    }

    private static String answerTo(String text) throws IOException {
        Verdict verdict = CHECKER.check(EXERCISE, text);
        assertFalse(verdict.passed());
        return Answer.text(EXERCISE, text, verdict);
    }

    private static int line(String text, String part) {
        return (int) text.substring(0, text.indexOf(part)).lines().count();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    while (true) { Thread.onSpinWait(); } | Your code was still running after 10 seconds, and the check stopped it.
                    System.exit(0); | Your code ended the program (System.exit, code 0), so the check couldn't go on.
                    Runtime.getRuntime().halt(7); | Your code ended the program (System.exit, code 7), so the check couldn't go on.
                    IO.println("x".repeat(1_000_000)); | Your code printed more than 100,000 bytes, and the check stopped it.
                    while (true) IO.println("again"); | Your code printed more than 100,000 bytes, and the check stopped it.
                    var all = new ArrayList<byte[]>(); while (true) all.add(new byte[1_000_000]); | Your code needed more than 128 MB of memory, and the check stopped it.
                    Integer.parseInt("x"); | Your code threw java.lang.NumberFormatException: For input string: "x"
                    if (true) throw new script.ScriptException("this needs Linux"); | this needs Linux
                    class Deep { void call() { call(); } } new Deep().call(); | Your code threw java.lang.StackOverflowError
                    """)
    void aLineSaysWhatTheCodeDid(String statement, String message) throws IOException {
        assertEquals(message, answer(statement).lines().findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"while (true) { LockSupport.park(); }", "Integer.parseInt(\"x\");"})
    void theReadersLineIsShown(String statement) throws IOException {
        int line = line(EXERCISE.start(), PLACE);
        String shown = "  generator_1.java:" + line + ": " + statement;
        String answer = answer(statement);
        assertTrue(answer.lines().anyMatch(shown::equals), answer);
    }

    @Test
    void aThousandSocketsAreTooMany() throws IOException {
        String said =
                answer(
                        """
                        try {
                            var listener = new ServerSocket(0, 2000);
                            var all = new ArrayList<Socket>();
                            while (all.size() < 1000) all.add(new Socket("localhost", listener.getLocalPort()));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        """);
        assertEquals(
                "Your code has all the files and sockets open that the check lets it have, 256.",
                said.lines().findFirst().orElse(""));
    }

    @Test
    void aProcessThatItStartsIsEnded() throws IOException {
        String said =
                answer(
                        """
                        try {
                            IO.println("pid " + new ProcessBuilder("sleep", "600").start().pid());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        Integer.parseInt("x");
                        """);
        var pid = Pattern.compile("pid (\\d+)").matcher(said);
        assertTrue(pid.find(), said);
        await().until(() -> ProcessHandle.of(Long.parseLong(pid.group(1))).isEmpty());
    }

    @Test
    void whatTheCodePrintedIsShownUnlessItIsTheAnswer() throws IOException {
        assertTrue(
                answer("IO.println(\"a clue\"); Integer.parseInt(\"x\");").contains("  | a clue"));
        assertFalse(answer(PLACE).contains("  | "), "a prediction that is wrong");
    }

    @Test
    void aPredictionWithTooFewLinesIsNotRight() throws IOException {
        String solved = EXERCISE.text("solution", "../lib");
        assertEquals(
                "Your prediction has 8 lines, which are right so far, but the program prints more.",
                answerTo(solved.replace("            the end\n", ""))
                        .lines()
                        .findFirst()
                        .orElse(""));
    }

    @Test
    void aBlankLineInAPredictionDoesNotCount() throws IOException {
        String solved = EXERCISE.text("solution", "../lib");
        Verdict verdict =
                CHECKER.check(EXERCISE, solved.replace("            the end\n", "\nthe end\n\n"));
        assertTrue(verdict.passed(), verdict.message());
    }

    @Test
    void theCompilersMessageComesWithTheReadersLine() throws IOException {
        assertEquals(
                """
                It doesn't compile yet:
                generator_1.java:%d: incompatible types: java.lang.String cannot be converted to int
                    int n = "three";\
                """
                        .formatted(line(EXERCISE.start(), PLACE)),
                answer("int n = \"three\";"));
    }

    @Test
    void aMissingBraceIsTheReadersAndNotTheChecks() throws IOException {
        String said = answer("if (true) {");
        assertTrue(said.startsWith("It doesn't compile yet:\ngenerator_1.java:"), said);
        assertFalse(said.contains("verify"), said);
    }

    @Test
    void aMethodThatTheCheckCallsAndTheFileNoLongerHasIsNamed() throws IOException {
        String said = answerTo(EXERCISE.start().replace("String prediction()", "String guess()"));
        assertEquals(
                """
                It doesn't compile yet:
                the check finds no match in your file for what it calls: cannot find symbol;\
                 symbol: method prediction()\
                """,
                said);
    }
}
