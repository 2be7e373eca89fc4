//DEPS org.knowm.xchart:xchart:4.0.3
//DEPS de.erichseifert.vectorgraphics2d:VectorGraphics2D:0.13
package measure;

import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.colors.ColorBlindFriendlySeriesColors;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines over a logarithmic axis, one for each server, as SVG and PNG, on white and on black. */
public final class Chart {
    private static final Color DARK = new Color(0x16191d);
    private static final Color LIGHT = new Color(0xdfe3e8);

    private final String title;
    private final String x;
    private final String y;
    private final boolean logarithmic;
    private final Map<String, Map<Double, Double>> series = new LinkedHashMap<>();

    /**
     * An empty chart.
     *
     * @param title what it shows
     * @param x the name of the horizontal axis, with its unit; it is logarithmic
     * @param y the name of the vertical axis, with its unit
     * @param logarithmic whether the vertical axis is logarithmic, too
     */
    public Chart(String title, String x, String y, boolean logarithmic) {
        this.title = title;
        this.x = x;
        this.y = y;
        this.logarithmic = logarithmic;
    }

    /**
     * Adds a point to the line of this name.
     *
     * @param name the line's name in the legend
     * @param at where on the horizontal axis
     * @param value how high
     */
    public void add(String name, double at, double value) {
        series.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(at, value);
    }

    /**
     * Writes {@code name.svg}, {@code name.png} and both with {@code -dark}.
     *
     * @param folder where to; it is made if it is not there
     * @param name the files' name
     * @throws IOException if they cannot be written
     */
    public void write(Path folder, String name) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(folder);
        for (boolean dark : new boolean[] {false, true}) {
            String file = dark ? name + "-dark" : name;
            XYChart chart = chart(dark);
            try (var svg = Files.newOutputStream(folder.resolve(file + ".svg"));
                    var png = Files.newOutputStream(folder.resolve(file + ".png"))) {
                ChartEncoder.saveChart(chart, svg, "svg");
                ChartEncoder.saveChart(chart, png, "png");
            }
        }
    }

    private XYChart chart(boolean dark) {
        var chart =
                new XYChartBuilder()
                        .width(860)
                        .height(520)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        Color paper = dark ? DARK : Color.WHITE;
        Color ink = dark ? LIGHT : Color.BLACK;
        var style = chart.getStyler();
        Color[] colors = new ColorBlindFriendlySeriesColors().getSeriesColors().clone();
        colors[0] = ink; // it is black
        style.setSeriesColors(colors);
        style.setChartBackgroundColor(paper);
        style.setPlotBackgroundColor(paper);
        style.setLegendBackgroundColor(paper);
        style.setChartFontColor(ink);
        style.setChartTitleFontColor(ink);
        style.setAxisTickLabelsColor(ink);
        style.setXAxisLogarithmic(true);
        style.setXAxisDecimalPattern("#,###");
        style.setYAxisLogarithmic(logarithmic);
        style.setYAxisMin(logarithmic ? null : 0.0);
        style.setLegendPosition(LegendPosition.OutsideE);
        series.forEach((line, points) ->
                chart.addSeries(line, List.copyOf(points.keySet()), List.copyOf(points.values())));
        return chart;
    }
}
