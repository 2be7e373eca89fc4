//SOURCES Choices.java ../notebook/Notebook.java
package kit.exercise;

import module java.base;

import kit.notebook.Notebook;
import kit.notebook.Notebook.Cell;
import kit.notebook.Notebook.Type;

/**
 * The one file of an exercise, a notebook in {@code notebooks/exercises}. It is the solved
 * exercise, a program that compiles and runs. What the reader gets is made from it.
 *
 * @param name its name: that of its chapter, an underscore and a number
 * @param title its title
 * @param kind what the reader does: repair, write, predict, test or find
 * @param idea the chapter's idea that it teaches
 * @param notebook its cells
 */
public record ExerciseSource(
        String name, String title, String kind, String idea, Notebook notebook) {
    private static final Pattern NAME = Pattern.compile("(\\w+)_(\\d+)");
    private static final Pattern KIND =
            Pattern.compile("(?m)^\\*\\*(Repair|Write|Predict|Test|Find)\\.\\*\\* (.+)$");
    private static final Pattern ITEM = Pattern.compile("(?m)^(?:\\d+\\.|-) ");
    private static final String HINTS = "## Hints";
    private static final String EXPLANATION = "## Solution";
    private static final String ATTEMPTS = "## Wrong attempts";

    /** The lines for the check alone: its library is not part of the reader's file. */
    private static final Pattern OF_THE_CHECK =
            Pattern.compile("import (static )?exercise\\..*|//SOURCES .*/lib/exercise/.*");

    /** Where the library is, seen from the source. */
    private static final String LIBRARY = "../../lib/";

    /** The start of a link to a chapter, or to the library. */
    private static final Pattern LINK = Pattern.compile("]\\(\\.\\./(\\.\\./lib/)?");

    /**
     * Parses the text of an exercise.
     *
     * @throws IllegalArgumentException if something is missing in it; the message says what
     */
    public static ExerciseSource parse(String name, String text) {
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException(name + ": the name must be CHAPTER_1");
        try {
            var notebook = Notebook.parse(text);
            var kind = KIND.matcher(text.replaceAll("(?m)^// ", ""));
            if (!kind.find())
                throw new IllegalArgumentException("no line like '**Repair.** The idea'");
            String doing = kind.group(1).toLowerCase(Locale.ROOT);
            var source = new ExerciseSource(name, notebook.title(), doing, kind.group(2), notebook);
            for (String part : List.of(HINTS, EXPLANATION, ATTEMPTS)) source.part(part);
            source.choose(Choices.SOLUTION);
            if (source.check().isBlank())
                throw new IllegalArgumentException("no cell '" + Type.CHECK.marker() + "'");
            return source;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Returns the name of the chapter. */
    public String chapter() {
        return NAME.matcher(name).replaceFirst("$1");
    }

    /** Returns the number among the exercises of the chapter, from 1. */
    public int number() {
        return Integer.parseInt(NAME.matcher(name).replaceFirst("$2"));
    }

    /** Returns the task: the first Markdown cell, with the title. */
    public String task() {
        return notebook.cells().stream()
                .filter(cell -> cell.type() == Type.MARKDOWN)
                .findFirst()
                .orElseThrow()
                .source();
    }

    /** Returns the hints, in the order in which they are given. */
    public List<String> hints() {
        return items(part(HINTS));
    }

    /** Returns the explanation of the solution, in Markdown. */
    public String explanation() {
        return part(EXPLANATION);
    }

    /**
     * Returns what the check says about each variant that is wrong, the start among them. In a
     * message {@code [...]} is any text, and its lines are joined.
     */
    public Map<String, String> attempts() {
        Map<String, String> attempts = new LinkedHashMap<>();
        for (String item : items(part(ATTEMPTS))) {
            String[] words = item.split(": ", 2);
            if (words.length < 2) throw new IllegalArgumentException("no message: " + item);
            attempts.put(words[0], words[1]);
        }
        return attempts;
    }

    /** Returns the names of the variants in the code, apart from the solution. */
    public Set<String> variants() {
        Set<String> names = new LinkedHashSet<>();
        code().forEach(cell -> names.addAll(Choices.names(cell.source())));
        names.remove(Choices.SOLUTION);
        return names;
    }

    /**
     * Returns the reader's file: the task and the code of one variant.
     *
     * @param variant {@code start}, {@code solution} or the name of a wrong attempt
     * @param library where the library's folder is, seen from the file
     */
    public String text(String variant, String library) {
        List<Cell> cells = new ArrayList<>();
        for (Cell cell : choose(variant)) {
            if (cell.type() == Type.CHECK || isBackMatter(cell)) continue;
            String source =
                    cell.source()
                            .lines()
                            .filter(line -> !OF_THE_CHECK.matcher(line).matches())
                            .map(line -> atHome(line, library))
                            .collect(Collectors.joining("\n"));
            cells.add(new Cell(cell.type(), source));
        }
        cells.add(new Cell(Type.ACTIVE, "check(\"" + name + "\");"));
        return new Notebook(cells).text();
    }

    /** Returns a line with its sources and links as the reader's file needs them. */
    private static String atHome(String line, String library) {
        if (line.startsWith("//SOURCES ")) return line.replace(LIBRARY, library + "/");
        String notebooks = library.replaceAll("lib$", "notebooks");
        return LINK.matcher(line)
                .replaceAll(link -> "](" + (link.group(1) == null ? notebooks : library) + "/");
    }

    /** Returns the starting file for the folder {@code exercises} of the checkout. */
    public String start() {
        return text(Choices.START, "../lib");
    }

    /** Returns the cells of code that the reader has to change, as the solution has them. */
    public String solution() {
        return code().filter(cell -> Choices.in(cell.source()))
                .map(cell -> Choices.choose(cell.source(), Choices.SOLUTION))
                .collect(Collectors.joining("\n\n"));
    }

    /** Returns the code of the check: members of the reader's class, or snippets. */
    public String check() {
        return notebook.cells().stream()
                .filter(cell -> cell.type() == Type.CHECK)
                .map(Cell::source)
                .collect(Collectors.joining("\n\n"));
    }

    /** Returns the import lines, also those of the check. */
    public List<String> imports() {
        return notebook.cells()
                .getFirst()
                .source()
                .lines()
                .filter(line -> line.startsWith("import "))
                .toList();
    }

    private Stream<Cell> code() {
        return notebook.cells().stream().filter(cell -> cell.type() == Type.CODE);
    }

    private List<Cell> choose(String variant) {
        return notebook.cells().stream()
                .map(cell ->
                        cell.type() == Type.CODE
                                ? new Cell(cell.type(), Choices.choose(cell.source(), variant))
                                : cell)
                .toList();
    }

    private static boolean isBackMatter(Cell cell) {
        return cell.type() == Type.MARKDOWN
                && Stream.of(HINTS, EXPLANATION, ATTEMPTS).anyMatch(cell.source()::startsWith);
    }

    /** Returns what stands below a heading in the back matter. */
    private String part(String heading) {
        String all =
                notebook.cells().stream()
                        .filter(ExerciseSource::isBackMatter)
                        .map(cell -> cell.source() + "\n")
                        .collect(Collectors.joining("\n"));
        int start = ("\n" + all).indexOf("\n" + heading + "\n");
        if (start < 0) throw new IllegalArgumentException("no '" + heading + "'");
        String rest = all.substring(start + heading.length());
        int end = rest.indexOf("\n## ");
        return (end < 0 ? rest : rest.substring(0, end)).strip();
    }

    /** Returns the items of a list, each on one line. */
    private static List<String> items(String list) {
        return ITEM.splitAsStream(list)
                .map(item -> item.strip().replaceAll("\\s*\n\\s*", " "))
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
