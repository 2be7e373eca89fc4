//SOURCES Chart.java Spread.java
package measure;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bar for each server, or several side by side, each with a line over what it cannot resolve:
 * from the lowest to the highest round, were they evenly about the middle one.
 */
public final class BarChart extends Chart {
    private final Map<String, Map<String, Spread>> series = new LinkedHashMap<>();

    /**
     * An empty chart.
     *
     * @param title what it shows
     * @param x the name of the horizontal axis
     * @param y the name of the vertical axis, with its unit
     */
    public BarChart(String title, String x, String y) {
        super(title, x, y);
    }

    /**
     * Adds a bar.
     *
     * @param name what all bars of this colour have in common, in the legend
     * @param at the name under the bar
     * @param value how high
     */
    public void add(String name, String at, Spread value) {
        series.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(at, value);
    }

    /** Without the colour of the text, in which the lines over the bars are drawn. */
    @Override
    Color[] colors(Color ink) {
        Color[] colors = super.colors(ink);
        return Arrays.copyOfRange(colors, 1, colors.length);
    }

    @Override
    CategoryChart drawn() {
        var chart = new CategoryChart(WIDTH, HEIGHT);
        var style = chart.getStyler();
        style.setYAxisMin(0.0);
        style.setAvailableSpaceFill(0.7);
        style.setXAxisLabelRotation(30);
        style.setPlotGridVerticalLinesVisible(false);
        style.setLegendVisible(series.size() > 1);
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        series.forEach((name, bars) ->
                chart.addSeries(
                        name,
                        List.copyOf(bars.keySet()),
                        bars.values().stream().map(Spread::median).toList(),
                        bars.values().stream().map(s -> (s.highest() - s.lowest()) / 2).toList()));
        return chart;
    }
}
