//SOURCES ../../chart/Chart.java ../../chart/ChartText.java
package kit.book;

import module java.base;

import chart.Chart;
import chart.ChartText;

/**
 * A chart of a chapter as HTML: the drawing, how it was measured, and a table with the same numbers
 * for those who don't see it.
 */
final class ChartFigure {
    private ChartFigure() {}

    /**
     * Returns the chart as a {@code <figure>} element.
     *
     * @param kind see {@link Chart#svg}
     * @param text see {@link ChartText}
     * @throws IllegalArgumentException if it isn't a chart
     */
    static String html(String kind, String text) {
        ChartText chart = ChartText.parse(text);
        String note = chart.note().isEmpty() ? "" : "<br>" + escaped(chart.note());
        return """
        <figure class="measured" tabindex="0">
        %s
        <figcaption>Measured by <code>%s</code>: %s.%s</figcaption>
        <details><summary>The numbers</summary>
        %s
        </details>
        </figure>\
        """
                .formatted(
                        Chart.svg(kind, chart),
                        escaped(chart.command()),
                        escaped(chart.machine()),
                        note,
                        table(chart));
    }

    private static String table(ChartText chart) {
        var table =
                new StringBuilder(
                        "<table>\n<caption>%s</caption>\n<thead><tr>"
                                .formatted(escaped(chart.title())));
        for (String column : chart.head())
            table.append("<th scope=\"col\">%s</th>".formatted(escaped(column)));
        table.append("</tr></thead>\n<tbody>\n");
        for (ChartText.Row row : chart.rows()) {
            if (row.isHeading()) {
                table.append(
                        "<tr><th scope=\"rowgroup\" colspan=\"%d\">%s</th></tr>\n"
                                .formatted(chart.head().size(), escaped(row.name())));
                continue;
            }
            table.append("<tr><th scope=\"row\">%s</th>".formatted(escaped(row.name())));
            for (String cell : row.cells()) table.append("<td>%s</td>".formatted(escaped(cell)));
            table.append("</tr>\n");
        }
        return table.append("</tbody>\n</table>").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
