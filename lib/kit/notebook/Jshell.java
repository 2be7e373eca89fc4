//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../WholeLibrary.java ../exercise/JshellSession.java Chapters.java
package kit.notebook;

import module java.base;

import jdk.jshell.tool.JavaShellToolBuilder;

import kit.WholeLibrary;
import kit.exercise.Course;
import kit.exercise.JshellSession;

/**
 * {@code ./jbang jshell}: a JShell with the library, and the dependencies of a chapter, on its
 * class path. JBang's own {@code --interactive} does not put the library there.
 */
public final class Jshell {
    private static final String USAGE =
            """
            usage: jshell [chapter [--load]] [jshell option or file...]

            Opens a JShell that knows the library. Paste a chapter, whole, then type main().
            Ctrl-C stops what runs and gives the prompt back; /exit leaves.

              chapter  also put on the class path what this chapter depends on; or the name of
                       an exercise, say bio_server_1: check("bio_server_1") checks it
              --load   and load the chapter: main() is all there is to type; or your file of the
                       exercise
            """;

    private Jshell() {}

    /** Runs JShell; passes on all arguments except a chapter and {@code --load}. */
    public static void main(String... args) throws Exception {
        List<String> rest = new ArrayList<>(List.of(args));
        if (rest.contains("--help")) {
            IO.print(USAGE);
            return;
        }
        boolean load = rest.remove("--load");
        String chapter = isName(rest) ? rest.removeFirst() : "";
        if (load && chapter.isEmpty()) fail("--load needs a chapter: jshell aio_server --load");
        boolean isExercise = Course.EXERCISES.has(chapter);
        Path file = Chapters.file(chapter);
        if (!chapter.isEmpty() && !isExercise && !Files.exists(file))
            fail(Chapters.unknown(chapter));
        List<String> classPath = new ArrayList<>();
        classPath.add(WholeLibrary.classPath("jshell"));
        if (isExercise) {
            var session = new JshellSession(Course.EXERCISES.find(chapter));
            file = session.file();
            rest.addAll(
                    0,
                    List.of("--startup", "DEFAULT", "--startup", session.startUpFile().toString()));
        } else if (!chapter.isEmpty() && Chapters.needsDependencies(Files.readString(file))) {
            classPath.addAll(Chapters.dependencies(chapter));
        }
        rest.addFirst(String.join(File.pathSeparator, classPath));
        rest.addFirst("--class-path");
        rest.addFirst("-R" + WholeLibrary.NATIVE_ACCESS);
        if (load) rest.add(file.toString());
        IO.println(isExercise ? welcomeToExercise(chapter, load) : welcome(chapter, load));
        System.exit(JavaShellToolBuilder.builder().start(rest.toArray(String[]::new)));
    }

    private static boolean isName(List<String> args) {
        if (args.isEmpty() || args.getFirst().startsWith("-")) return false;
        return !Files.exists(Path.of(args.getFirst()));
    }

    private static String welcome(String chapter, boolean load) {
        String then = ", then type main(). Ctrl-C stops it, /exit leaves.";
        if (load) return "Loading " + chapter + ": wait for the prompt" + then;
        if (!chapter.isEmpty()) return "Paste " + chapter + then;
        return "The library is on the class path. Paste a chapter" + then;
    }

    private static String welcomeToExercise(String name, boolean load) {
        String first = load ? "Loading " + name + ": wait for the prompt" : "Paste your file";
        return first + ", then type check(\"" + name + "\"). /exit leaves.";
    }

    private static void fail(String message) {
        System.err.println("jshell: " + message);
        System.exit(1);
    }
}
