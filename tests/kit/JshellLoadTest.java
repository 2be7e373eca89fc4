//SOURCES KernelSpec.java ../shared/Kit.java ../shared/ScriptProcess.java
//SOURCES ../shared/Terminal.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import jdk.jshell.tool.JavaShellToolBuilder;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.Terminal;
import tests.shared.TestRun;

/** {@code ./jbang jshell CHAPTER --load}: every chapter, and what happens to the arguments. */
@Tag(TestRun.SLOW)
class JshellLoadTest {
    @TempDir static Path data;
    private static String classPath;

    public static void main(String... args) {
        TestRun.main(JshellLoadTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    /** The kernel's class path has the library and what any chapter depends on. */
    private static synchronized String classPath() throws IOException {
        if (classPath == null)
            classPath = KernelSpec.in(data).classPath().replace(";", File.pathSeparator);
        return classPath;
    }

    /** {@link PasteTest} has every chapter too, in a fraction of the time. */
    @ParameterizedTest
    @MethodSource("chapters")
    @Tag(TestRun.LONG)
    void aChapterLoadsWithoutAComplaintAndHasItsMain(String chapter) throws Exception {
        var screen = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        var typed = new ByteArrayInputStream("/methods main\n/exit\n".getBytes());
        JavaShellToolBuilder.builder()
                .persistence(new HashMap<>())
                .in(typed, null)
                .out(new PrintStream(screen))
                .err(new PrintStream(errors))
                .start(
                        "--class-path",
                        classPath(),
                        Kit.ROOT.resolve("notebooks/" + chapter + ".java").toString());
        String shown = screen.toString();
        assertEquals("", errors.toString());
        assertTrue(shown.contains("|    void main(String...)"), shown);
    }

    private static ScriptProcess jshell(String input, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("jshell"));
        command.addAll(List.of(args));
        Path typed = Files.writeString(Files.createTempFile(data, "typed", ".txt"), input);
        var launcher = ScriptProcess.launcher(command.toArray(String[]::new));
        return new ScriptProcess(launcher.redirectInput(typed.toFile()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aio_server", "tornado_login"})
    @Tag(TestRun.SLOW)
    void mainIsAllThereIsToType(String chapter) throws Exception {
        try (var jshell = jshell("main(\"--help\")\n/exit\n", chapter, "--load")) {
            assertEquals(0, jshell.exitCode(), jshell.toString());
            String shown = String.join("\n", jshell.output());
            assertTrue(shown.contains("usage: " + chapter + " "), shown);
        }
    }

    @Test
    @Tag(TestRun.SLOW)
    void aLoadedServerRunsAtATerminalUntilCtrlC() {
        try (var jshell = new Terminal("jshell", "aio_server", "--load")) {
            jshell.awaitShown("jshell> ");
            jshell.type("main(\"localhost\", \"0\")\n");
            jshell.awaitShown("server started on localhost:");
            jshell.ctrlC();
            jshell.awaitShown("server stopped: 0 clients");
            jshell.awaitShown("jshell> ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    aio_servr        , there is no chapter 'aio_servr': did you mean aio_server
                    callback_client  , there is no chapter 'callback_client': did you mean aio_callback_client?
                    nothing_like_it  , there is no chapter 'nothing_like_it'
                    --load           , --load needs a chapter: jshell aio_server --load
                    """)
    void itSaysInOneLineWhatIsWrong(String argument, String message) throws Exception {
        try (var jshell = jshell("", argument)) {
            assertEquals(1, jshell.exitCode(), jshell.toString());
            assertEquals(1, jshell.errors().size(), jshell.toString());
            String error = jshell.errors().getFirst();
            assertTrue(error.startsWith("jshell: " + message), error);
        }
    }
}
