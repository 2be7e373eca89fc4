//SOURCES ../WholeLibrary.java ../notebook/Notebook.java
package kit.book;

import module java.base;

import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

import kit.WholeLibrary;
import kit.notebook.Notebook;

/** Runs the cells of a chapter from top to bottom in a new JShell, and keeps their output. */
final class CellOutputs {
    private CellOutputs() {}

    /**
     * Runs a chapter. Returns what each active cell printed, and the value of its last expression.
     *
     * @param classPath the library and the dependencies of the chapter
     * @throws IllegalStateException if a cell fails; the message contains its source
     */
    static Map<Notebook.Cell, String> of(Notebook notebook, List<String> classPath) {
        // Two cells may have the same text.
        Map<Notebook.Cell, String> outputs = new IdentityHashMap<>();
        var printed = new ByteArrayOutputStream();
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var builder = JShell.builder().out(stream).err(stream);
        try (var shell = builder.remoteVMOptions(WholeLibrary.NATIVE_ACCESS).build()) {
            classPath.forEach(shell::addToClasspath);
            for (Notebook.Cell cell : notebook.cells()) {
                if (cell.type() == Notebook.Type.MARKDOWN) continue;
                printed.reset();
                String value = run(shell, cell.source());
                if (cell.type() == Notebook.Type.ACTIVE)
                    outputs.put(cell, (printed.toString(StandardCharsets.UTF_8) + value).strip());
            }
        }
        return outputs;
    }

    /** Runs the snippets of a cell. Returns the value of the last one if it is an expression. */
    private static String run(JShell shell, String source) {
        String rest = source;
        String value = "";
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String snippet = next.source() == null ? rest : next.source();
            for (SnippetEvent event : shell.eval(snippet)) {
                if (event.exception() != null || event.status() == Snippet.Status.REJECTED)
                    throw new IllegalStateException(
                            failure(shell, event, snippet), event.exception());
                boolean isExpression = event.snippet().kind() == Snippet.Kind.EXPRESSION;
                value = isExpression && event.value() != null ? event.value() : "";
            }
            rest = next.source() == null ? "" : next.remaining();
        }
        return value;
    }

    private static String failure(JShell shell, SnippetEvent event, String snippet) {
        var text = new StringBuilder("a cell fails:\n" + snippet);
        shell.diagnostics(event.snippet())
                .forEach(problem -> text.append(problem.getMessage(null)).append('\n'));
        return text.toString();
    }
}
