//DEPS org.knowm.xchart:xchart:4.0.3
//DEPS de.erichseifert.vectorgraphics2d:VectorGraphics2D:0.13
package measure;

import module java.base;

import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.colors.ColorBlindFriendlySeriesColors;

import java.awt.Color;

/** A chart as SVG and PNG, on white and on black, in colors for color-blind readers too. */
public abstract class Chart {
    static final int WIDTH = 860;
    static final int HEIGHT = 520;

    private static final Color DARK = new Color(0x16191d);
    private static final Color LIGHT = new Color(0xdfe3e8);
    private static final Color GRID = new Color(0xdde1e6);
    private static final Color DARK_GRID = new Color(0x33393f);

    private final String title;
    private final String x;
    private final String y;

    Chart(String title, String x, String y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /**
     * Writes {@code name.svg} and {@code name.png}, and {@code name-dark.svg} and {@code
     * name-dark.png}.
     *
     * @param folder where to; it is made if it does not exist
     */
    public void write(Path folder, String name) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(folder);
        for (boolean dark : new boolean[] {false, true}) {
            String file = dark ? name + "-dark" : name;
            var chart = drawn();
            chart.setTitle(title);
            chart.setXAxisTitle(x);
            chart.setYAxisTitle(y);
            color(chart.getStyler(), dark);
            try (var svg = Files.newOutputStream(folder.resolve(file + ".svg"));
                    var png = Files.newOutputStream(folder.resolve(file + ".png"))) {
                ChartEncoder.saveChart(chart, svg, "svg");
                ChartEncoder.saveChart(chart, png, "png");
            }
        }
    }

    /** Returns the palette, with its first color, black, replaced by the color of the text. */
    Color[] colors(Color ink) {
        Color[] colors = new ColorBlindFriendlySeriesColors().getSeriesColors().clone();
        colors[0] = ink;
        return colors;
    }

    /**
     * Returns the bars or lines, of {@link #WIDTH} and {@link #HEIGHT}, without titles and colors.
     */
    abstract AxesChart<?, ?> drawn();

    private void color(AxesChartStyler style, boolean dark) {
        Color paper = dark ? DARK : Color.WHITE;
        Color ink = dark ? LIGHT : Color.BLACK;
        style.setSeriesColors(colors(ink));
        style.setChartBackgroundColor(paper);
        style.setPlotBackgroundColor(paper);
        style.setPlotGridLinesColor(dark ? DARK_GRID : GRID);
        style.setLegendBackgroundColor(paper);
        style.setChartFontColor(ink);
        style.setChartTitleFontColor(ink);
        style.setAxisTickLabelsColor(ink);
        style.setErrorBarsColor(ink);
    }
}
