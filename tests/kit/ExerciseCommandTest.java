//SOURCES ../../lib/kit/exercise/Exercises.java ../shared/Kit.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import kit.exercise.ExerciseSource;
import kit.exercise.Exercises;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/** {@code ./jbang exercise}, as a reader and a teacher use it. */
class ExerciseCommandTest {
    private static final String NAME = "bio_server_1";
    private static final String WRONG =
            "Line 1 of your prediction is \"?\", and the program prints something else.";
    private static final String RIGHT = NAME + " is right.";

    @TempDir Path folder;
    private ExerciseSource exercise;

    public static void main(String... args) {
        TestRun.main(ExerciseCommandTest.class);
    }

    @BeforeEach
    void readTheExercise() throws IOException {
        exercise = new Exercises(Kit.ROOT.resolve("notebooks/exercises")).find(NAME);
    }

    private ScriptProcess start(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--in", folder.toString()));
        return ScriptProcess.startAgain("exercise", all);
    }

    /** What a command prints when it ends with this exit code. */
    private List<String> lines(int exitCode, String... args) {
        try (var command = start(args)) {
            assertEquals(exitCode, command.exitCode(), command.toString());
            return command.output();
        }
    }

    /** What the reader types before a command, as the answers say it. */
    private String prompt() {
        return "./jbang exercise --in " + folder + " ";
    }

    private Path file() {
        return folder.resolve(NAME + ".java");
    }

    private void write(String variant) throws IOException {
        Files.writeString(file(), exercise.text(variant, "../lib"));
    }

    @Test
    void theListShowsChaptersKindsAndTitlesAndABarThatGrows() throws IOException {
        List<String> before = lines(0);
        assertTrue(before.getFirst().matches("\\[-{40}] 0 of \\d+ exercises done"), before + "");
        assertTrue(before.contains("bio_server"));
        assertTrue(
                before.contains(
                        "  [ ] bio_server_1               predict  Three clients and one thread"));
        assertEquals("Go on: " + prompt() + "start bio_server_1", before.getLast());
        write("solution");
        lines(0, "check", NAME);
        List<String> after = lines(0);
        assertTrue(after.getFirst().matches("\\[#+-+] 1 of \\d+ exercises done"), after + "");
        assertTrue(after.stream().anyMatch(line -> line.startsWith("  [x] bio_server_1 ")));
        assertEquals("Go on: " + prompt() + "start bio_server_2", after.getLast());
    }

    @Test
    void startWritesTheFileAndNeverOverTheReadersWork() throws IOException {
        assertTrue(lines(0, "start", NAME).contains("Open " + file() + "; the task is in it."));
        assertTrue(Files.readString(file()).contains("// # Three clients and one thread"));
        Files.writeString(file(), "my work");
        List<String> again = lines(0, "start", NAME);
        assertTrue(again.get(2).startsWith("You have it already: open " + file()), again + "");
        assertEquals("my work", Files.readString(file()));
    }

    /** The library's files are named relative to the reader's folder. */
    @Test
    void theReadersFileRunsByItself() {
        lines(0, "start", NAME);
        try (var script = ScriptProcess.start(file().toString())) {
            assertEquals(0, script.exitCode(), script.toString());
            assertTrue(script.output().contains("Carol 1"), script.toString());
        }
    }

    @Test
    void checkSaysWhatWasSeenAndWhatWasExpectedAndItsExitCodeTells() throws IOException {
        lines(0, "start", NAME);
        assertEquals(
                List.of(WRONG, "Expected: what the program prints, line by line."),
                lines(1, "check"));
        write("solution");
        assertEquals(
                List.of(
                        RIGHT,
                        "Compare: " + prompt() + "solution bio_server_1",
                        "The next one: " + prompt() + "start bio_server_2"),
                lines(0, "check"));
    }

    @Test
    void eachHintIsOneMoreAndTheLastOneSaysSo() {
        List<String> hints = exercise.hints();
        for (int i = 0; i < hints.size(); i++)
            assertEquals(
                    "Hint %d of %d: %s".formatted(i + 1, hints.size(), hints.get(i)),
                    lines(0, "hint", NAME).getFirst());
        List<String> last = lines(0, "hint", NAME);
        assertEquals("There are no more. " + prompt() + "solution bio_server_1", last.getLast());
    }

    @Test
    void theSolutionComesWithItsExplanation() {
        String shown = String.join("\n", lines(0, "solution", NAME));
        assertEquals(exercise.solution() + "\n\n" + exercise.explanation(), shown);
        assertFalse(shown.contains(">>>"), shown);
    }

    @Test
    void resetStartsAnewAndKeepsTheOldFileNextToTheNewOne() throws IOException {
        write("solution");
        lines(0, "check", NAME);
        for (int i = 1; i <= 2; i++) {
            Files.writeString(file(), "work " + i);
            Path old = folder.resolve(NAME + ".java." + i);
            assertEquals("Your old file is now " + old, lines(0, "reset", NAME).getFirst());
            assertEquals("work " + i, Files.readString(old));
        }
        assertTrue(Files.readString(file()).contains("// # Three clients and one thread"));
        assertTrue(lines(0).getFirst().contains(" 0 of "));
    }

    @Test
    void watchChecksAtEverySaveAndGoesOnWhenItIsRight() throws IOException {
        try (var watch = start("watch")) {
            watch.awaitLine(WRONG);
            write("one read for each write");
            watch.awaitLine(
                    "Line 2 of your prediction is \"Bob 1,\", and the program prints something"
                            + " else.");
            write("solution");
            watch.awaitLine(RIGHT);
            Path next = folder.resolve("bio_server_2.java");
            watch.awaitLine("Open " + next + "; the task is in it.");
            Files.writeString(next, Files.readString(next) + "\nint n = ;\n");
            watch.awaitLine("It doesn't compile yet:");
            watch.signal("INT");
            assertEquals(130, watch.exitCode());
        }
    }

    @Test
    void aTeacherGetsATableAndACsvFile() throws IOException {
        Path anna = Files.createDirectories(folder.resolve("anna/exercises"));
        Path ben = Files.createDirectories(folder.resolve("ben"));
        Files.createDirectories(folder.resolve("carl"));
        Files.writeString(anna.resolve(NAME + ".java"), exercise.text("solution", "../lib"));
        Files.writeString(ben.resolve(NAME + ".java"), exercise.start());
        try (var command =
                ScriptProcess.startAgain("exercise", List.of("--class", folder.toString()))) {
            assertEquals(0, command.exitCode(), command.toString());
            List<String> table =
                    command.output().stream().map(line -> line.replaceAll(" +", " ")).toList();
            assertTrue(table.get(1).matches("anna 1 0 \\d+ ?"), command.toString());
            assertTrue(table.get(2).matches("ben 0 1 \\d+ bio_server_1"), command.toString());
            assertTrue(table.get(3).matches("carl 0 0 \\d+ ?"), command.toString());
        }
        assertEquals(
                """
                student,exercise,result,message
                "anna","bio_server_1","right",""
                "ben","bio_server_1","wrong","Line 1 of your prediction is ""?"", and the program\
                 prints something else. Expected: what the program prints, line by line."
                """,
                Files.readString(folder.resolve("results.csv")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    start bio_serve_1  | exercise: there is no exercise 'bio_serve_1': did you mean bio_server_1 or bio_server_2?
                    start nothing_9    | exercise: there is no exercise 'nothing_9': ./jbang exercise lists them
                    chek bio_server_1  | exercise has no command 'chek' (try --help)
                    check              | exercise: you have started none: PROMPTstart
                    --class /nowhere   | exercise: there is no folder /nowhere
                    """)
    void itSaysInOneLineWhatIsWrong(String words, String message) {
        assertFails(message.replace("PROMPT", prompt()), words.split(" "));
    }

    @Test
    void aFileThatIsNotThereOrProgressThatIsBrokenIsSaidInOneLine() throws IOException {
        assertFails(
                "exercise: there is no " + file() + " yet: " + prompt() + "start bio_server_1",
                "check",
                NAME);
        Path progress = Files.writeString(folder.resolve("progress.json"), "{");
        assertFails(
                "exercise: "
                        + progress
                        + " is broken: mend it, or delete it to begin without progress");
    }

    private void assertFails(String message, String... args) {
        try (var command = start(args)) {
            assertEquals(1, command.exitCode(), command.toString());
            await().until(() -> !command.errors().isEmpty());
            assertEquals(List.of(message), command.errors());
        }
    }
}
