//SOURCES ../Checkout.java Dependencies.java
package kit.check;

import module java.base;

import kit.Checkout;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles the whole checkout at once with all warnings of javac, checks the Javadoc of lib/, and
 * keeps only the complaints.
 */
final class Compiler {
    private Compiler() {}

    /**
     * Returns javac's complaints, one a line. The jars of the {@code //DEPS} are on its class path.
     */
    static List<String> complaints(List<Path> files) throws IOException {
        Path scratch = Files.createTempDirectory("lint");
        try {
            String classPath = String.join(File.pathSeparator, Dependencies.jars(files));
            return compile(files, classPath, scratch);
        } finally {
            try (var paths = Files.walk(scratch)) {
                for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList())
                    Files.delete(path);
            }
        }
    }

    private static List<String> compile(List<Path> files, String classPath, Path scratch)
            throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        try (var manager = compiler.getStandardFileManager(found, null, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of(
                            "-Xlint:all",
                            "-Xdoclint:html,syntax,reference",
                            "-Xdoclint/package:-tests,-tests.*",
                            "-proc:none",
                            "-implicit:none",
                            "-d",
                            scratch.toString(),
                            "-cp",
                            classPath);
            compiler.getTask(
                            null,
                            manager,
                            found,
                            options,
                            null,
                            manager.getJavaFileObjectsFromPaths(files))
                    .call();
        }
        List<String> complaints = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
            var source = diagnostic.getSource();
            if (source != null && source.getKind() != JavaFileObject.Kind.SOURCE)
                continue; // a complaint about a dependency
            String where =
                    source == null
                            ? "javac"
                            : Checkout.name(Path.of(source.toUri()))
                                    + ":"
                                    + diagnostic.getLineNumber();
            complaints.add(where + ": " + diagnostic.getMessage(null));
        }
        return complaints;
    }
}
