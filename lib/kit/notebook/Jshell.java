//JAVA 25+
// It runs for seconds: thorough compilation would not pay.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../WholeLibrary.java Chapters.java Notebook.java
package kit.notebook;

import jdk.jshell.tool.JavaShellToolBuilder;

import kit.WholeLibrary;

import java.io.File;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./jbang jshell}: a JShell whose class path has the library and what the chapters depend
 * on. JBang's own {@code --interactive} does not put the library there.
 */
public final class Jshell {
    private Jshell() {}

    /**
     * @param args the name of a chapter with dependencies of its own, or what is passed on to
     *     JShell, for example a file to load
     * @throws Exception if JShell cannot start
     */
    public static void main(String... args) throws Exception {
        if (List.of(args).contains("--help")) {
            IO.print(
                    """
                    usage: jshell [chapter] [jshell option or file...]

                    Opens a JShell that knows the library. Paste a chapter, whole, then type main().
                    Ctrl-C stops what runs and gives the prompt back; /exit leaves.

                      chapter  its name, if it has dependencies of its own (//DEPS): for example
                               tornado_login
                    """);
            return;
        }
        if (args.length == 0 && System.console() != null)
            IO.println(
                    "The library is on the class path. Paste a chapter, then type main(); Ctrl-C"
                            + " stops it.");
        String classPath = WholeLibrary.classPath("jshell");
        boolean named = args.length > 0 && Files.exists(Chapters.file(args[0]));
        for (String jar : named ? Chapters.dependencies(args[0]) : List.<String>of())
            classPath += File.pathSeparator + jar;
        String[] rest = named ? Arrays.copyOfRange(args, 1, args.length) : args;
        String[] all =
                Stream.concat(Stream.of("--class-path", classPath), Stream.of(rest))
                        .toArray(String[]::new);
        System.exit(JavaShellToolBuilder.builder().start(all));
    }
}
