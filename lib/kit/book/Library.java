//SOURCES ../Checkout.java
package kit.book;

import kit.Checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The library's source as pages: one for each file, with an anchor for each line, type and method.
 */
final class Library {
    private static final Pattern METHOD =
            Pattern.compile("    (?:[\\w.<>?,\\[\\]@ ]+ )?(\\w+)\\([^;=]*(?:\\{.*)?");
    private static final Set<String> NO_METHODS =
            Set.of("if", "for", "while", "switch", "catch", "return", "new", "synchronized", "try");
    private static final Pattern FILE = Pattern.compile("lib/aio/(?:\\w+/)*(\\w+)\\.java");
    private static final Pattern REFERENCE =
            Pattern.compile("([A-Z]\\w+)(?:[.#](\\w+))?(?:\\(.*\\))?");

    private final Map<String, Path> files = new LinkedHashMap<>();
    private final Map<String, Set<String>> anchors = new LinkedHashMap<>();

    /** Reads the library of this checkout. */
    Library() throws IOException {
        for (Path file : Checkout.javaFiles("lib/aio")) {
            String name = file.getFileName().toString().replace(".java", "");
            files.put(name, file);
            Set<String> names = new HashSet<>();
            for (String line : Files.readAllLines(file)) method(line).ifPresent(names::add);
            anchors.put(name, names);
        }
    }

    /** The names of its types, package by package. */
    List<String> types() {
        return List.copyOf(files.keySet());
    }

    /** The package of a type. */
    String packageOf(String type) {
        return Checkout.ROOT
                .resolve("lib")
                .relativize(files.get(type).getParent())
                .toString()
                .replace('/', '.');
    }

    String source(String type) throws IOException {
        return Files.readString(files.get(type));
    }

    /** The page of a type, from the folder of the book. */
    static String page(String type) {
        return "library-" + type + ".html";
    }

    private static Optional<String> method(String line) {
        Matcher method = METHOD.matcher(line);
        return method.matches() && !NO_METHODS.contains(method.group(1))
                ? Optional.of(method.group(1))
                : Optional.empty();
    }

    /**
     * Where a name as it stands in prose leads: {@code EventLoop}, {@code EventLoop.callSoon()}.
     */
    Optional<String> link(String code) {
        Matcher reference = REFERENCE.matcher(code);
        if (!reference.matches() || !files.containsKey(reference.group(1))) return Optional.empty();
        String page = page(reference.group(1));
        String method = reference.group(2);
        if (method == null) return Optional.of(page);
        return anchors.get(reference.group(1)).contains(method)
                ? Optional.of(page + "#" + method)
                : Optional.empty();
    }

    /** The numbers of the lines, each an anchor, and those where a method begins with its name. */
    String gutter(String type) throws IOException {
        var gutter = new StringBuilder();
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (String line : source(type).lines().toList()) {
            number++;
            String anchor =
                    method(line)
                            .filter(seen::add)
                            .map("<span id=\"%s\"></span>"::formatted)
                            .orElse("");
            gutter.append(
                    "%s<a id=\"L%d\" href=\"#L%d\">%d</a>\n"
                            .formatted(anchor, number, number, number));
        }
        return gutter.toString();
    }
}
