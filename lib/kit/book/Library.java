//SOURCES ../Checkout.java LibraryFile.java Names.java
package kit.book;

import module java.base;

import kit.Checkout;

/**
 * The source of the library as pages, one for each file, with an anchor for each line, type and
 * method.
 */
public final class Library implements Names {
    private final Map<String, LibraryFile> files = new LinkedHashMap<>();

    /** Reads the library of this checkout. */
    public Library() throws IOException {
        for (LibraryFile file :
                LibraryFile.parse(
                        Checkout.javaFiles(
                                "lib/aio",
                                "lib/diagram",
                                "lib/lesson",
                                "lib/linux",
                                "lib/measure",
                                "lib/script"))) files.put(file.type(), file);
    }

    /** Returns the files, package by package. */
    Collection<LibraryFile> files() {
        return files.values();
    }

    /** Returns the file of a type. */
    Optional<LibraryFile> file(String type) {
        return Optional.ofNullable(files.get(type));
    }

    /** Returns the page of a type, relative to the folder of the book. */
    static String page(String type) {
        return "library-" + type + ".html";
    }

    @Override
    public Optional<String> link(String code) {
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
}
