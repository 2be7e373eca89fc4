//SOURCES Axis.java ChartText.java Drawing.java
package chart;

import module java.base;

/** Draws charts as SVG, for a light and a dark page. */
public final class Chart {
    private static final int TOP = 34;
    private static final int ROW = 24;
    private static final int BAR = 14;
    private static final int SECOND_BAR = 11;
    private static final int PLOT = 300;
    private static final int RIGHT = 70;

    private Chart() {}

    /**
     * Returns a chart as an {@code <svg>} element; the values of a mark are shown when the pointer
     * is over it.
     *
     * @param kind {@code bars} (one bar for each row and series) or {@code lines} (the rows' names
     *     are numbers on a logarithmic axis), with {@code log} after it for a logarithmic axis of
     *     the values
     * @throws IllegalArgumentException if there is no such kind
     */
    public static String svg(String kind, ChartText chart) {
        boolean logarithmic = kind.endsWith(" log");
        return switch (kind.replaceFirst(" log$", "")) {
            case "bars" -> bars(chart, logarithmic);
            case "lines" -> lines(chart, logarithmic);
            default ->
                    throw new IllegalArgumentException(
                            "a chart's kind is bars, bars log, lines or lines log, not '"
                                    + kind
                                    + "'");
        };
    }

    /** Returns the same as the text of a file, which follows the theme of the reader's system. */
    public static String file(String kind, ChartText chart) {
        String alone =
                """
                </style>
                <style>.chart { color-scheme: light dark; }</style>
                <rect width="100%" height="100%" style="fill: light-dark(#ffffff, #16191d)"/>\
                """;
        return svg(kind, chart).replaceFirst("</style>", alone) + "\n";
    }

    private static Axis axis(ChartText chart, boolean logarithmic, double start, double end) {
        var values =
                chart.rows().stream()
                        .filter(row -> !row.isHeading())
                        .flatMapToDouble(row ->
                                chart.series().stream()
                                        .flatMapToDouble(
                                                s -> DoubleStream.of(s.low(row), s.high(row))));
        return Axis.of(values, logarithmic, start, end);
    }

    private static String bars(ChartText chart, boolean logarithmic) {
        var drawing = new Drawing(chart.title());
        List<ChartText.Series> series = chart.series();
        int longest = chart.rows().stream().mapToInt(row -> row.name().length()).max().orElse(0);
        double left = longest * Drawing.CHARACTER + 16;
        var axis = axis(chart, logarithmic, left, Drawing.WIDTH - RIGHT);
        drawing.text("title", "start", 0, 16, chart.title());
        double top = drawing.legend(series, left, TOP);
        int bar = series.size() == 1 ? BAR : SECOND_BAR;
        int row = series.size() == 1 ? ROW : series.size() * (bar + 2) + 10;
        double height = top;
        for (ChartText.Row each : chart.rows()) height += each.isHeading() ? ROW : row;
        for (double tick : axis.ticks()) {
            drawing.line("grid", axis.at(tick), top, axis.at(tick), height);
            drawing.text("tick", "middle", axis.at(tick), height + 16, Axis.label(tick));
        }
        double y = top;
        for (ChartText.Row each : chart.rows()) {
            if (each.isHeading()) {
                drawing.text("heading", "start", 0, y + 17, each.name());
                y += ROW;
                continue;
            }
            drawing.text("name", "end", left - 10, y + row / 2.0 + 4, each.name());
            double at = y + (row - series.size() * (bar + 2) + 2) / 2.0;
            for (int i = 0; i < series.size(); i++, at += bar + 2)
                bar(drawing, axis, series.get(i), i, each, at, bar, series.size() > 1);
            y += row;
        }
        return drawing.svg(height + 24);
    }

    private static void bar(
            Drawing drawing,
            Axis axis,
            ChartText.Series series,
            int color,
            ChartText.Row row,
            double y,
            int height,
            boolean named) {
        double value = series.value(row);
        double middle = y + height / 2.0;
        if (Double.isNaN(value)) {
            drawing.text("tick", "start", axis.start() + 7, middle + 4.5, series.label(row));
            return;
        }
        String name = row.name() + (named ? ", " + series.name() : "");
        drawing.open(color, name + ": " + series.words(row));
        drawing.rectangle(axis.start(), y, axis.at(value) - axis.start(), height);
        if (series.hasSpread(row)) {
            double low = axis.at(series.low(row));
            double high = axis.at(series.high(row));
            drawing.line("spread", low, middle, high, middle);
            for (double end : new double[] {low, high})
                drawing.line("spread", end, middle - 4, end, middle + 4);
        }
        double end = Math.max(axis.at(value), axis.at(series.high(row)));
        drawing.text("tick", "start", end + 7, middle + 4.5, series.label(row));
        drawing.close();
    }

    private static String lines(ChartText chart, boolean logarithmic) {
        var drawing = new Drawing(chart.title());
        List<ChartText.Series> series = chart.series();
        drawing.text("title", "start", 0, 16, chart.title());
        double left = 64;
        double top = drawing.legend(series, left, TOP);
        var y = axis(chart, logarithmic, top + PLOT, top + 8);
        var x =
                Axis.of(
                        chart.rows().stream().mapToDouble(row -> ChartText.number(row.name())),
                        true,
                        left,
                        Drawing.WIDTH - RIGHT);
        for (double tick : y.ticks()) {
            drawing.line("grid", left, y.at(tick), x.end(), y.at(tick));
            drawing.text("tick", "end", left - 8, y.at(tick) + 4, Axis.label(tick));
        }
        for (double tick : x.ticks()) {
            drawing.line("grid", x.at(tick), y.end(), x.at(tick), y.start());
            drawing.text("tick", "middle", x.at(tick), y.start() + 18, Axis.label(tick));
        }
        drawing.text(
                "tick", "middle", (left + x.end()) / 2, y.start() + 38, chart.head().getFirst());
        for (int i = 0; i < series.size(); i++) line(drawing, chart, series.get(i), i, x, y);
        return drawing.svg(y.start() + 48);
    }

    private static void line(
            Drawing drawing, ChartText chart, ChartText.Series series, int color, Axis x, Axis y) {
        List<double[]> points = new ArrayList<>();
        for (ChartText.Row row : chart.rows()) {
            double value = series.value(row);
            if (Double.isNaN(value)) continue;
            points.add(new double[] {x.at(ChartText.number(row.name())), y.at(value)});
        }
        drawing.open(color, series.name());
        drawing.polyline(points);
        drawing.close();
        for (ChartText.Row row : chart.rows()) {
            if (Double.isNaN(series.value(row))) continue;
            double at = x.at(ChartText.number(row.name()));
            drawing.open(
                    color,
                    "%s, %s %s: %s"
                            .formatted(
                                    series.name(),
                                    row.name(),
                                    chart.head().getFirst(),
                                    series.words(row)));
            if (series.hasSpread(row))
                drawing.line("spread", at, y.at(series.low(row)), at, y.at(series.high(row)));
            drawing.circle(at, y.at(series.value(row)));
            drawing.close();
        }
    }
}
