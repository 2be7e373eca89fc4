//SOURCES Template.java
package kit.book;

import module java.base;

/**
 * Draws a diagram of characters as SVG, in the type and the color of the page: {@code - | +} become
 * lines with round corners, {@code > < ^ v} arrowheads, and everything else stays text. A text that
 * stands in the middle between two lines, or above one, is centered there.
 */
final class Diagram {
    private static final int WIDTH = 8;
    private static final int HEIGHT = 21;
    private static final int CORNER = 4;
    private static final String TEXT = "<text x=\"%s\" y=\"%d\"%s>%s</text>\n";

    private final List<String> rows;
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder heads = new StringBuilder();
    private final StringBuilder texts = new StringBuilder();

    private Diagram(String text) {
        rows = text.lines().toList();
    }

    /** Returns the picture as a {@code <figure>}, with the characters for who can't see it. */
    static String figure(String text) {
        return """
        <figure class="diagram" tabindex="0">
        %s
        <details><summary>As text</summary><pre tabindex="0">%s</pre></details>
        </figure>\
        """
                .formatted(svg(text), Template.escaped(text));
    }

    /** Returns the picture as an {@code <svg>} element. */
    static String svg(String text) {
        return new Diagram(text).draw();
    }

    private String draw() {
        int columns = rows.stream().mapToInt(String::length).max().orElse(0);
        int left =
                rows.stream()
                        .filter(row -> !row.isBlank())
                        .mapToInt(Diagram::indent)
                        .min()
                        .orElse(0);
        for (int y = 0; y < rows.size(); y++) drawRow(y);
        int width = (columns - left) * WIDTH + WIDTH;
        int height = rows.size() * HEIGHT;
        return """
        <svg role="img" aria-label="diagram" width="%d" height="%d" viewBox="%d 0 %d %d">
        <path d="%s"/>
        <path class="head" d="%s"/>
        %s</svg>\
        """
                .formatted(
                        width,
                        height,
                        left * WIDTH - WIDTH / 2,
                        width,
                        height,
                        lines,
                        heads,
                        texts);
    }

    private static int indent(String row) {
        return row.length() - row.stripLeading().length();
    }

    private void drawRow(int y) {
        int columns = rows.get(y).length();
        for (int x = 0; x < columns; x++) {
            if (drawShape(x, y) || at(x, y) == ' ') continue;
            int end = x + 1;
            while (end < columns && !isShape(end, y) && !isGap(end, y)) end++;
            String run = rows.get(y).substring(x, end).stripTrailing();
            if (isSpacedOut(run)) spacedOut(x, y, run);
            else text(x, y, run);
            x = end - 1;
        }
    }

    private boolean isGap(int x, int y) {
        return at(x, y) == ' ' && at(x + 1, y) == ' ';
    }

    private boolean isShape(int x, int y) {
        return switch (at(x, y)) {
            case '|' -> true;
            case '-' -> isHorizontal(x, y);
            case '+' -> left(x, y) || right(x, y) || up(x, y) || down(x, y);
            case '>' -> left(x, y);
            case '<' -> right(x, y);
            case 'v' -> isAlone(x, y) && isVertical(at(x, y - 1), '^');
            case '^' -> isAlone(x, y) && isVertical(at(x, y + 1), 'v');
            default -> false;
        };
    }

    private boolean left(int x, int y) {
        return isHorizontal(x - 1, y) || at(x - 1, y) == '<' || at(x - 1, y) == '+';
    }

    private boolean right(int x, int y) {
        return isHorizontal(x + 1, y) || at(x + 1, y) == '>' || at(x + 1, y) == '+';
    }

    private boolean up(int x, int y) {
        return isVertical(at(x, y - 1), '^');
    }

    private boolean down(int x, int y) {
        return isVertical(at(x, y + 1), 'v');
    }

    private boolean isAlone(int x, int y) {
        return at(x - 1, y) == ' ' && at(x + 1, y) == ' ';
    }

    /** Draws what is at this place if that isn't text or a blank; returns whether it is. */
    private boolean drawShape(int x, int y) {
        if (!isShape(x, y)) return false;
        int left = x * WIDTH;
        int top = y * HEIGHT;
        int midX = left + WIDTH / 2;
        int midY = top + HEIGHT / 2;
        int right = left + WIDTH;
        int bottom = top + HEIGHT;
        switch (at(x, y)) {
            case '|' -> line(midX, top, midX, bottom);
            case '-' -> line(left, midY, right, midY);
            case '+' -> drawJoint(x, y);
            case '>' -> head(left - 1, midY - 4, left - 1, midY + 4, right, midY);
            case '<' -> head(right + 1, midY - 4, right + 1, midY + 4, left, midY);
            case 'v' -> {
                line(midX, top, midX, midY);
                head(midX - 4, midY - 1, midX + 4, midY - 1, midX, bottom - 2);
            }
            default -> {
                line(midX, midY, midX, bottom);
                head(midX - 4, midY + 1, midX + 4, midY + 1, midX, top + 2);
            }
        }
        return true;
    }

    /** A corner is round, and where more lines meet they are straight. */
    private void drawJoint(int x, int y) {
        int midX = x * WIDTH + WIDTH / 2;
        int midY = y * HEIGHT + HEIGHT / 2;
        boolean fromLeft = left(x, y);
        boolean fromRight = right(x, y);
        boolean fromUp = up(x, y);
        boolean fromDown = down(x, y);
        boolean isCorner = fromLeft != fromRight && fromUp != fromDown;
        int edgeX = fromLeft ? x * WIDTH : (x + 1) * WIDTH;
        int edgeY = fromUp ? y * HEIGHT : (y + 1) * HEIGHT;
        if (isCorner) {
            int bend = midY + (fromUp ? -CORNER : CORNER);
            lines.append(
                    "M%d %dQ%d %d %d %dV%d".formatted(edgeX, midY, midX, midY, midX, bend, edgeY));
            return;
        }
        if (fromLeft) line(x * WIDTH, midY, midX, midY);
        if (fromRight) line(midX, midY, (x + 1) * WIDTH, midY);
        if (fromUp) line(midX, y * HEIGHT, midX, midY);
        if (fromDown) line(midX, midY, midX, (y + 1) * HEIGHT);
    }

    /** Returns whether there is a hyphen at this place that is a line, not part of a word. */
    private boolean isHorizontal(int x, int y) {
        return at(x, y) == '-' && (isLineEnd(at(x - 1, y)) || isLineEnd(at(x + 1, y)));
    }

    private static boolean isLineEnd(char c) {
        return c == '-' || c == '+' || c == '<' || c == '>';
    }

    private static boolean isVertical(char c, char head) {
        return c == '|' || c == '+' || c == head;
    }

    private char at(int x, int y) {
        if (y < 0 || y >= rows.size() || x < 0 || x >= rows.get(y).length()) return ' ';
        return rows.get(y).charAt(x);
    }

    private void line(int fromX, int fromY, int toX, int toY) {
        lines.append(
                "M%d %d%s%d"
                        .formatted(
                                fromX, fromY, fromY == toY ? "H" : "V", fromY == toY ? toX : toY));
    }

    private void head(int... points) {
        heads.append("M%d %dL%d %dL%d %dZ".formatted(Arrays.stream(points).boxed().toArray()));
    }

    /** Single letters with blanks between them stand for bytes: each keeps its place. */
    private static boolean isSpacedOut(String run) {
        String[] words = run.split(" ");
        return words.length > 2 && Stream.of(words).allMatch(word -> word.length() <= 2);
    }

    private void spacedOut(int x, int y, String run) {
        var word = Pattern.compile("\\S+").matcher(run);
        while (word.find()) centered(x + (word.start() + word.end()) / 2.0, y, word.group());
    }

    private void text(int x, int y, String text) {
        int end = x + text.length();
        boolean followsArrow = isShape(x - 1, y) || isShape(x - 2, y);
        for (int column = x; column < end && !followsArrow; column++) {
            boolean isMiddle = Math.abs(column + 0.5 - (x + end) / 2.0) <= 2.5;
            if (isMiddle && at(column, y + 1) == '|') {
                centered(column + 0.5, y, text);
                return;
            }
        }
        int before = x - 1;
        while (at(before, y) == ' ' && before >= 0) before--;
        int after = end;
        while (at(after, y) == ' ' && after < rows.get(y).length()) after++;
        boolean isBetween = before >= 0 && isShape(before, y) && isShape(after, y);
        // What follows a lifeline and precedes an arrow is said of the lifeline.
        if (at(before, y) == '|' && at(after, y) != '|') isBetween = false;
        if (isBetween && Math.abs((x - before) - (after + 1 - end)) <= 1)
            centered((before + 1 + after) / 2.0, y, text);
        else texts.append(TEXT.formatted(x * WIDTH, baseline(y), "", Template.escaped(text)));
    }

    private void centered(double middle, int y, String text) {
        String anchor = " text-anchor=\"middle\"";
        texts.append(
                TEXT.formatted(
                        (int) (middle * WIDTH), baseline(y), anchor, Template.escaped(text)));
    }

    private static int baseline(int y) {
        return y * HEIGHT + HEIGHT / 2 + 5;
    }
}
