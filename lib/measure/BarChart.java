//SOURCES Chart.java Spread.java
package measure;

import module java.base;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;

/**
 * A bar for each server, or several next to each other, each with an error bar: as long as from the
 * lowest to the highest round, with the median in the middle.
 */
public final class BarChart extends Chart {
    private final Map<String, Map<String, Spread>> series = new LinkedHashMap<>();

    /** Makes an empty chart; the name of the vertical axis has its unit. */
    public BarChart(String title, String x, String y) {
        super(title, x, y);
    }

    /** Adds a bar above {@code at}, in the color that the legend calls {@code name}. */
    public void add(String name, String at, Spread value) {
        series.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(at, value);
    }

    /** Leaves out the color of the text, in which the error bars are drawn. */
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
