//SOURCES ChartText.java
package chart;

import module java.base;

/**
 * The elements of an SVG chart. Colors are custom properties with a default for a light and a dark
 * page, so the chart suits the page around it, or stands alone in a file.
 */
final class Drawing {
    static final int WIDTH = 720;

    /** The width of a character of the font, about; names are in the middle of it or shorter. */
    static final double CHARACTER = 7.3;

    /** Has a color for each of four series. */
    private static final String STYLE =
            """
            <style>
            .chart { font: 13px system-ui, sans-serif; color: var(--ink, light-dark(#1d2125, #dfe3e8)); }
            .chart text { fill: currentColor; stroke: none; }
            .chart .name { font-family: var(--code, ui-monospace, monospace); font-size: 12px; }
            .chart .title, .chart .heading { font-weight: 600; }
            .chart .heading, .chart .tick { fill: var(--soft, light-dark(#57606a, #9aa5b1)); }
            .chart .tick { font-size: 12px; }
            .chart .grid { stroke: var(--line, light-dark(#d3d8de, #39414a)); stroke-width: 1; }
            .chart .s0 { --series: var(--chart-1, light-dark(#0b62b5, #6cb0f5)); }
            .chart .s1 { --series: var(--chart-2, light-dark(#b3540a, #f0a35e)); }
            .chart .s2 { --series: var(--chart-3, light-dark(#1f7a3d, #7fcf92)); }
            .chart .s3 { --series: var(--chart-4, light-dark(#8a2f8f, #dd9be3)); }
            .chart rect, .chart circle { fill: var(--series); stroke: none; }
            .chart .spread { stroke: currentColor; stroke-width: 1.5; fill: none; }
            .chart polyline { stroke: var(--series); stroke-width: 2; fill: none; }
            </style>
            """;

    private final StringBuilder svg = new StringBuilder();
    private final String title;

    Drawing(String title) {
        this.title = title;
    }

    void text(String classes, String anchor, double x, double y, String text) {
        svg.append(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
                        .formatted(classes, anchor, n(x), n(y), escaped(text)));
    }

    void line(String classes, double x1, double y1, double x2, double y2) {
        svg.append(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                        .formatted(classes, n(x1), n(y1), n(x2), n(y2)));
    }

    void rectangle(double x, double y, double width, double height) {
        svg.append(
                "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n"
                        .formatted(n(x), n(y), n(Math.max(width, 1)), n(height)));
    }

    void circle(double x, double y) {
        svg.append("<circle cx=\"%s\" cy=\"%s\" r=\"4\"/>\n".formatted(n(x), n(y)));
    }

    void polyline(List<double[]> points) {
        String all =
                points.stream().map(p -> n(p[0]) + "," + n(p[1])).collect(Collectors.joining(" "));
        svg.append("<polyline points=\"%s\"/>\n".formatted(all));
    }

    /** Begins a mark of a series; the words are shown when the pointer is over it. */
    void open(int series, String words) {
        svg.append("<g class=\"s%d\"><title>%s</title>\n".formatted(series, escaped(words)));
    }

    void close() {
        svg.append("</g>\n");
    }

    /** Draws what stands for each series, if there are several; returns the place below it. */
    double legend(List<ChartText.Series> series, double x, double y) {
        if (series.size() < 2) return y;
        double at = x;
        for (int i = 0; i < series.size(); i++) {
            open(i, series.get(i).name());
            rectangle(at, y, 12, 12);
            close();
            text("", "start", at + 18, y + 11, series.get(i).name());
            at += 18 + series.get(i).name().length() * CHARACTER + 24;
        }
        return y + 24;
    }

    /** Returns the chart as an {@code <svg>} element. */
    String svg(double height) {
        return """
        <svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="%d" height="%s" viewBox="0 0 %d %s">
        <title>%s</title>
        %s%s</svg>\
        """
                .formatted(WIDTH, n(height), WIDTH, n(height), escaped(title), STYLE, svg);
    }

    private static String n(double number) {
        return number == Math.rint(number)
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, "%.1f", number);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
