//JAVA 25+
//SOURCES ../aio/*.java
//SOURCES ../aio/http/*.java
//SOURCES ../aio/reactor/*.java
//SOURCES ../aio/script/*.java
//SOURCES ../aio/web/*.java
package kit;

import jdk.jshell.tool.JavaShellToolBuilder;

import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./jbang jshell}: a JShell whose class path has the library and what the chapters depend
 * on. JBang's own {@code --interactive} does not put the library there.
 */
public final class Jshell {
    private Jshell() {}

    /**
     * @param args passed on to JShell, for example a file to load
     * @throws Exception if JShell cannot start
     */
    public static void main(String... args) throws Exception {
        if (List.of(args).contains("--help")) {
            IO.print(
                    """
                    usage: jshell [jshell option or file...]

                    Opens a JShell that knows the library. Paste a chapter, whole, then type main().
                    Ctrl-C stops what runs and gives the prompt back; /exit leaves.
                    """);
            return;
        }
        if (args.length == 0 && System.console() != null)
            IO.println(
                    "The library is on the class path. Paste a chapter, then type main(); Ctrl-C"
                            + " stops it.");
        String[] classPath = {"--class-path", System.getProperty("java.class.path")};
        String[] all = Stream.concat(Stream.of(classPath), Stream.of(args)).toArray(String[]::new);
        System.exit(JavaShellToolBuilder.builder().start(all));
    }
}
