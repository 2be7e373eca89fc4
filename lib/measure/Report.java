//SOURCES ../chart/Chart.java ../chart/ChartText.java ../script/ScriptException.java
package measure;

import module java.base;

import chart.Chart;
import chart.ChartText;

import script.ScriptException;

/** The charts that a measurement prints, and puts into its chapter. For one thread. */
public final class Report {
    private static final String COMMENT = "// ";
    private static final String FENCE = COMMENT + "```";

    private final Path chapter;
    private final List<ChartText> charts = new ArrayList<>();

    /**
     * Makes an empty report.
     *
     * @param chapter the name of the chapter
     */
    public Report(String chapter) {
        this.chapter = Path.of("notebooks", chapter + ".java");
    }

    /** Prints a chart as text, and adds it. */
    public void add(ChartText chart) {
        IO.println((charts.isEmpty() ? "" : "\n") + chart);
        charts.add(chart);
    }

    /**
     * Puts the charts into the chapter, each in the place of the one with the same title, and says
     * so.
     *
     * @throws ScriptException if the chapter has no chart with the title of one of these; then
     *     nothing is written
     */
    public void write() throws IOException {
        if (!Files.exists(chapter))
            throw new ScriptException("run this in the checkout: there is no " + chapter + " here");
        List<String> lines = new ArrayList<>(Files.readAllLines(chapter));
        for (ChartText chart : charts) {
            int title = lines.indexOf(COMMENT + chart.title());
            if (title < 1 || !lines.get(title - 1).startsWith(FENCE + "chart"))
                throw new ScriptException(
                        chapter + " has no chart with the title '" + chart.title() + "'");
            int end = title;
            while (end < lines.size() && !lines.get(end).equals(FENCE)) end++;
            List<String> place = lines.subList(title, end);
            place.clear();
            chart.toString().lines().map(line -> (COMMENT + line).strip()).forEach(place::add);
        }
        Files.write(chapter, lines);
        IO.println("written into " + chapter);
    }

    /**
     * Draws the chart with this title into a file, and says so.
     *
     * @param kind see {@link Chart#svg}
     */
    public void draw(String title, String kind, Path file) throws IOException {
        ChartText chart =
                charts.stream().filter(c -> c.title().equals(title)).findFirst().orElseThrow();
        Files.writeString(file, Chart.file(kind, chart));
        IO.println("drawn into " + file);
    }
}
