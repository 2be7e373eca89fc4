//SOURCES Chart.java Spread.java
package measure;

import module java.base;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;

/**
 * A bar chart with one bar for each server, or a group of bars. A bar is as high as the median of
 * the rounds; its error bar is as long as the range of the rounds, centered on the median.
 */
public final class BarChart extends Chart {
    private final Map<String, Map<String, Spread>> series = new LinkedHashMap<>();

    /**
     * Makes an empty chart.
     *
     * @param x the name of the horizontal axis
     * @param y the name of the vertical axis, with its unit
     */
    public BarChart(String title, String x, String y) {
        super(title, x, y);
    }

    /** Adds a bar above {@code at}, in the color that the legend calls {@code name}. */
    public void add(String name, String at, Spread value) {
        series.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(at, value);
    }

    /** Leaves out the color of the text, because the error bars have it. */
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
