//SOURCES ../WholeLibrary.java ../notebook/Notebook.java
package kit.book;

import module java.base;

import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;

import kit.WholeLibrary;
import kit.notebook.Notebook;

/** Runs the cells of a chapter from top to bottom in a new JShell, and keeps their output. */
final class CellOutputs {
    /** The kinds of snippets whose value JShell and Jupyter show. */
    private static final Set<Snippet.SubKind> WITH_VALUE =
            EnumSet.of(
                    Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND,
                    Snippet.SubKind.VAR_VALUE_SUBKIND,
                    Snippet.SubKind.OTHER_EXPRESSION_SUBKIND);

    /** Its JVM runs for seconds, so C2's compilation would not pay off. */
    private static final String[] JVM = {
        WholeLibrary.NATIVE_ACCESS, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"
    };

    private CellOutputs() {}

    /**
     * The output of one cell.
     *
     * @param text what it printed, and the value of its last expression
     * @param picture that value as an {@code <svg>} element instead, if it is a picture; else empty
     */
    record Output(String text, String picture) {
        static final Output NONE = new Output("", "");
    }

    /**
     * Runs a chapter. Returns the outputs of its active cells, in their order. An interrupt ends
     * the cell that runs.
     *
     * @param classPath the library and the dependencies of the chapter
     * @throws IllegalStateException if a cell fails; the message contains its source
     */
    static List<Output> of(Notebook notebook, List<String> classPath) throws InterruptedException {
        var printed = new ByteArrayOutputStream();
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var builder = JShell.builder().out(stream).err(stream);
        // JShell ignores an interrupt, or forgets it. But another thread may close the shell.
        var opened = new CompletableFuture<JShell>();
        var run =
                new FutureTask<>(() -> {
                    try (var shell = builder.remoteVMOptions(JVM).build()) {
                        opened.complete(shell);
                        classPath.forEach(shell::addToClasspath);
                        return run(notebook, shell, printed);
                    }
                });
        Thread.ofPlatform().daemon().name("cells").start(run);
        try {
            return run.get();
        } catch (InterruptedException e) {
            opened.thenAccept(JShell::close);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalStateException failed) throw failed;
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<Output> run(
            Notebook notebook, JShell shell, ByteArrayOutputStream printed) {
        List<Output> outputs = new ArrayList<>();
        for (Notebook.Cell cell : notebook.cells()) {
            if (cell.type() == Notebook.Type.MARKDOWN) continue;
            printed.reset();
            Optional<SnippetEvent> last = run(shell, cell.source());
            if (cell.type() != Notebook.Type.ACTIVE) continue;
            String text = printed.toString(StandardCharsets.UTF_8);
            printed.reset();
            last.ifPresent(expression -> printPicture(shell, expression));
            String picture = printed.toString(StandardCharsets.UTF_8);
            if (picture.isEmpty()) text += last.map(SnippetEvent::value).orElse("");
            outputs.add(new Output(text.strip(), picture));
        }
        return outputs;
    }

    /** Prints the SVG of an expression's value if that is a picture. */
    private static void printPicture(JShell shell, SnippetEvent expression) {
        String name =
                switch (expression.snippet()) {
                    case VarSnippet variable -> variable.name();
                    case ExpressionSnippet value -> value.name();
                    default -> "null";
                };
        shell.eval(
                "if ((Object) %s instanceof diagram.Picture picture) System.out.print(picture.svg());"
                        .formatted(name));
    }

    /** Runs the snippets of a cell. Returns the last one if it is an expression with a value. */
    private static Optional<SnippetEvent> run(JShell shell, String source) {
        String rest = source;
        Optional<SnippetEvent> last = Optional.empty();
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            String snippet = next.source() == null ? rest : next.source();
            for (SnippetEvent event : shell.eval(snippet)) {
                if (event.exception() != null || event.status() == Snippet.Status.REJECTED)
                    throw new IllegalStateException(
                            failure(shell, event, snippet), event.exception());
                boolean hasValue =
                        event.value() != null && WITH_VALUE.contains(event.snippet().subKind());
                last = hasValue ? Optional.of(event) : Optional.empty();
            }
            rest = next.source() == null ? "" : next.remaining();
        }
        return last;
    }

    private static String failure(JShell shell, SnippetEvent event, String snippet) {
        var text = new StringBuilder("a cell fails:\n" + snippet);
        shell.diagnostics(event.snippet())
                .forEach(problem -> text.append(problem.getMessage(null)).append('\n'));
        return text.toString();
    }
}
