//DEPS org.junit.jupiter:junit-jupiter:6.1.3
package tests.shared;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that is tested: its folder, its chapters, its launcher. */
public final class Kit {
    public static final Path ROOT = root();

    private Kit() {}

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.exists(folder.resolve("jbang-catalog.json"))) return folder;
        }
        throw new IllegalStateException(
                "run the tests inside the checkout: no jbang-catalog.json here or above");
    }

    /** The names of the chapters, without {@code .java}, in alphabetical order. */
    public static List<String> chapters() {
        try (Stream<Path> files = Files.list(ROOT.resolve("notebooks"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a chapter shows under a command, which begins with {@code ./jbang}. */
    public static List<String> shown(String chapter, String command) {
        List<String> shown =
                read("notebooks/" + chapter + ".java")
                        .lines()
                        .dropWhile(line -> !line.equals("// $ " + command))
                        .skip(1)
                        .takeWhile(line -> !line.equals("// ```"))
                        .map(line -> line.substring("// ".length()))
                        .toList();
        if (shown.isEmpty()) throw new AssertionError(chapter + " shows nothing of " + command);
        return shown;
    }

    /** Skips the test if this program of the system is not on the path. */
    public static void assumeOnPath(String program) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed");
    }

    public static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
