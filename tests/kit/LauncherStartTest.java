//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A name that was started before starts without JBang, unless something has changed. */
class LauncherStartTest {
    private static final int JBANG_WAS_ASKED = 9;

    @TempDir Path folder;
    private String name;

    public static void main(String... args) {
        TestRun.main(LauncherStartTest.class);
    }

    @BeforeEach
    void makeACheckout() throws IOException {
        name = "hello_" + folder.getFileName();
        Files.copy(Kit.ROOT.resolve("jbang"), folder.resolve("jbang"));
        Files.createDirectories(folder.resolve("bin"));
        Path other = folder.resolve("bin/jbang");
        Files.writeString(other, "#!/bin/sh\nexit " + JBANG_WAS_ASKED + "\n");
        other.toFile().setExecutable(true);
        write(
                "jbang-catalog.json",
                "{\"aliases\": {\"%s\": {\"script-ref\": \"notebooks/hello.java\"}}}"
                        .formatted(name));
        write(
                "notebooks/hello.java",
                """
                //JAVA 25+
                //SOURCES ../lib/Word.java
                void main(String... args) {
                    IO.println(Word.WORD + List.of(args));
                    System.exit(3);
                }
                """);
        write("lib/Word.java", "class Word { static final String WORD = \"one\"; }");
        write("tests/README", "");
        assertEquals(List.of("3", "one[]"), start());
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @AfterEach
    void forget() throws IOException {
        for (Path start : starts()) Files.delete(start);
    }

    private List<Path> starts() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home"), ".cache");
        Path starts = (cache == null ? home : Path.of(cache)).resolve("aio-notebooks/starts");
        try (var files = Files.list(starts)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name)).toList();
        }
    }

    /** Returns the exit code, and the lines that were printed. */
    private List<String> start(String... args) {
        return run(launcher(args));
    }

    /** As {@link #start}, on a machine whose JBang does nothing but end. */
    private List<String> startWithoutJbang(String... args) {
        var builder = launcher(args);
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        return run(builder);
    }

    private ProcessBuilder launcher(String... args) {
        var command = new ArrayList<>(List.of(folder.resolve("jbang").toString(), name));
        command.addAll(List.of(args));
        return ScriptProcess.launcher().command(command).directory(folder.toFile());
    }

    private static List<String> run(ProcessBuilder builder) {
        try (var process = new ScriptProcess(builder)) {
            var code = Stream.of(Integer.toString(process.exitCode()));
            return Stream.concat(code, process.output().stream()).toList();
        }
    }

    @Test
    void theSecondStartNeedsNoJbang() {
        assertEquals(List.of("3", "one[]"), startWithoutJbang());
        String[] odd = {"two words", "it's", "$HOME", "*", "", "--help", "中"};
        assertEquals(List.of("3", "one" + List.of(odd)), startWithoutJbang(odd));
    }

    @Test
    void aChangedFileOfTheLibraryIsCompiled() throws IOException {
        write("lib/Word.java", "class Word { static final String WORD = \"two\"; }");
        assertEquals(List.of("" + JBANG_WAS_ASKED), startWithoutJbang());
        assertEquals(List.of("3", "two[]"), start());
        assertEquals(List.of("3", "two[]"), startWithoutJbang());
    }

    @Test
    void aJarThatIsMissingIsMadeAnew() throws IOException {
        for (Path start : starts()) {
            Files.delete(Path.of(Files.readAllLines(start).getFirst().split(":")[0]));
        }
        assertEquals(List.of("" + JBANG_WAS_ASKED), startWithoutJbang());
        assertEquals(List.of("3", "one[]"), start());
    }
}
