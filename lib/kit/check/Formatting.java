//SOURCES ../Checkout.java Contents.java
//DEPS com.google.googlejavaformat:google-java-format:2.0.0
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED
package kit.check;

import module java.base;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import kit.Checkout;

/**
 * Formats lib/ and tests/ with google-java-format, in AOSP style. The notebooks are left alone,
 * because the formatter would break them for JShell and Jupyter. The README's tables come from the
 * catalog.
 */
final class Formatting {
    /** The formatter puts a space after every {@code //}, which hides a directive from JBang. */
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^// (?=[A-Z_]{3,} )");

    /** It also wraps long lines, and the second half of a wrapped directive is only a comment. */
    private static final Pattern LONG_SOURCES =
            Pattern.compile("(?m)^(?=.{100})(//SOURCES .{1,89}) ");

    private Formatting() {}

    /** Returns the formatted text of each file that is not formatted, by its path. */
    static Map<Path, String> changes() throws IOException {
        Map<Path, String> changes = new LinkedHashMap<>();
        for (Path file : Checkout.javaFiles("lib", "tests")) {
            String text = Files.readString(file);
            String formatted = formatted(file, text);
            if (!text.equals(formatted)) changes.put(file, formatted);
        }
        var readme = Contents.readme();
        if (readme.isPresent()) {
            Path file = readme.get().getKey();
            if (!Files.readString(file).equals(readme.get().getValue()))
                changes.put(file, readme.get().getValue());
        }
        return changes;
    }

    private static String formatted(Path file, String text) {
        try {
            // A second pass may join lines that the first one wrapped.
            return formatted(formatted(withShortSources(text)));
        } catch (FormatterException e) {
            throw new IllegalArgumentException(Checkout.name(file) + ":" + e.getMessage(), e);
        }
    }

    private static String withShortSources(String text) {
        String shorter = LONG_SOURCES.matcher(text).replaceAll("$1\n//SOURCES ");
        return shorter.equals(text) ? text : withShortSources(shorter);
    }

    private static String formatted(String text) throws FormatterException {
        var style = JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
        String formatted = new Formatter(style).formatSourceAndFixImports(text);
        return DIRECTIVE.matcher(formatted).replaceAll("//");
    }
}
