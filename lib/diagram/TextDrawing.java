//SOURCES Interaction.java
package diagram;

import module java.base;

/**
 * Draws a sequence diagram with ASCII characters, for a terminal: {@code #} marks who runs, and
 * {@code |} who is suspended.
 */
final class TextDrawing {
    private final Interaction interaction;

    /** The column of each lifeline. */
    private final int[] columns;

    private TextDrawing(Interaction interaction) {
        this.interaction = interaction;
        columns = columns(interaction);
    }

    /** Returns the lines of the drawing, each with its line end. */
    static String of(Interaction interaction) {
        return new TextDrawing(interaction).draw();
    }

    /** Returns columns with enough room between them for the names and the labels. */
    private static int[] columns(Interaction interaction) {
        List<Interaction.Lifeline> lifelines = interaction.lifelines();
        int[] columns = new int[lifelines.size()];
        for (int i = 1; i < columns.length; i++) {
            int least = columns[i - 1] + lifelines.get(i - 1).name().length() + 2;
            for (Row row : interaction.rows()) {
                boolean ends = row.right() == i;
                boolean isNote = row.kind() == Row.Kind.NOTE && row.from() == i - 1;
                if (ends && row.left() < i || isNote) {
                    int start = columns[row.left()];
                    least = Math.max(least, start + arrow(row, 0).length() + 1);
                }
            }
            columns[i] = least;
        }
        return columns;
    }

    private String draw() {
        var text = new StringBuilder();
        for (int i = 0; i < columns.length; i++) {
            pad(text, columns[i]);
            text.append(interaction.lifelines().get(i).name());
        }
        text.append('\n');
        for (int row = 0; row < interaction.rows().size(); row++) {
            var line = lifelines(row);
            write(line, interaction.rows().get(row));
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static void pad(StringBuilder line, int width) {
        int start = line.lastIndexOf("\n") + 1;
        while (line.length() - start < width) line.append(' ');
    }

    /** Returns a line with the lifelines as they are after this row. */
    private StringBuilder lifelines(int row) {
        var line = new StringBuilder();
        int running = interaction.rows().get(row).running();
        for (int i = 0; i < columns.length; i++) {
            var lifeline = interaction.lifelines().get(i);
            pad(line, columns[i]);
            if (lifeline.last() == row) line.append('X');
            else line.append(!lifeline.isAliveAfter(row) ? ' ' : i == running ? '#' : '|');
        }
        return line;
    }

    private void write(StringBuilder line, Row row) {
        int start = columns[row.left()] + 1;
        int width = row.kind() == Row.Kind.NOTE ? 0 : columns[row.right()] - start;
        String arrow = arrow(row, width);
        pad(line, start + arrow.length());
        line.replace(start, start + arrow.length(), arrow);
    }

    /** Returns a row's arrow and label, at least this wide. */
    private static String arrow(Row row, int width) {
        if (row.kind() == Row.Kind.NOTE) return " (" + row.label() + ")";
        String line = row.isDashed() ? "." : "-";
        boolean toTheRight = row.from() < row.to();
        String start = (toTheRight ? line : "<") + line + " " + row.label() + " ";
        String end = toTheRight ? line + ">" : line + line;
        return start + line.repeat(Math.max(0, width - start.length() - end.length())) + end;
    }
}
