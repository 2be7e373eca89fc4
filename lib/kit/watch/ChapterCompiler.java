package kit.watch;

import module java.base;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles a chapter in memory, with the lines and the names of variables that a debugger needs.
 */
final class ChapterCompiler {
    private ChapterCompiler() {}

    /**
     * Returns the class files of a chapter by the names of their classes.
     *
     * @param file the chapter's source
     * @param classPath the library, and what else the chapter needs
     * @throws IllegalArgumentException if it doesn't compile; the message has javac's first error
     */
    static Map<String, byte[]> compile(Path file, String classPath) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        try (var files = compiler.getStandardFileManager(found, null, StandardCharsets.UTF_8);
                var memory = new Memory(files, written)) {
            List<String> options = List.of("-g", "-proc:none", "-implicit:none", "-cp", classPath);
            var sources = files.getJavaFileObjects(file);
            boolean compiled = compiler.getTask(null, memory, found, options, null, sources).call();
            if (!compiled) throw failure(file, found.getDiagnostics());
        }
        Map<String, byte[]> classes = new TreeMap<>();
        written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    private static IllegalArgumentException failure(
            Path file, List<? extends Diagnostic<?>> found) {
        Diagnostic<?> first =
                found.stream()
                        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                        .findFirst()
                        .orElseThrow();
        String message = first.getMessage(null).lines().findFirst().orElse("");
        return new IllegalArgumentException(
                "%s:%d: %s".formatted(file.getFileName(), first.getLineNumber(), message));
    }

    /** Keeps what the compiler writes. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;

        Memory(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files);
            this.written = written;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            URI uri = URI.create("memory:///" + name.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
