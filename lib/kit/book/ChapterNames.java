//SOURCES ../notebook/Notebook.java Library.java Names.java
package kit.book;

import module java.base;

import kit.notebook.Notebook;

/**
 * The links of names in one chapter: to the lines of the types that it declares itself, and into
 * the library for those that it imports or that its prose speaks of. It remembers which of the
 * library's types these were.
 */
final class ChapterNames implements Names {
    private static final Pattern DECLARATION =
            Pattern.compile("(?:\\w+ )*(?:class|interface|record|enum) (\\w+).*");
    private static final Pattern IMPORT =
            Pattern.compile(
                    "(?m)^import (?:aio|diagram|lesson|linux|measure|script)\\b.*\\.(\\w+);");

    private final Library library;
    private final Map<String, Integer> declared = new HashMap<>();
    private final Set<String> imported = new HashSet<>();
    private final Set<String> explained = new TreeSet<>();
    private final Set<String> used = new TreeSet<>();

    ChapterNames(Library library, Notebook notebook) {
        this.library = library;
        for (Notebook.Line line : notebook.codeLines()) {
            var declaration = DECLARATION.matcher(line.text());
            if (declaration.matches()) declared.putIfAbsent(declaration.group(1), line.line());
        }
        var imports = IMPORT.matcher(notebook.cells().getFirst().source());
        while (imports.find()) imported.add(imports.group(1));
    }

    @Override
    public Optional<String> link(String code) {
        String type = type(code);
        if (!imported.contains(type)) return Optional.empty();
        Optional<String> link = library.link(code);
        if (link.isPresent()) used.add(type);
        return link;
    }

    @Override
    public Optional<String> inProse(String code) {
        String type = type(code);
        if (declared.containsKey(type))
            return code.equals(type) ? Optional.of("#L" + declared.get(type)) : Optional.empty();
        Optional<String> link = library.link(code);
        if (link.isPresent()) explained.add(type);
        return link;
    }

    @Override
    public void linked(String type) {
        explained.add(type);
    }

    private static String type(String code) {
        return code.replaceFirst("[.#(].*", "");
    }

    /** Returns the types of the library that the prose names. */
    Set<String> explained() {
        return explained;
    }

    /** Returns the types of the library that the code uses, and the prose doesn't name. */
    Set<String> used() {
        Set<String> rest = new TreeSet<>(used);
        rest.removeAll(explained);
        return rest;
    }
}
