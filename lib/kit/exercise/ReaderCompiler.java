//SOURCES ReaderCode.java
package kit.exercise;

import module java.base;
import module java.compiler;

import javax.tools.ToolProvider;

/**
 * Compiles what readers have written, in this JVM and in memory. The compiler is warm after the
 * first time, so the next ones take a fraction of a second.
 *
 * <p>One thread at a time may use it.
 */
final class ReaderCompiler {
    private static final int MOST_COMPLAINTS = 3;

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files =
            compiler.getStandardFileManager(_ -> {}, Locale.ENGLISH, StandardCharsets.UTF_8);
    private final List<String> options;

    /**
     * @param classPath what the code is compiled against
     */
    ReaderCompiler(String classPath) {
        // Annotation processors on the class path are not for readers.
        options = List.of("-proc:none", "-implicit:none", "-cp", classPath);
    }

    /**
     * The result.
     *
     * @param classes the class files by their names; empty if there are complaints
     * @param complaints the compiler's first errors, each with the reader's line
     */
    record Compiled(Map<String, byte[]> classes, List<String> complaints) {}

    /** Compiles the reader's code with the check. */
    Compiled compile(ReaderCode code) {
        var problems = new DiagnosticCollector<JavaFileObject>();
        var classes = run(code.exercise().name(), code.withCheck(), problems);
        var errors = errors(problems);
        if (errors.isEmpty()) return new Compiled(classes, List.of());
        return new Compiled(Map.of(), complaints(code, errors));
    }

    private Map<String, byte[]> run(
            String name, String text, DiagnosticListener<JavaFileObject> problems) {
        var memory = new Memory(files);
        compiler.getTask(null, memory, problems, options, null, List.of(new Source(name, text)))
                .call();
        return memory.classes();
    }

    private static List<Diagnostic<? extends JavaFileObject>> errors(
            DiagnosticCollector<JavaFileObject> problems) {
        return problems.getDiagnostics().stream()
                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .toList();
    }

    private List<String> complaints(
            ReaderCode code, List<Diagnostic<? extends JavaFileObject>> errors) {
        var readers = errors.stream().filter(error -> isReaders(code, error)).toList();
        if (!readers.isEmpty()) return shown(code, readers);
        // A brace that is missing shows at the end of the check, or makes the check fit nowhere.
        var alone = new DiagnosticCollector<JavaFileObject>();
        run(code.exercise().name(), code.text(), alone);
        if (!errors(alone).isEmpty()) return shown(code, errors(alone));
        return List.of(
                "the check finds no match in your file for what it calls: "
                        + message(errors.getFirst()));
    }

    private static boolean isReaders(ReaderCode code, Diagnostic<?> error) {
        return error.getLineNumber() > 0 && error.getLineNumber() <= code.lines();
    }

    private static List<String> shown(
            ReaderCode code, List<Diagnostic<? extends JavaFileObject>> errors) {
        String file = code.exercise().name() + ".java";
        return errors.stream()
                .limit(MOST_COMPLAINTS)
                .map(error -> {
                    int line = Math.clamp(error.getLineNumber(), 1, code.lines());
                    return "%s:%d: %s\n    %s"
                            .formatted(file, line, message(error), code.line(line));
                })
                .toList();
    }

    /** Returns the compiler's message on one line. */
    private static String message(Diagnostic<?> error) {
        return error.getMessage(Locale.ENGLISH)
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> !line.startsWith("location: class"))
                .collect(Collectors.joining("; "));
    }

    /** The text of a source file. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps the class files that the compiler writes. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new ConcurrentHashMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        Map<String, byte[]> classes() {
            return written.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toByteArray()));
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
