//SOURCES ../Checkout.java
package kit.check;

import module jdk.compiler;

import module java.base;

import kit.Checkout;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The programs that chapters show but cannot run, because they use preview features of Java: a
 * fenced block {@code java preview} in a Markdown cell holds a whole program.
 */
final class Listings {
    private static final String BEGIN = "// ```java preview";
    private static final String END = "// ```";

    private Listings() {}

    /** Returns what javac, with preview features enabled, says of the programs; a line each. */
    static List<String> complaints(List<Path> notebooks) throws IOException {
        List<String> complaints = new ArrayList<>();
        for (Path notebook : notebooks) {
            for (String listing : listings(Files.readAllLines(notebook)))
                complaints.addAll(complaints(Checkout.name(notebook), listing));
        }
        return complaints;
    }

    /** Returns the programs, each below as many empty lines as stand above it in the notebook. */
    private static List<String> listings(List<String> lines) {
        List<String> listings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).equals(BEGIN)) continue;
            var listing = new StringBuilder("\n".repeat(i + 1));
            while (++i < lines.size() && !lines.get(i).equals(END))
                listing.append(lines.get(i).replaceFirst("^// ?", "")).append('\n');
            listings.add(listing.toString());
        }
        return listings;
    }

    private static List<String> complaints(String notebook, String listing) throws IOException {
        var source =
                new SimpleJavaFileObject(
                        URI.create("string:///Listing.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return listing;
                    }
                };
        var options =
                List.of(
                        "--enable-preview",
                        "--release",
                        Integer.toString(Runtime.version().feature()),
                        "-Xlint:all,-preview",
                        "-proc:none");
        var found = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(found, null, null)) {
            var task = compiler.getTask(null, manager, found, options, null, List.of(source));
            ((JavacTask) task).analyze();
        }
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
                .map(diagnostic ->
                        notebook
                                + ":"
                                + diagnostic.getLineNumber()
                                + ": "
                                + diagnostic.getMessage(null))
                .toList();
    }
}
