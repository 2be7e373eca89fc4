//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java ConsoleText.java
package kit.console;

import kit.Checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./jbang outputs}: runs every command that the README and the chapters show, and compares
 * what it prints with what they show.
 */
public final class Outputs {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Outputs() {}

    /**
     * Runs the commands of the chapters or files, and compares or rewrites.
     *
     * @param args {@code --write} and the names of chapters or files
     * @throws Exception if a command cannot be started
     */
    public static void main(String... args) throws Exception {
        List<String> names = new ArrayList<>(List.of(args));
        if (names.contains("--help")) {
            IO.print(
                    """
                    usage: outputs [--write] [chapter or file...]

                    Runs the commands in the console blocks of the README and the chapters, and says
                    where their output is wrong. A block that is fenced as ```console NAME is a
                    terminal with a name: its last command keeps running, and a later block of
                    that name continues it. In a block, [...] is any text, or any lines if it
                    stands alone on a line; ^C is Ctrl-C. A block that needs a tool which is not
                    installed (perf, ss, strace) is skipped.

                      --write  writes what was printed into the files, for review
                    """);
            return;
        }
        boolean write = names.remove("--write");
        boolean wrong = false;
        for (Path file : names.isEmpty() ? all() : named(names)) {
            var text = ConsoleText.of(file);
            List<String> complaints = write ? text.rewrite(PATIENCE) : text.check(PATIENCE);
            text.skipped().forEach(IO::println);
            complaints.forEach(IO::println);
            IO.println(
                    Checkout.name(file)
                            + ": "
                            + (complaints.isEmpty() ? "true" : write ? "rewritten" : "wrong"));
            wrong |= !complaints.isEmpty();
        }
        System.exit(wrong && !write ? 1 : 0);
    }

    /** The README and every chapter. */
    private static List<Path> all() throws IOException {
        return Stream.concat(
                        Stream.of(Checkout.ROOT.resolve("README.md")),
                        Checkout.javaFiles("notebooks").stream())
                .toList();
    }

    private static List<Path> named(List<String> names) {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path chapter =
                    Checkout.ROOT.resolve("notebooks/" + name.replaceAll("\\.java$", "") + ".java");
            Path file = Files.exists(chapter) ? chapter : Path.of(name).toAbsolutePath();
            if (!Files.isRegularFile(file)) {
                System.err.println("outputs: there is no chapter and no file '" + name + "'");
                System.exit(1);
            }
            files.add(file);
        }
        return files;
    }
}
