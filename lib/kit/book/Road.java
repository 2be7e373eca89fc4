//SOURCES BookSite.java Template.java
package kit.book;

import module java.base;

/**
 * The picture of the way through the book: a road that turns at the end of each row, with a color
 * for each part and a stop for each chapter, which is a link.
 */
final class Road {
    private static final int STOPS = 7; // in a row, at most
    private static final int STEP = 132; // pixels between two stops
    private static final int ROW = 112;
    private static final int LEFT = 78;
    private static final int TOP = 52;
    private static final int RADIUS = 13;
    private static final int LONGEST_WORD = 13; // characters on a line of a stop's name

    private final List<BookSite.Chapter> chapters;
    private final List<String> parts;
    private final List<List<BookSite.Chapter>> rows = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();

    Road(List<BookSite.Chapter> chapters) {
        this.chapters = chapters;
        parts = chapters.stream().map(chapter -> chapter.entry().part()).distinct().toList();
        for (String part : parts) addPart(part);
    }

    /** A long part has rows of its own; short ones share a row. */
    private void addPart(String part) {
        List<BookSite.Chapter> stops =
                chapters.stream().filter(chapter -> chapter.entry().part().equals(part)).toList();
        int own = Math.ceilDiv(stops.size(), STOPS);
        if (own == 1 && !rows.isEmpty() && rows.getLast().size() + stops.size() <= STOPS) {
            rows.getLast().addAll(stops);
            return;
        }
        int inARow = Math.ceilDiv(stops.size(), own);
        for (int from = 0; from < stops.size(); from += inARow)
            rows.add(new ArrayList<>(stops.subList(from, Math.min(stops.size(), from + inARow))));
    }

    String svg() {
        int width = 2 * LEFT + (STOPS - 1) * STEP;
        int height = TOP + rows.size() * ROW - 60;
        svg.append(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
                        .formatted(width, height, width, height));
        svg.append("<title>The road through the book</title>\n");
        for (int row = 0; row < rows.size(); row++) drawLine(row);
        String part = "";
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < rows.get(row).size(); i++) {
                BookSite.Chapter chapter = rows.get(row).get(i);
                if (!chapter.entry().part().equals(part)) drawPart(row, i);
                part = chapter.entry().part();
                drawStop(row, i);
            }
        }
        return svg.append("</svg>").toString();
    }

    private int x(int row, int i) {
        return LEFT + (row % 2 == 0 ? i : STOPS - 1 - i) * STEP;
    }

    private static int y(int row) {
        return TOP + row * ROW;
    }

    private int color(BookSite.Chapter chapter) {
        return 1 + parts.indexOf(chapter.entry().part());
    }

    /** Draws a row's line in pieces of the parts' colors, and the turn into the next row. */
    private void drawLine(int row) {
        List<BookSite.Chapter> stops = rows.get(row);
        int direction = row % 2 == 0 ? 1 : -1;
        for (int i = 1; i < stops.size(); i++)
            drawPath("M%d %dH%d".formatted(x(row, i - 1), y(row), x(row, i)), stops.get(i));
        if (row + 1 == rows.size()) return;
        int out = x(row, STOPS - 1);
        String turn =
                "M%d %dH%da%d %d 0 0 %d 0 %dH%d"
                        .formatted(
                                x(row, stops.size() - 1),
                                y(row),
                                out,
                                ROW / 2,
                                ROW / 2,
                                direction > 0 ? 1 : 0,
                                ROW,
                                x(row + 1, 0));
        drawPath(turn, rows.get(row + 1).getFirst());
    }

    private void drawPath(String path, BookSite.Chapter towards) {
        svg.append(
                "<path class=\"way\" style=\"--part:var(--part-%d)\" d=\"%s\"/>\n"
                        .formatted(color(towards), path));
    }

    private void drawPart(int row, int i) {
        BookSite.Chapter first = rows.get(row).get(i);
        boolean toTheLeft = row % 2 == 1;
        int x = x(row, i) + (toTheLeft ? RADIUS : -RADIUS);
        svg.append(
                "<text class=\"name\" style=\"--part:var(--part-%d)\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
                        .formatted(
                                color(first),
                                x,
                                y(row) - RADIUS - 12,
                                toTheLeft ? "end" : "start",
                                Template.escaped(first.entry().part())));
    }

    private void drawStop(int row, int i) {
        BookSite.Chapter chapter = rows.get(row).get(i);
        int x = x(row, i);
        int y = y(row);
        svg.append(
                "<a href=\"%s\" style=\"--part:var(--part-%d)\"><title>%s. %s</title><circle cx=\"%d\" cy=\"%d\" r=\"%d\"/><text x=\"%d\" y=\"%d\">%d</text>"
                        .formatted(
                                chapter.url(),
                                color(chapter),
                                Template.escaped(chapter.title()),
                                Template.escaped(chapter.entry().description()),
                                x,
                                y,
                                RADIUS,
                                x,
                                y + 4,
                                chapter.entry().number()));
        int line = y + RADIUS + 15;
        for (String words : split(chapter.entry().name())) {
            svg.append(
                    "<text class=\"stop\" x=\"%d\" y=\"%d\">%s</text>".formatted(x, line, words));
            line += 14;
        }
        svg.append("</a>\n");
    }

    /** Splits a long name at the underscore that is nearest to its middle. */
    private static List<String> split(String name) {
        if (name.length() <= LONGEST_WORD || !name.contains("_")) return List.of(name);
        int middle = name.length() / 2;
        int best = -1;
        for (int at = name.indexOf('_'); at >= 0; at = name.indexOf('_', at + 1))
            if (best < 0 || Math.abs(at - middle) < Math.abs(best - middle)) best = at;
        return List.of(name.substring(0, best + 1), name.substring(best + 1));
    }
}
