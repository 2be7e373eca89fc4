//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../../script/Script.java ../WholeLibrary.java Answer.java Checker.java ClassRoom.java
//SOURCES Course.java Desk.java Listing.java Progress.java Watch.java
package kit.exercise;

import module java.base;

import exercise.Verdict;

import kit.WholeLibrary;

import script.Arguments;
import script.Script;
import script.ScriptException;

/**
 * {@code ./jbang exercise}: gives the reader exercises, and checks what the reader makes of them.
 *
 * <p>The design. An exercise is one file in {@code notebooks/exercises}, a notebook as the chapters
 * are, and it is the solved exercise: a program that compiles and runs ({@link ExerciseSource}).
 * Where the reader has something to do, the starting code and the wrong attempts stand next to the
 * solution, in comments between markers ({@link Choices}). Hints, the explanation and the messages
 * of the wrong attempts follow in one Markdown cell. The hidden test is the method {@code verify}
 * in a cell tagged {@code check}; it uses the clients and captures of {@code lib/exercise}.
 * Everything else is made from that file: the reader's file, the page of the book, the Jupyter
 * notebook.
 *
 * <p>A check compiles the reader's text and the cells of the check as one class, the reader's lines
 * first, so the compiler's line numbers are the reader's ({@link ReaderCode}, {@link
 * ReaderCompiler}). The class goes to a process of its own ({@link ReaderProcess}), which runs the
 * check with bounded time, memory, output and open files, sends one verdict and ends ({@link
 * ReaderMain}). That process starts while the compiler works; when the reader's files are watched,
 * it has started before.
 *
 * <pre>
 *   NAME.java ------+
 *                   +--> javac ---- classes ----> process: check() --> verdict --> answer
 *   check cells ----+                             (already started)
 * </pre>
 *
 * In JShell the cells of the check are part of the start-up, so the session's own definitions are
 * checked, in the session. In Jupyter the definitions are collected from the kernel's JShell, and
 * checked like a file.
 */
public final class Exercise {
    private static final String USAGE =
            """
            exercise [command] [name] [--in DIR] [--class DIR]

            Exercises for the chapters, and their checks. Without a command it lists them.

              start NAME     write the starting file of an exercise
              check NAME     check your file
              watch          check at every save, and go on to the next when it is right
              hint NAME      give a hint, one more each time
              solution NAME  show the solution and explain it
              reset NAME     start anew, and keep your old file next to the new one
              --in DIR       the folder of your files (default: exercises, in the checkout)
              --class DIR    check many students' folders: a table, and DIR/results.csv

            NAME is an exercise, such as bio_server_1; without it, the one you started last.
            """;

    private final Desk desk;
    private final Progress progress;

    private Exercise(Desk desk) throws IOException {
        this.desk = desk;
        try {
            progress = Progress.in(desk.folder());
        } catch (IllegalArgumentException e) {
            throw new ScriptException("exercise: " + e.getMessage());
        }
    }

    /**
     * Runs a command; exits with code 1 if it fails, or if a check says that something is wrong.
     */
    public static void main(String... args) throws Exception {
        Script.run(USAGE, args, Exercise::run);
    }

    private static void run(Arguments arguments) throws Exception {
        String students = arguments.text("--class", "");
        if (!students.isEmpty()) {
            checkClass(Path.of(students));
            return;
        }
        String mine = arguments.text("--in", "");
        var exercise = new Exercise(mine.isEmpty() ? Desk.ofTheCheckout() : Desk.in(Path.of(mine)));
        String name = arguments.text("name", "");
        String command = arguments.text("command", "list");
        switch (command) {
            case "list" -> IO.print(Listing.text(exercise.progress, exercise.desk.prompt()));
            case "start" -> exercise.start(exercise.toStart(name));
            case "check" -> exercise.check(exercise.named(name));
            case "watch" -> exercise.watch();
            case "hint" -> exercise.hint(exercise.named(name));
            case "solution" -> exercise.solution(exercise.named(name));
            case "reset" -> exercise.reset(exercise.named(name));
            default ->
                    throw new ScriptException(
                            "exercise has no command '" + command + "' (try --help)");
        }
    }

    private static void checkClass(Path folder) throws Exception {
        if (!Files.isDirectory(folder))
            throw new ScriptException("exercise: there is no folder " + folder);
        try (var checker = new Checker(WholeLibrary.classPath("exercise"))) {
            IO.print(new ClassRoom(folder).check(checker));
        }
    }

    private ExerciseSource named(String name) throws IOException {
        String meant = name.isEmpty() ? progress.current() : name;
        if (meant.isEmpty())
            throw new ScriptException(
                    "exercise: you have started none: " + desk.prompt() + " start");
        return Course.find(meant);
    }

    private ExerciseSource toStart(String name) throws IOException {
        if (!name.isEmpty()) return Course.find(name);
        return Course.find(
                progress.next(Course.names())
                        .orElseThrow(
                                () -> new ScriptException("exercise: you have solved them all")));
    }

    private void start(ExerciseSource exercise) throws IOException {
        boolean isNew = desk.start(exercise);
        progress.setCurrent(exercise.name());
        IO.println(exercise.title() + "\n");
        IO.println(
                (isNew ? "Open " : "You have it already: open ")
                        + desk.file(exercise.name())
                        + "; the task is in it.");
        IO.println(
                "Then: %s check, or %s watch in another terminal."
                        .formatted(desk.prompt(), desk.prompt()));
    }

    private void check(ExerciseSource exercise) throws IOException {
        String text = desk.text(exercise.name());
        boolean right;
        try (var checker = new Checker(WholeLibrary.classPath("exercise"))) {
            right = answer(checker, exercise, text);
        }
        if (!right) System.exit(1);
        progress.next(Course.names())
                .ifPresent(next ->
                        IO.println("The next one: %s start %s".formatted(desk.prompt(), next)));
    }

    /** Checks, prints the answer, and returns whether the code is right. */
    private boolean answer(Checker checker, ExerciseSource exercise, String text)
            throws IOException {
        Verdict verdict = checker.check(exercise, text);
        IO.println(Answer.text(exercise, text, verdict));
        if (!verdict.passed()) return false;
        progress.setDone(exercise.name());
        IO.println("Compare: %s solution %s".formatted(desk.prompt(), exercise.name()));
        return true;
    }

    private void watch() throws Exception {
        String name = progress.current();
        ExerciseSource exercise =
                name.isEmpty() || progress.isDone(name) ? toStart("") : Course.find(name);
        start(exercise);
        try (var checker = new Checker(WholeLibrary.classPath("exercise"));
                var watch = new Watch(desk)) {
            while (true) {
                IO.println("\n-- " + exercise.name() + " --");
                boolean right = answer(checker, exercise, watch.read(exercise.name()));
                checker.prepare();
                var next = right ? progress.next(Course.names()) : Optional.of(exercise.name());
                if (next.isEmpty()) {
                    IO.println("You have solved them all.");
                    return;
                }
                if (right) start(Course.find(next.get()));
                exercise = Course.find(watch.awaitSave());
            }
        }
    }

    private void hint(ExerciseSource exercise) throws IOException {
        List<String> hints = exercise.hints();
        int seen = Math.min(progress.hints(exercise.name()) + 1, hints.size());
        progress.setHints(exercise.name(), seen);
        IO.println("Hint %d of %d: %s".formatted(seen, hints.size(), hints.get(seen - 1)));
        if (seen == hints.size())
            IO.println(
                    "There are no more. %s solution %s".formatted(desk.prompt(), exercise.name()));
    }

    private void solution(ExerciseSource exercise) {
        IO.println(exercise.solution() + "\n\n" + exercise.explanation());
    }

    private void reset(ExerciseSource exercise) throws IOException {
        desk.reset(exercise).ifPresent(old -> IO.println("Your old file is now " + old));
        progress.forget(exercise.name());
        start(exercise);
    }
}
