//SOURCES ../Checkout.java LibraryFile.java
package kit.book;

import module java.base;

import kit.Checkout;

/**
 * The source of the library as pages, one for each file, with an anchor for each line, type and
 * method.
 */
public final class Library {
    private final Map<String, LibraryFile> files = new LinkedHashMap<>();

    /** Reads the library of this checkout. */
    public Library() throws IOException {
        for (LibraryFile file :
                LibraryFile.parse(
                        Checkout.javaFiles("lib/aio", "lib/diagram", "lib/lesson", "lib/linux")))
            files.put(file.type(), file);
    }

    /** Returns the files, package by package. */
    Collection<LibraryFile> files() {
        return files.values();
    }

    /** Returns the page of a type, relative to the folder of the book. */
    static String page(String type) {
        return "library-" + type + ".html";
    }

    /** Returns the link for a name in prose: {@code EventLoop}, {@code EventLoop.callSoon()}. */
    Optional<String> link(String code) {
        int arguments = code.indexOf('(');
        if (arguments >= 0 && !code.endsWith(")")) return Optional.empty();
        String[] names = (arguments < 0 ? code : code.substring(0, arguments)).split("[.#]", 2);
        LibraryFile file = files.get(names[0]);
        if (file == null) return Optional.empty();
        if (names.length == 1) return Optional.of(page(file.type()));
        String declaration = names[1].replace('#', '.');
        return file.lines().containsKey(declaration)
                ? Optional.of(page(file.type()) + "#" + declaration)
                : Optional.empty();
    }

    /** Returns the line numbers of a file, with anchors for the lines and the declarations. */
    static String gutter(LibraryFile file) {
        Map<Long, String> anchors = new HashMap<>();
        file.lines()
                .forEach((name, line) ->
                        anchors.merge(
                                line, "<span id=\"%s\"></span>".formatted(name), String::concat));
        var gutter = new StringBuilder();
        long lines = file.text().lines().count();
        for (long line = 1; line <= lines; line++)
            gutter.append(anchors.getOrDefault(line, ""))
                    .append("<a id=\"L%d\" href=\"#L%d\">%d</a>\n".formatted(line, line, line));
        return gutter.toString();
    }
}
