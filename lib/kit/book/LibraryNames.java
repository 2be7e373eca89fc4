//SOURCES Library.java Names.java
package kit.book;

import module java.base;

/**
 * The links of names in one file of the library: to the types of its package and those that it
 * imports, and to its own members.
 *
 * @param library the library
 * @param file the file
 */
record LibraryNames(Library library, LibraryFile file) implements Names {
    @Override
    public Optional<String> link(String code) {
        String type = code.replaceFirst("[.#(].*", "");
        if (type.equals(file.type()))
            return library.link(code).map(url -> url.replaceFirst(".*(?=#)", ""));
        Optional<LibraryFile> other = library.file(type);
        boolean means =
                other.isPresent()
                        && (other.get().packageName().equals(file.packageName())
                                || file.text()
                                        .contains(
                                                "import "
                                                        + other.get().packageName()
                                                        + "."
                                                        + type
                                                        + ";"));
        if (means) return library.link(code);
        String member = code.replaceFirst("\\(.*", "");
        return file.lines().containsKey(member) && code.contains("(")
                ? Optional.of("#" + member)
                : Optional.empty();
    }
}
