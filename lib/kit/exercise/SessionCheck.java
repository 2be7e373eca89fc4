//DEPS io.github.padreati:rapaio-jupyter-kernel:3.0.1
//SOURCES Answer.java Checker.java Exercises.java
package kit.exercise;

import module java.base;

import exercise.Verdict;

import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

import org.rapaio.jupyter.kernel.MainApp;

/**
 * The method {@code check} in our Jupyter kernel: {@code check("bio_server_1")} in a cell checks
 * what the notebook's cells have defined. The kernel runs JShell in its own JVM, so the sources of
 * the definitions can be collected there; they are checked like a file, in a process of their own.
 */
public final class SessionCheck {
    /** The environment variable with the folder of the exercises' sources. */
    public static final String EXERCISES = "AIO_EXERCISES";

    /** The environment variable with the class path of the kernel's JShell, set for the kernel. */
    public static final String CLASS_PATH = "RJK_CLASSPATH";

    /** The kernel's start-up, which makes the method known to the cells. */
    public static final String START_UP =
            "import static " + SessionCheck.class.getName() + ".check;\n";

    private static Checker checker;

    private SessionCheck() {}

    /**
     * Checks what the session has defined, and prints the answer.
     *
     * @param name the name of the exercise
     */
    public static synchronized void check(String name) throws IOException {
        var exercises = new Exercises(Path.of(System.getenv(EXERCISES)));
        if (!exercises.has(name)) {
            IO.println("there is no exercise '" + name + "'");
            return;
        }
        if (checker == null)
            checker = new Checker(System.getenv(CLASS_PATH).replace(";", File.pathSeparator));
        ExerciseSource exercise = exercises.find(name);
        String text = definitions(MainApp.kernel.javaEngine().getShell());
        Verdict verdict = checker.check(exercise, text);
        IO.println(Answer.text(exercise, text, verdict));
    }

    /** Returns the session's active imports, types, methods and variables, in that order. */
    private static String definitions(JShell shell) {
        List<Snippet> active = shell.snippets().filter(s -> shell.status(s).isActive()).toList();
        Stream<String> imports =
                active.stream()
                        .filter(ImportSnippet.class::isInstance)
                        .map(Snippet::source)
                        .filter(line ->
                                !line.contains(SessionCheck.class.getName())
                                        && !line.contains("org.rapaio."));
        Stream<String> others =
                active.stream()
                        .filter(snippet ->
                                switch (snippet.kind()) {
                                    case TYPE_DECL, METHOD -> true;
                                    case VAR ->
                                            snippet.subKind()
                                                    != Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
                                    default -> false;
                                })
                        .map(Snippet::source);
        return Stream.concat(imports, others).map(String::strip).collect(Collectors.joining("\n"));
    }
}
