//JAVA 25+
// It runs for seconds: thorough compilation would not pay.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java Compiler.java NotebookRules.java
//DEPS com.google.googlejavaformat:google-java-format:2.0.0
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED
package kit.check;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import kit.Checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code ./jbang format}: google-java-format (AOSP style) for lib/ and tests/. The notebooks are
 * left alone, since the formatter would break them for JShell and Jupyter; {@code --check} holds
 * them against {@link NotebookRules} and compiles everything with all of javac's warnings as
 * errors.
 */
public final class Format {
    /**
     * The formatter puts a space after every {@code //}; JBang then no longer sees its directives.
     */
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^// (?=[A-Z_]{3,} )");

    private Format() {}

    /**
     * @param args {@code --check}, or nothing
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String... args) throws IOException {
        List<String> options = List.of(args);
        if (options.contains("--help")
                || !(options.isEmpty() || options.equals(List.of("--check")))) {
            IO.print(
                    """
                    usage: format [--check]

                    Formats lib/ and tests/. With --check it changes nothing, but fails if a file is not
                    formatted, a notebook breaks a rule of its format, or javac has a warning.
                    """);
            System.exit(options.contains("--help") ? 0 : 1);
        }
        boolean check = !options.isEmpty();
        List<String> complaints = new ArrayList<>();
        for (Path file : Checkout.javaFiles("lib", "tests")) {
            String text = Files.readString(file);
            String formatted = formatted(file, text);
            if (text.equals(formatted)) continue;
            if (check) complaints.add(Checkout.name(file) + ": not formatted (run ./jbang format)");
            else Files.writeString(file, formatted);
        }
        if (check) {
            for (Path file : Checkout.javaFiles("notebooks"))
                complaints.addAll(NotebookRules.check(Checkout.name(file), Files.readString(file)));
            complaints.addAll(Compiler.warnings(Checkout.javaFiles("lib", "tests", "notebooks")));
        }
        complaints.forEach(IO::println);
        if (check)
            IO.println(
                    complaints.isEmpty()
                            ? "format: all is well"
                            : "format: " + complaints.size() + " complaints");
        System.exit(complaints.isEmpty() ? 0 : 1);
    }

    private static String formatted(Path file, String text) {
        try {
            String once = formatted(text);
            return formatted(
                    once); // a line that the first pass wraps, the second may join differently
        } catch (FormatterException e) {
            throw new IllegalArgumentException(Checkout.name(file) + ": " + e.getMessage(), e);
        }
    }

    private static String formatted(String text) throws FormatterException {
        var style = JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
        String formatted = new Formatter(style).formatSourceAndFixImports(text);
        return DIRECTIVE.matcher(formatted).replaceAll("//");
    }
}
