package kit.notebook;

import module java.base;

/**
 * The cells of a chapter, which the {@code // } lines of its file separate (Jupytext's percent
 * format).
 *
 * @param cells the cells, from top to bottom
 */
public record Notebook(List<Cell> cells) {
    private static final String COMMENT = "//";

    /** The types of cells, each with the line that starts it. */
    public enum Type {
        /** Java code. */
        CODE("// %%"),
        /** Prose. */
        MARKDOWN("// %% [markdown]"),
        /** Java code that only Jupyter runs: a comment in the file, tagged {@code active-ipynb}. */
        ACTIVE("// %% tags=[\"active-ipynb\"]"),
        /** Java code that checks an exercise, and that the reader's file doesn't have. */
        CHECK("// %% tags=[\"check\"]");

        private final String marker;

        Type(String marker) {
            this.marker = marker;
        }

        /** Returns the line that starts a cell of this type. */
        public String marker() {
            return marker;
        }

        /** Returns whether the cell's lines are code in the file, and not comments. */
        private boolean isCode() {
            return this == CODE || this == CHECK;
        }

        private static Type of(String line) {
            return Stream.of(values())
                    .filter(type -> type.marker.equals(line))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("no cell starts like this: " + line));
        }
    }

    /**
     * One cell.
     *
     * @param type its type
     * @param source its text, without comment signs and without a line end at the end
     */
    public record Cell(Type type, String source) {
        private String text() {
            String body =
                    type.isCode()
                            ? source
                            : source.lines().map(Cell::commented).collect(Collectors.joining("\n"));
            return type.marker + "\n" + (body.isEmpty() ? "" : body + "\n");
        }

        private static String commented(String line) {
            return line.isEmpty() ? COMMENT : COMMENT + " " + line;
        }

        private static String uncommented(String line) {
            return line.startsWith(COMMENT + " ")
                    ? line.substring(COMMENT.length() + 1)
                    : line.replaceFirst("^//", "");
        }

        private static Cell of(Type type, List<String> lines) {
            var source = type.isCode() ? lines.stream() : lines.stream().map(Cell::uncommented);
            return new Cell(type, source.collect(Collectors.joining("\n")).stripTrailing());
        }
    }

    /**
     * Returns the cells of a chapter's text.
     *
     * @throws IllegalArgumentException if it does not start with a cell, or a cell has an unknown
     *     type
     */
    public static Notebook parse(String text) {
        List<Cell> cells = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int start = 0, next; start < lines.size(); start = next) {
            next = start + 1;
            while (next < lines.size() && !lines.get(next).startsWith("// %%")) next++;
            cells.add(Cell.of(Type.of(lines.get(start)), lines.subList(start + 1, next)));
        }
        return new Notebook(cells);
    }

    /** Returns the text of the chapter. */
    public String text() {
        return cells.stream().map(Cell::text).collect(Collectors.joining("\n"));
    }

    /**
     * A line of a chapter.
     *
     * @param line its number in the chapter's file, from 1
     * @param text its text
     */
    public record Line(int line, String text) {}

    /** Returns the lines of the code cells except the first, which has directives and imports. */
    public List<Line> codeLines() {
        List<Line> lines = new ArrayList<>();
        List<Integer> firsts = firstLines();
        for (int c = 1; c < cells.size(); c++) {
            List<String> source = cells.get(c).source().lines().toList();
            if (cells.get(c).type() != Type.CODE) continue;
            for (int i = 0; i < source.size(); i++)
                lines.add(new Line(firsts.get(c) + i, source.get(i)));
        }
        return lines;
    }

    /** Returns the number, from 1, of each cell's first line of text in the chapter's file. */
    public List<Integer> firstLines() {
        List<Integer> firsts = new ArrayList<>();
        int marker = 1;
        for (Cell cell : cells) {
            firsts.add(marker + 1);
            // An empty line separates the cells.
            marker += (int) cell.source().lines().count() + 2;
        }
        return firsts;
    }

    /** Returns the title: the first heading of level 1 in a Markdown cell. */
    public String title() {
        return cells.stream()
                .filter(cell -> cell.type() == Type.MARKDOWN)
                .flatMap(cell -> cell.source().lines())
                .filter(line -> line.startsWith("# "))
                .map(line -> line.substring("# ".length()))
                .findFirst()
                .orElse("");
    }
}
