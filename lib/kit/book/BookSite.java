//DEPS com.google.code.gson:gson:2.15.0
//DEPS org.webjars:highlightjs:11.11.1
//DEPS org.webjars.npm:lunr:2.3.9
//SOURCES Appendix.java CellOutputs.java ChapterPage.java ../notebook/Chapters.java
//SOURCES Contents.java Fonts.java Library.java LibraryPages.java ../notebook/Notebook.java
//SOURCES PlayerFiles.java Prose.java RememberedRuns.java Road.java
//SOURCES Sidebar.java Template.java
package kit.book;

import module java.base;

import com.google.gson.Gson;

import kit.notebook.Chapters;
import kit.notebook.Notebook;

/** Writes the pages of the book into a folder. They need no server and no network. */
final class BookSite {
    private static final List<String> FILES =
            List.of("book.css", "charts.css", "book.js", "theme.js");
    private static final String WEBJARS = "META-INF/resources/webjars/";

    private final Path folder;
    private final Library library = new Library();
    private final LibraryPages libraryPages = new LibraryPages(library);
    private List<Sidebar.Group> groups = List.of();
    private List<Chapter> chapters = List.of();
    private final List<Map<String, String>> found = new ArrayList<>();

    /**
     * One chapter to write.
     *
     * @param entry its entry in the catalog
     * @param notebook its cells
     * @param outputs what they print
     * @param recordings the recordings of its player blocks, in JSON, in their order; an empty text
     *     for a block without one
     */
    record Chapter(
            Chapters.Chapter entry,
            Notebook notebook,
            Map<Notebook.Cell, CellOutputs.Output> outputs,
            List<String> recordings) {
        /** Makes a chapter of a notebook and of what its run has found. */
        static Chapter of(Chapters.Chapter entry, Notebook notebook, RememberedRuns.Run run) {
            // Two cells may have the same text.
            Map<Notebook.Cell, CellOutputs.Output> outputs = new IdentityHashMap<>();
            var next = run.outputs().iterator();
            for (Notebook.Cell cell : notebook.cells())
                if (cell.type() == Notebook.Type.ACTIVE && next.hasNext())
                    outputs.put(cell, next.next());
            return new Chapter(entry, notebook, outputs, run.recordings());
        }

        /**
         * Returns this chapter with other cells: those that are in both have their outputs, and the
         * others have none.
         */
        Chapter withOutputsFor(Notebook changed) {
            Map<Notebook.Cell, CellOutputs.Output> known = new HashMap<>();
            outputs.forEach(known::put);
            Map<Notebook.Cell, CellOutputs.Output> kept = new IdentityHashMap<>();
            for (Notebook.Cell cell : changed.cells())
                if (known.containsKey(cell)) kept.put(cell, known.get(cell));
            return new Chapter(entry, changed, kept, recordings);
        }

        String url() {
            return entry.name() + ".html";
        }

        String title() {
            return entry.number() + ". " + notebook.title();
        }

        Map<String, String> link() {
            return Map.of(
                    "url",
                    url(),
                    "title",
                    title(),
                    "number",
                    "" + entry.number(),
                    "plain",
                    notebook.title(),
                    "name",
                    entry.name(),
                    "buildsOn",
                    String.join(", ", entry.buildsOn()),
                    "description",
                    entry.description());
        }
    }

    BookSite(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Returns the file of the first page. */
    Path index() {
        return folder.resolve("index.html");
    }

    /** Writes all pages. */
    void write(List<Chapter> chapters) throws IOException {
        found.clear();
        this.chapters = List.copyOf(chapters);
        List<Appendix> appendices = Appendix.all();
        groups = groups(appendices);
        for (int i = 0; i < chapters.size(); i++) writeChapter(chapters, i);
        for (Appendix appendix : appendices) writeAppendix(appendix);
        String contents = Contents.html(chapters, appendices, library, new Road(chapters));
        writePage(
                "index.html", page("index.html", "Asynchronous I/O in Java", contents), List.of());
        writeLibrary();
        writeSearch();
        List<String> files = new ArrayList<>(FILES);
        files.addAll(PlayerFiles.NAMES);
        for (String file : files)
            Files.copy(
                    Template.FOLDER.resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("fonts.css"), Fonts.css());
        copyFromJar("highlightjs/11.11.1/highlight.min.js");
        copyFromJar("lunr/2.3.9/lunr.min.js");
    }

    /** Returns the parts of the book, and the appendix. */
    private List<Sidebar.Group> groups(List<Appendix> appendices) {
        List<Sidebar.Group> groups = new ArrayList<>();
        for (Chapter chapter : chapters) {
            String part = chapter.entry().part();
            if (groups.isEmpty() || !groups.getLast().title().equals(part))
                groups.add(new Sidebar.Group(part, groups.size() + 1, new ArrayList<>()));
            String number = "" + chapter.entry().number();
            groups.getLast()
                    .items()
                    .add(new Sidebar.Item(chapter.url(), number, chapter.notebook().title()));
        }
        List<Sidebar.Item> rest = new ArrayList<>();
        for (Appendix appendix : appendices)
            rest.add(new Sidebar.Item(appendix.url(), "", appendix.title()));
        rest.add(new Sidebar.Item("library.html", "", "The library"));
        groups.add(new Sidebar.Group("Appendix", 0, rest));
        return groups;
    }

    /** Writes one chapter's page again. The other pages still have the title that they know. */
    void rewrite(List<Chapter> chapters, int i) throws IOException {
        forget(chapters.get(i).url());
        writeChapter(chapters, i);
        writeSearch();
    }

    /** Writes a page of the appendix again. */
    void rewrite(Appendix appendix) throws IOException {
        forget(appendix.url());
        writeAppendix(appendix);
        writeSearch();
    }

    private void forget(String url) {
        found.removeIf(section -> section.get("url").startsWith(url + "#"));
    }

    private void writeSearch() throws IOException {
        Files.writeString(
                folder.resolve("search.js"),
                "const SECTIONS = " + new Gson().toJson(found) + ";\n");
    }

    private void writeChapter(List<Chapter> chapters, int i) throws IOException {
        Chapter chapter = chapters.get(i);
        List<String> players = writeRecordings(chapter);
        var content = new ChapterPage(chapter, library, players);
        libraryPages.note(chapter.url(), content.names());
        addToSearch(content.prose(), chapter.url(), chapter.title());
        int part =
                1
                        + groups.stream()
                                .map(Sidebar.Group::title)
                                .toList()
                                .indexOf(chapter.entry().part());
        List<Map<String, String>> buildsOn =
                chapters.stream()
                        .filter(other -> chapter.entry().buildsOn().contains(other.entry().name()))
                        .map(Chapter::link)
                        .toList();
        var page = page(chapter.url(), chapter.title(), content.content(part, buildsOn));
        page.put("description", chapter.entry().description());
        page.put("players", players.stream().anyMatch(name -> !name.isEmpty()));
        if (i > 0) page.put("previous", chapters.get(i - 1).link());
        if (i + 1 < chapters.size()) page.put("next", chapters.get(i + 1).link());
        writePage(chapter.url(), page, content.sections());
    }

    private void writeAppendix(Appendix appendix) throws IOException {
        var prose = new Prose(library);
        var page = page(appendix.url(), appendix.title(), prose.html(appendix.text()));
        List<Sidebar.Item> sections =
                prose.sections().stream()
                        .filter(section -> section.level() == 2)
                        .map(section ->
                                new Sidebar.Item("#" + section.anchor(), "", section.title()))
                        .toList();
        writePage(appendix.url(), page, sections);
        addToSearch(prose, appendix.url(), appendix.title());
    }

    private void addToSearch(Prose prose, String url, String title) {
        for (var section : prose.sections())
            addToSearch(url + "#" + section.anchor(), section.title(), title, section.text());
    }

    private void copyFromJar(String resource) throws IOException {
        Path target = folder.resolve(resource.replaceAll(".*/", ""));
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(WEBJARS + resource)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes a chapter's recordings, and returns their names; empty for one that isn't there. */
    private List<String> writeRecordings(Chapter chapter) throws IOException {
        Path recordings = Files.createDirectories(folder.resolve("recordings"));
        List<String> names = new ArrayList<>();
        for (String json : chapter.recordings()) {
            String name = chapter.entry().name() + "-" + (names.size() + 1);
            // A page that was opened as a file may load scripts, but nothing else.
            String script = "addRecording(\"%s\", %s);\n".formatted(name, json);
            if (!json.isEmpty()) Files.writeString(recordings.resolve(name + ".js"), script);
            names.add(json.isEmpty() ? "" : name);
        }
        return names;
    }

    private void writeLibrary() throws IOException {
        Map<String, Map<String, String>> links = new HashMap<>();
        for (Chapter chapter : chapters) links.put(chapter.url(), chapter.link());
        List<Sidebar.Group> packages = libraryPages.groups();
        for (LibraryFile file : library.files()) {
            String url = Library.page(file.type());
            var page = page(url, file.type(), libraryPages.content(file, links));
            page.put("sidebar", Sidebar.html(packages, url, libraryPages.inside(file)));
            writePage(url, page, List.of());
            addToSearch(url, file.type(), file.packageName(), file.documentation());
        }
        var page = page("library.html", "The library", libraryPages.contents());
        page.put("sidebar", Sidebar.html(packages, "library.html", List.of()));
        writePage("library.html", page, List.of());
    }

    private void addToSearch(String url, String title, String chapter, CharSequence text) {
        found.add(Map.of("url", url, "title", title, "chapter", chapter, "text", text.toString()));
    }

    private static Map<String, Object> page(String url, String title, String content) {
        return new HashMap<>(Map.of("url", url, "title", title, "content", content));
    }

    private void writePage(String url, Map<String, Object> page, List<Sidebar.Item> inside)
            throws IOException {
        page.put("player", String.join(" ", PlayerFiles.SCRIPTS));
        page.computeIfAbsent("sidebar", _ -> Sidebar.html(groups, url, inside));
        Files.writeString(folder.resolve(url), Template.render("page.html", page));
    }
}
