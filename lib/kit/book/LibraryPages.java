//SOURCES CodeListing.java Library.java LibraryNames.java Sidebar.java Template.java
package kit.book;

import module java.base;

/** The pages of the library: one for each file, with its Javadoc, its source and who uses it. */
final class LibraryPages {
    private final Library library;
    private final Map<String, Set<String>> explained = new HashMap<>();
    private final Map<String, Set<String>> used = new HashMap<>();
    private final Map<String, List<LibraryFile>> packages = new TreeMap<>();

    LibraryPages(Library library) {
        this.library = library;
        for (LibraryFile file : library.files())
            packages.computeIfAbsent(file.packageName(), _ -> new ArrayList<>()).add(file);
    }

    /** Notes what a chapter explains and uses of the library; the order of calls is kept. */
    void note(String chapterUrl, ChapterNames names) {
        explained.values().forEach(urls -> urls.remove(chapterUrl));
        used.values().forEach(urls -> urls.remove(chapterUrl));
        note(explained, names.explained(), chapterUrl);
        note(used, names.used(), chapterUrl);
    }

    private static void note(Map<String, Set<String>> chapters, Set<String> types, String url) {
        for (String type : types)
            chapters.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(url);
    }

    /** Returns the groups of the sidebar: the packages. */
    List<Sidebar.Group> groups() {
        List<Sidebar.Group> groups = new ArrayList<>();
        packages.forEach((name, files) -> {
            List<Sidebar.Item> items = new ArrayList<>();
            for (LibraryFile file : files)
                items.add(new Sidebar.Item(Library.page(file.type()), "", file.type()));
            groups.add(new Sidebar.Group(name, 0, items));
        });
        return groups;
    }

    /** Returns the content of the page that lists all types with the sentence on each. */
    String contents() {
        List<Map<String, Object>> shown = new ArrayList<>();
        packages.forEach((name, files) -> {
            List<Map<String, Object>> types = new ArrayList<>();
            for (LibraryFile file : files) {
                var names = new LibraryNames(library, file);
                Map<String, Object> type = new HashMap<>();
                type.put("name", file.type());
                type.put("url", Library.page(file.type()));
                var comment = file.comments().get(file.type());
                // Its links would lead into a page that isn't this one.
                type.put("sentence", Javadoc.firstSentence(comment, _ -> Optional.empty()));
                types.add(type);
            }
            shown.add(Map.of("name", name, "types", types));
        });
        return Template.render("library.html", Map.of("packages", shown));
    }

    /**
     * Returns the content of a file's page.
     *
     * @param links the links to the chapters, by their pages
     */
    String content(LibraryFile file, Map<String, Map<String, String>> links) {
        var names = new LibraryNames(library, file);
        Map<String, Object> values = new HashMap<>();
        values.put("name", file.type());
        values.put("package", file.packageName());
        values.put("documentation", Javadoc.body(file.comments().get(file.type()), names));
        values.put("members", members(file, names));
        values.put("explained", links(explained, file, links));
        values.put("used", links(used, file, links));
        values.put("source", CodeListing.html(file.text(), 1, names, anchors(file)));
        return Template.render("source.html", values);
    }

    private static List<Map<String, String>> links(
            Map<String, Set<String>> chapters,
            LibraryFile file,
            Map<String, Map<String, String>> links) {
        return chapters.getOrDefault(file.type(), Set.of()).stream()
                .filter(links::containsKey)
                .map(links::get)
                .toList();
    }

    private static List<Map<String, String>> members(LibraryFile file, Names names) {
        List<Map<String, String>> members = new ArrayList<>();
        file.comments()
                .forEach((name, comment) -> {
                    if (name.equals(file.type())) return;
                    String sentence = Javadoc.firstSentence(comment, names);
                    members.add(Map.of("name", name, "sentence", sentence));
                });
        return members;
    }

    private static Map<Integer, List<String>> anchors(LibraryFile file) {
        Map<Integer, List<String>> anchors = new HashMap<>();
        file.lines()
                .forEach((name, line) ->
                        anchors.computeIfAbsent(line.intValue(), _ -> new ArrayList<>()).add(name));
        return anchors;
    }

    /** Returns links to the members of a file that have a comment. */
    List<Sidebar.Item> inside(LibraryFile file) {
        return file.comments().keySet().stream()
                .filter(name -> !name.equals(file.type()))
                .map(name -> new Sidebar.Item("#" + name, "", name))
                .toList();
    }
}
