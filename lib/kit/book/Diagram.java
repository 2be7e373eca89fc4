package kit.book;

import module java.base;

/**
 * Draws a diagram of characters as SVG: {@code - | +} become lines, {@code > < ^ v} arrowheads, and
 * everything else stays text. The lines have the color of the text around them.
 */
final class Diagram {
    private static final int WIDTH = 9;
    private static final int HEIGHT = 18;
    private static final String TEXT_START =
            "<text x=\"%d\" y=\"%d\" textLength=\"%d\">%s</text>\n";
    private static final String LINE = "<path d=\"M%d %dL%d %d\"/>\n";
    private static final String HEAD = "<path class=\"head\" d=\"M%d %dL%d %dL%d %dZ\"/>\n";

    private final List<String> rows;
    private final StringBuilder svg = new StringBuilder();

    private Diagram(String text) {
        rows = text.lines().toList();
    }

    /** Returns the picture as an {@code <svg>} element. */
    static String svg(String text) {
        return new Diagram(text).draw();
    }

    private String draw() {
        int columns = rows.stream().mapToInt(String::length).max().orElse(0);
        int width = columns * WIDTH;
        int height = rows.size() * HEIGHT;
        svg.append(
                "<svg role=\"img\" aria-label=\"diagram\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(width, height, width, height));
        for (int y = 0; y < rows.size(); y++) drawRow(y);
        return svg.append("</svg>").toString();
    }

    private void drawRow(int y) {
        int columns = rows.get(y).length();
        for (int x = 0; x < columns; x++) {
            String shape = shape(x, y);
            svg.append(shape);
            if (!shape.isEmpty() || at(x, y) == ' ') continue;
            int end = x + 1;
            while (end < columns && shape(end, y).isEmpty() && !isGap(end, y)) end++;
            text(x, y, rows.get(y).substring(x, end).stripTrailing());
            x = end - 1;
        }
    }

    private boolean isGap(int x, int y) {
        return at(x, y) == ' ' && at(x + 1, y) == ' ';
    }

    /** Returns the lines to draw at this place; empty if there is text or a blank. */
    private String shape(int x, int y) {
        int left = x * WIDTH;
        int top = y * HEIGHT;
        int midX = left + WIDTH / 2;
        int midY = top + HEIGHT / 2;
        int right = left + WIDTH;
        int bottom = top + HEIGHT;
        boolean fromLeft = isHorizontal(x - 1, y) || at(x - 1, y) == '<';
        boolean fromRight = isHorizontal(x + 1, y) || at(x + 1, y) == '>';
        boolean alone = at(x - 1, y) == ' ' && at(x + 1, y) == ' ';
        return switch (at(x, y)) {
            case '|' -> line(midX, top, midX, bottom);
            case '-' -> isHorizontal(x, y) ? line(left, midY, right, midY) : "";
            case '+' ->
                    (fromLeft ? line(left, midY, midX, midY) : "")
                            + (fromRight ? line(midX, midY, right, midY) : "")
                            + (isVertical(at(x, y - 1), '^') ? line(midX, top, midX, midY) : "")
                            + (isVertical(at(x, y + 1), 'v') ? line(midX, midY, midX, bottom) : "");
            case '>' -> fromLeft ? HEAD.formatted(left, midY - 4, right, midY, left, midY + 4) : "";
            case '<' ->
                    fromRight ? HEAD.formatted(right, midY - 4, left, midY, right, midY + 4) : "";
            case 'v' ->
                    alone
                            ? line(midX, top, midX, midY)
                                    + HEAD.formatted(midX - 4, midY, midX + 4, midY, midX, bottom)
                            : "";
            case '^' ->
                    alone
                            ? line(midX, midY, midX, bottom)
                                    + HEAD.formatted(midX - 4, midY, midX + 4, midY, midX, top)
                            : "";
            default -> "";
        };
    }

    /** Returns whether there is a hyphen at this place that is a line, not part of a word. */
    private boolean isHorizontal(int x, int y) {
        return at(x, y) == '-' && (isLineEnd(at(x - 1, y)) || isLineEnd(at(x + 1, y)));
    }

    private static boolean isLineEnd(char c) {
        return c == '-' || c == '+' || c == '<' || c == '>';
    }

    private static boolean isVertical(char c, char head) {
        return c == '|' || c == head;
    }

    private char at(int x, int y) {
        if (y < 0 || y >= rows.size() || x < 0 || x >= rows.get(y).length()) return ' ';
        return rows.get(y).charAt(x);
    }

    private static String line(int fromX, int fromY, int toX, int toY) {
        return LINE.formatted(fromX, fromY, toX, toY);
    }

    private void text(int x, int y, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        int baseline = y * HEIGHT + HEIGHT * 13 / 18;
        svg.append(TEXT_START.formatted(x * WIDTH, baseline, text.length() * WIDTH, escaped));
    }
}
