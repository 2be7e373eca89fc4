package tests.shared;

import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

import java.io.File;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JShell into which a text is pasted: cut into snippets as the JShell tool cuts what is typed, by
 * the same JShell API, but in this JVM and without a terminal.
 */
public final class Paste {
    private static final Set<Snippet.Status> UNRESOLVED =
            EnumSet.of(Snippet.Status.RECOVERABLE_DEFINED, Snippet.Status.RECOVERABLE_NOT_DEFINED);

    private Paste() {}

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

    /** Opens a JShell with this class path, and with the start-up of the JShell tool. */
    public static JShell open(String classPath) {
        var jshell = JShell.builder().executionEngine(new InThisJvm(), Map.of()).build();
        for (String jar : classPath.split(File.pathSeparator)) jshell.addToClasspath(jar);
        jshell.eval("import module java.base;");
        return jshell;
    }

    /**
     * Returns the errors, exceptions and unfinished input that JShell would report after a paste.
     */
    public static List<String> complaints(JShell jshell, String text) {
        List<String> complaints = new ArrayList<>();
        String source = "";
        for (String line : text.split("\n")) {
            if (source.isEmpty() && line.matches("//.*|\\s*")) continue;
            source = source.isEmpty() ? line : source + "\n" + line;
            if (isInBraces(source)) continue;
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

    /**
     * Returns whether more braces are opened than closed, which the tool learns from its parser. A
     * brace in a string may delay a cut to the next line.
     */
    private static boolean isInBraces(String source) {
        return source.chars().filter(c -> c == '{').count()
                > source.chars().filter(c -> c == '}').count();
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
}
