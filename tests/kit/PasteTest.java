//SOURCES ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.File;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every chapter pasted into a JShell: cut into snippets as the JShell tool cuts what is typed, by
 * the same JShell API, but in this JVM and without a terminal.
 */
@Tag(TestRun.SLOW)
class PasteTest {
    private static final Set<Snippet.Status> UNRESOLVED =
            EnumSet.of(Snippet.Status.RECOVERABLE_DEFINED, Snippet.Status.RECOVERABLE_NOT_DEFINED);
    private static String library;

    /** Runs snippets on the calling thread. */
    private static final class InThisJvm implements ExecutionControlProvider {
        @Override
        public String name() {
            return "in this JVM";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return new DirectExecutionControl();
        }
    }

    public static void main(String... args) {
        TestRun.main(PasteTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    @BeforeAll
    static void findTheLibrary() {
        library = classPath("jshell");
    }

    /** Returns the class path that JBang gives a script. */
    private static String classPath(String script) {
        output("build", script);
        return output("info", "classpath", script);
    }

    private static String output(String... args) {
        try (var jbang = ScriptProcess.start(args)) {
            assertEquals(0, jbang.exitCode(), jbang.toString());
            return String.join("", jbang.output());
        }
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void takesAChapterWithoutAnErrorAndCanCallItsMain(String chapter) {
        String text = Kit.read("notebooks/" + chapter + ".java");
        try (var jshell = jshell(text.contains("\n//DEPS ") ? classPath(chapter) : library)) {
            assertEquals(List.of(), complaints(jshell, text));
            String said = String.join("", complaints(jshell, "main(\"--nothing\")\n"));
            assertTrue(said.matches(".*ScriptException: .* has no option --nothing .*"), said);
        }
    }

    private static JShell jshell(String classPath) {
        var jshell = JShell.builder().executionEngine(new InThisJvm(), Map.of()).build();
        for (String jar : classPath.split(File.pathSeparator)) jshell.addToClasspath(jar);
        // The start-up of the JShell tool.
        jshell.eval("import module java.base;");
        return jshell;
    }

    /**
     * Returns the errors, exceptions and unfinished input that JShell would report after a paste.
     */
    private static List<String> complaints(JShell jshell, String text) {
        List<String> complaints = new ArrayList<>();
        String source = "";
        for (String line : text.split("\n")) {
            source = source.isEmpty() ? line : source + "\n" + line;
            for (var cut = jshell.sourceCodeAnalysis().analyzeCompletion(source);
                    !source.isEmpty() && cut.completeness().isComplete();
                    cut = jshell.sourceCodeAnalysis().analyzeCompletion(source)) {
                for (var event : jshell.eval(cut.source().stripTrailing()))
                    complaints.addAll(complaints(jshell, event));
                source = cut.remaining();
            }
        }
        if (!source.replaceAll("(?m)^ *//.*", "").isBlank())
            complaints.add("incomplete: " + source);
        jshell.snippets()
                .filter(snippet -> UNRESOLVED.contains(jshell.status(snippet)))
                .forEach(snippet -> complaints.add("cannot be used: " + snippet.source()));
        return complaints;
    }

    private static List<String> complaints(JShell jshell, SnippetEvent event) {
        List<String> complaints = new ArrayList<>();
        if (event.exception() instanceof EvalException e)
            complaints.add(e.getExceptionClassName() + ": " + e.getMessage());
        else if (event.exception() != null) complaints.add(event.exception().toString());
        if (event.status() == Snippet.Status.REJECTED)
            jshell.diagnostics(event.snippet())
                    .forEach(said ->
                            complaints.add(
                                    said.getMessage(null) + " in " + event.snippet().source()));
        return complaints;
    }

    /** Finds a chapter that JShell cuts in the wrong place, or that calls a missing method. */
    @Test
    void findsWhatJshellDoesNotTake() {
        for (String bad :
                List.of(
                        "String a = \"x\"\n    .strip();\n",
                        "@Deprecated\nvoid a() { }\n",
                        "void a() { missing(); }\n",
                        "void a() {\n",
                        "throw new IllegalStateException();\n")) {
            try (var jshell = jshell(library)) {
                assertEquals(1, complaints(jshell, bad).size(), bad);
            }
        }
    }
}
