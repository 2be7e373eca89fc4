//DEPS com.google.code.gson:gson:2.15.0
//DEPS com.samskivert:jmustache:1.16
//DEPS org.webjars:highlightjs:11.11.1
//DEPS org.webjars.npm:lunr:2.3.9
//SOURCES Appendix.java CellOutputs.java ChapterExercise.java ../notebook/Chapters.java
//SOURCES Diagram.java ../exercise/Course.java Library.java ../notebook/Notebook.java
//SOURCES ../notebook/Pictures.java PlayerFiles.java Prose.java Readme.java
//SOURCES RememberedRuns.java
package kit.book;

import module java.base;

import com.google.gson.Gson;
import com.samskivert.mustache.Mustache;

import kit.Checkout;
import kit.exercise.Course;
import kit.notebook.Chapters;
import kit.notebook.Notebook;
import kit.notebook.Pictures;

/** Writes the pages of the book into a folder. They need no server and no network. */
final class BookSite {
    private static final Path TEMPLATES = Checkout.ROOT.resolve("lib/kit/book");
    private static final String WEBJARS = "META-INF/resources/webjars/";

    private final Path folder;
    private final Library library = new Library();
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
                    "name",
                    entry.name(),
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
        for (int i = 0; i < chapters.size(); i++) writeChapter(chapters, i);
        List<Appendix> appendices = Appendix.all();
        for (Appendix appendix : appendices) writeAppendix(appendix);
        writeIndex(chapters, appendices);
        writeLibrary();
        writeSearch();
        List<String> files = new ArrayList<>(List.of("book.css", "book.js", "theme.js"));
        files.addAll(PlayerFiles.NAMES);
        for (String file : files)
            Files.copy(
                    TEMPLATES.resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        Pictures.copy(folder);
        copyFromJar("highlightjs/11.11.1/highlight.min.js");
        copyFromJar("lunr/2.3.9/lunr.min.js");
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
        Map<String, Object> page = new HashMap<>();
        if (i > 0) page.put("previous", chapters.get(i - 1).link());
        if (i + 1 < chapters.size()) page.put("next", chapters.get(i + 1).link());
        writeChapter(chapters.get(i), page);
    }

    private void writeIndex(List<Chapter> chapters, List<Appendix> appendices) throws IOException {
        Map<String, List<Map<String, String>>> parts = new LinkedHashMap<>();
        for (Chapter chapter : chapters)
            parts.computeIfAbsent(chapter.entry().part(), _ -> new ArrayList<>())
                    .add(chapter.link());
        var prose = new Prose(library);
        Map<String, Object> contents = new HashMap<>();
        contents.put(
                "before", prose.html(Readme.sections("Who it is for", "Java 25 in this book")));
        contents.put(
                "parts",
                parts.entrySet().stream()
                        .map(part -> Map.of("name", part.getKey(), "chapters", part.getValue()))
                        .toList());
        contents.put("appendices", appendices.stream().map(Appendix::link).toList());
        contents.put("after", prose.html(Readme.sections("Where the story comes from")));
        writePage("index.html", "Asynchronous I/O in Java", render("index.html", contents));
    }

    private void writeAppendix(Appendix appendix) throws IOException {
        var prose = new Prose(library);
        writePage(appendix.url(), appendix.title(), prose.html(appendix.text()));
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

    private void writeChapter(Chapter chapter, Map<String, Object> page) throws IOException {
        List<String> players = writeRecordings(chapter);
        var prose = new Prose(library, players);
        List<Map<String, Object>> parts = new ArrayList<>();
        for (Notebook.Cell cell : chapter.notebook().cells()) {
            Map<String, Object> part = new HashMap<>();
            part.put("first", parts.isEmpty());
            if (cell.type() == Notebook.Type.MARKDOWN) {
                part.put("prose", prose.html(numbered(cell.source(), chapter)));
            } else {
                part.put("code", cell.source());
                part.put("active", cell.type() == Notebook.Type.ACTIVE);
                var output = chapter.outputs().getOrDefault(cell, CellOutputs.Output.NONE);
                part.put("output", output.text());
                part.put("picture", output.picture());
            }
            parts.add(part);
        }
        // The title comes before the directives and imports, which are folded up.
        parts.add(1, parts.removeFirst());
        for (String name : Course.EXERCISES.of(chapter.entry().name())) {
            var exercise = new ChapterExercise(Course.EXERCISES.find(name));
            parts.add(Map.of("prose", render("exercise.html", exercise.values(prose, library))));
        }
        String url = chapter.url();
        String title = chapter.title();
        addToSearch(prose, url, title);
        page.put("players", elements(players));
        page.put("content", render("chapter.html", Map.of("parts", parts)));
        page.put("title", title);
        Files.writeString(folder.resolve(url), render("page.html", page));
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

    /** Returns the elements for the head of a page with these players. */
    private static String elements(List<String> players) {
        var scripts = new StringBuilder();
        for (String name : players) {
            if (!name.isEmpty())
                scripts.append(
                        "<script src=\"recordings/%s.js\" defer></script>\n".formatted(name));
        }
        return scripts.isEmpty() ? "" : PlayerFiles.elements() + "\n" + scripts;
    }

    /** Puts the chapter's number, which its file doesn't know, before its title. */
    private static String numbered(String markdown, Chapter chapter) {
        return markdown.replaceFirst("\\A# ", "# " + chapter.entry().number() + ". ");
    }

    private void writeLibrary() throws IOException {
        Map<String, List<Map<String, String>>> packages = new LinkedHashMap<>();
        for (LibraryFile file : library.files()) {
            String type = file.type();
            String url = Library.page(type);
            packages.computeIfAbsent(file.packageName(), _ -> new ArrayList<>())
                    .add(Map.of("name", type, "url", url));
            Map<String, Object> values = new HashMap<>();
            values.put("name", type);
            values.put("package", file.packageName());
            values.put("gutter", Library.gutter(file));
            values.put("source", file.text());
            writePage(url, type, render("source.html", values));
            addToSearch(url, type, file.packageName(), file.documentation());
        }
        var list =
                packages.entrySet().stream()
                        .map(entry -> Map.of("name", entry.getKey(), "types", entry.getValue()))
                        .toList();
        writePage("library.html", "The library", render("library.html", Map.of("packages", list)));
    }

    private void addToSearch(String url, String title, String chapter, CharSequence text) {
        found.add(Map.of("url", url, "title", title, "chapter", chapter, "text", text.toString()));
    }

    private void writePage(String url, String title, String content) throws IOException {
        Map<String, Object> page = Map.of("title", title, "content", content);
        Files.writeString(folder.resolve(url), render("page.html", page));
    }

    private static String render(String template, Map<String, ?> values) {
        try {
            String text = Files.readString(TEMPLATES.resolve(template));
            return Mustache.compiler()
                    .defaultValue("")
                    .emptyStringIsFalse(true)
                    .compile(text)
                    .execute(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
