//SOURCES Chart.java
package measure;

import module java.base;

import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A line chart with one line for each server or call; the horizontal axis is logarithmic. */
public final class LineChart extends Chart {
    private final boolean logarithmic;
    private final Map<String, Map<Double, Double>> series = new LinkedHashMap<>();

    /**
     * Makes an empty chart.
     *
     * @param x the name of the horizontal axis
     * @param y the name of the vertical axis, with its unit
     * @param logarithmic whether the vertical axis is logarithmic too
     */
    public LineChart(String title, String x, String y, boolean logarithmic) {
        super(title, x, y);
        this.logarithmic = logarithmic;
    }

    /** Adds a point to the line that the legend calls {@code name}. */
    public void add(String name, double at, double value) {
        series.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(at, value);
    }

    @Override
    XYChart drawn() {
        var chart = new XYChart(WIDTH, HEIGHT);
        var style = chart.getStyler();
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setXAxisLogarithmic(true);
        style.setXAxisDecimalPattern("#,###");
        style.setYAxisLogarithmic(logarithmic);
        style.setYAxisMin(logarithmic ? null : 0.0);
        series.forEach((line, points) ->
                chart.addSeries(line, List.copyOf(points.keySet()), List.copyOf(points.values())));
        return chart;
    }
}
