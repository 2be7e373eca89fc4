//SOURCES BookSite.java ChapterExercise.java ChapterNames.java CodeListing.java
//SOURCES ../exercise/Course.java Prose.java Template.java
package kit.book;

import module java.base;

import kit.exercise.Course;
import kit.notebook.Notebook;

/** The page of one chapter, from its cells and what they printed. */
final class ChapterPage {
    private final BookSite.Chapter chapter;
    private final ChapterNames names;
    private final Prose prose;
    private final List<Map<String, Object>> parts = new ArrayList<>();

    /**
     * Renders a chapter.
     *
     * @param chapter the chapter
     * @param library for links
     * @param players the names of its recordings
     */
    ChapterPage(BookSite.Chapter chapter, Library library, List<String> players)
            throws IOException {
        this.chapter = chapter;
        names = new ChapterNames(library, chapter.notebook());
        prose = new Prose(names, players);
        List<Notebook.Cell> cells = chapter.notebook().cells();
        List<Integer> lines = chapter.notebook().firstLines();
        for (int i = 0; i < cells.size(); i++)
            if (cells.get(i).type() == Notebook.Type.MARKDOWN) addProse(cells.get(i));
            else addCode(cells.get(i), lines.get(i));
        // The title comes before the directives and imports, which are folded up.
        parts.add(1, parts.removeFirst());
        for (String name : Course.EXERCISES.of(chapter.entry().name())) {
            var exercise = new ChapterExercise(Course.EXERCISES.find(name));
            var values = exercise.values(prose, library);
            parts.add(Map.of("prose", Template.render("exercise.html", values)));
        }
    }

    private void addProse(Notebook.Cell cell) {
        // The file doesn't know the chapter's number.
        String title = "# " + chapter.entry().number() + ". ";
        String html = prose.html(cell.source().replaceFirst("\\A# ", title));
        parts.add(Map.of("prose", html));
    }

    private void addCode(Notebook.Cell cell, int line) {
        Map<String, Object> part = new HashMap<>();
        part.put("first", parts.isEmpty());
        part.put("code", CodeListing.html(cell.source(), line, names));
        part.put("active", cell.type() == Notebook.Type.ACTIVE);
        var output = chapter.outputs().getOrDefault(cell, CellOutputs.Output.NONE);
        part.put("output", output.text());
        part.put("picture", output.picture());
        parts.add(part);
    }

    /**
     * Returns the page's content.
     *
     * @param part the number of its part, from 1
     * @param buildsOn the chapters to read before
     */
    String content(int part, List<Map<String, String>> buildsOn) {
        Map<String, Object> facts = new HashMap<>();
        facts.put("name", chapter.entry().name());
        facts.put("description", chapter.entry().description());
        facts.put("buildsOn", buildsOn);
        facts.put("has", !buildsOn.isEmpty());
        String first = (String) parts.getFirst().getOrDefault("prose", "");
        int heading = first.indexOf("</h1>");
        int end = heading < 0 ? 0 : heading + "</h1>".length();
        Map<String, Object> values = new HashMap<>();
        values.put("number", part);
        values.put("part", chapter.entry().part());
        values.put("title", first.substring(0, end));
        values.put("facts", Template.render("facts.html", facts));
        values.put("opening", first.substring(end));
        values.put("parts", parts.subList(1, parts.size()));
        return Template.render("chapter.html", values);
    }

    /** Returns the prose, with its sections. */
    Prose prose() {
        return prose;
    }

    /** Returns the names, with what the chapter explains and uses. */
    ChapterNames names() {
        return names;
    }

    /** Returns links to the page's sections. */
    List<Sidebar.Item> sections() {
        return prose.sections().stream()
                .filter(section -> section.level() == 2)
                .map(section -> new Sidebar.Item("#" + section.anchor(), "", section.title()))
                .toList();
    }
}
