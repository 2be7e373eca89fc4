package chart;

import module java.base;

/**
 * A chart as plain text, as a measurement prints it and as a chapter shows it. The book draws it;
 * elsewhere the text is a table.
 *
 * <pre>
 *   CPU time of a request, in microseconds             the title, with the unit
 *   $ ./jbang measure_servers                          the command that measured it
 *   2 processors (AMD EPYC), Linux 6.18, Java 25       where
 *
 *   server           median  low  high                 at least two spaces between columns
 *   only reads                                         a heading over some rows
 *   nio_server           48   46    51
 *   aio_server          30*   30    32                 a star refers to the note
 *
 *   *: the load was the limit                          a note; there may be none
 * </pre>
 *
 * Columns named {@code low} and {@code high} are the spread of the column before them. A cell
 * {@code -} has no value.
 *
 * @param title what is measured, and in which unit
 * @param command the command that measured it
 * @param machine what it ran on
 * @param head the names of the columns; the first one is what the rows are
 * @param rows the rows
 * @param note the text below the table; empty if there is none
 */
public record ChartText(
        String title,
        String command,
        String machine,
        List<String> head,
        List<Row> rows,
        String note) {
    private static final String LOW = "low";
    private static final String HIGH = "high";
    private static final String PROMPT = "$ ";

    /**
     * A row.
     *
     * @param name its name; for a line chart, a number
     * @param cells the texts of its other columns; empty for a heading
     */
    public record Row(String name, List<String> cells) {
        /** Returns whether it is a heading over the rows below it. */
        public boolean isHeading() {
            return cells.isEmpty();
        }
    }

    /**
     * A column of values.
     *
     * @param name its name
     * @param at its index in the cells of a row
     * @param hasSpread whether the columns after it are its lowest and its highest value
     */
    record Series(String name, int at, boolean hasSpread) {
        /** Returns the value in a row, or NaN. */
        double value(Row row) {
            return number(row.cells().get(at));
        }

        /** Returns whether the row has this column's lowest and highest value. */
        boolean hasSpread(Row row) {
            return hasSpread
                    && !Double.isNaN(number(row.cells().get(at + 1)))
                    && !Double.isNaN(number(row.cells().get(at + 2)));
        }

        double low(Row row) {
            return hasSpread(row) ? number(row.cells().get(at + 1)) : value(row);
        }

        double high(Row row) {
            return hasSpread(row) ? number(row.cells().get(at + 2)) : value(row);
        }

        String label(Row row) {
            return row.cells().get(at);
        }

        /** Returns the value and its spread, for people. */
        String words(Row row) {
            String spread =
                    hasSpread(row)
                            ? " (%s to %s)"
                                    .formatted(row.cells().get(at + 1), row.cells().get(at + 2))
                            : "";
            return label(row) + spread;
        }
    }

    /**
     * Parses a text.
     *
     * @throws IllegalArgumentException if it isn't a chart; the message says what is wrong
     */
    public static ChartText parse(String text) {
        List<String> lines = text.strip().lines().toList();
        if (lines.size() < 6 || !lines.get(1).startsWith(PROMPT) || !lines.get(3).isEmpty())
            throw new IllegalArgumentException(
                    "a chart has a title, a line '$ COMMAND', the machine, an empty line, and a"
                            + " table: "
                            + lines.stream().findFirst().orElse(""));
        List<String> table = lines.stream().skip(4).takeWhile(line -> !line.isEmpty()).toList();
        String note =
                lines.stream().skip(4 + table.size()).collect(Collectors.joining("\n")).strip();
        List<String> head = cells(table.getFirst());
        List<Row> rows = new ArrayList<>();
        for (String line : table.subList(1, table.size())) {
            List<String> cells = cells(line);
            if (cells.size() != 1 && cells.size() != head.size())
                throw new IllegalArgumentException(
                        lines.getFirst() + ": a row has other columns than the head: " + line);
            var row = new Row(cells.getFirst(), cells.subList(1, cells.size()));
            row.cells().forEach(ChartText::number);
            rows.add(row);
        }
        return new ChartText(
                lines.get(0),
                lines.get(1).substring(PROMPT.length()),
                lines.get(2),
                head,
                rows,
                note);
    }

    private static List<String> cells(String line) {
        return List.of(line.strip().split(" {2,}"));
    }

    static double number(String cell) {
        if (cell.equals("-")) return Double.NaN;
        try {
            return Double.parseDouble(cell.replaceAll("[,*%]", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a chart has numbers in its rows, not " + cell, e);
        }
    }

    /** Returns the columns with values, without those with their spreads. */
    List<Series> series() {
        List<Series> series = new ArrayList<>();
        for (int i = 1; i < head.size(); i++) {
            if (head.get(i).equals(LOW) || head.get(i).equals(HIGH)) continue;
            boolean hasSpread =
                    i + 2 < head.size()
                            && head.get(i + 1).equals(LOW)
                            && head.get(i + 2).equals(HIGH);
            series.add(new Series(head.get(i), i - 1, hasSpread));
        }
        return series;
    }

    /** Returns the text, in columns. */
    @Override
    public String toString() {
        int[] widths = new int[head.size()];
        List<List<String>> table = new ArrayList<>();
        table.add(head);
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(row.cells());
            cells.addFirst(row.name());
            table.add(cells);
        }
        for (List<String> cells : table)
            for (int i = 0; i < cells.size(); i++)
                widths[i] = Math.max(widths[i], cells.get(i).length());
        var lines = new StringJoiner("\n");
        lines.add(title).add(PROMPT + command).add(machine).add("");
        for (List<String> cells : table) {
            var line = new StringBuilder(left(cells.getFirst(), widths[0]));
            for (int i = 1; i < cells.size(); i++)
                line.append("  ").append(right(cells.get(i), widths[i]));
            lines.add(line.toString().stripTrailing());
        }
        if (!note.isEmpty()) lines.add("").add(note);
        return lines.toString();
    }

    private static String left(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String right(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }
}
