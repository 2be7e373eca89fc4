//SOURCES ../../lib/chart/Chart.java ../../lib/chart/ChartText.java ../shared/TestRun.java
package tests.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chart.Chart;
import chart.ChartText;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

import tests.shared.TestRun;

import java.io.StringReader;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

/** A chart's text and its drawing say the same. */
class ChartTest {
    private static final String BARS =
            """
            Time of a request, in microseconds
            $ ./jbang measure < this
            2 processors (a & b)

            server     median  low   high
            fast ones
            one           100   80    120
            two           50*    -      -
            slow ones
            three       1,000  900  1,100
            four            -    -      -

            *: a note\
            """;

    private static final String LINES =
            """
            A wait, in microseconds
            $ ./jbang wait
            2 processors

            clients  select   poll
            10          1.0    2.0
            1,000     100.0  200.0\
            """;

    private static final Pattern BAR =
            Pattern.compile(
                    "<title>([^<]*)</title>\\s*<rect x=\"([\\d.]+)\" [^>]*? width=\"([\\d.]+)\"");

    public static void main(String... args) {
        TestRun.main(ChartTest.class);
    }

    @Test
    void theTextOfAParsedChartIsTheSameText() {
        assertEquals(BARS, ChartText.parse(BARS).toString());
        assertEquals(LINES, ChartText.parse(LINES).toString());
    }

    @Test
    void theColumnsOfTheTextAreSetAnewWhereTheyAreUneven() {
        assertEquals(
                BARS, ChartText.parse(BARS.replaceAll("(?<=\\S) {3,}(?=\\S)", "  ")).toString());
    }

    @Test
    void aBarIsAsLongAsItsValueAndTellsItWhenThePointerIsOverIt() {
        List<MatchResult> bars =
                BAR.matcher(Chart.svg("bars", ChartText.parse(BARS))).results().toList();
        assertEquals(
                List.of("one: 100 (80 to 120)", "two: 50*", "three: 1,000 (900 to 1,100)"),
                bars.stream().map(bar -> bar.group(1)).toList());
        double unit = Double.parseDouble(bars.getFirst().group(3)) / 100;
        assertEquals(50 * unit, Double.parseDouble(bars.get(1).group(3)), 0.2);
        assertEquals(1000 * unit, Double.parseDouble(bars.get(2).group(3)), 0.2);
    }

    @Test
    void onALogarithmicAxisTenTimesTheValueIsAlwaysTheSameDistance() {
        String svg = Chart.svg("lines log", ChartText.parse(LINES));
        List<Double> heights =
                Pattern.compile("<circle cx=\"[\\d.]+\" cy=\"([\\d.]+)\"")
                        .matcher(svg)
                        .results()
                        .map(circle -> Double.parseDouble(circle.group(1)))
                        .toList();
        assertEquals(4, heights.size(), svg);
        assertEquals(heights.get(0) - heights.get(1), heights.get(2) - heights.get(3), 0.2);
        assertTrue(heights.get(1) < heights.get(0), "up is more: " + heights);
        assertTrue(svg.contains("<title>select, 1,000 clients: 100.0</title>"), svg);
    }

    @ParameterizedTest
    @CsvSource({"bars", "bars log", "lines", "lines log"})
    void aChartIsWellFormedAndSoIsItsFile(String kind) throws Exception {
        var chart = ChartText.parse(kind.startsWith("bars") ? BARS : LINES);
        var xml = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (String svg : List.of(Chart.svg(kind, chart), Chart.file(kind, chart))) {
            var root = xml.parse(new InputSource(new StringReader(svg))).getDocumentElement();
            assertEquals("svg", root.getTagName());
            assertEquals("img", root.getAttribute("role"));
            assertFalse(svg.contains("NaN"), svg);
        }
    }

    @Test
    void aTextThatIsNoChartIsRefusedInOneLineThatSaysWhy() {
        assertRefused("a title", "a chart has a title, a line '$ COMMAND'");
        assertRefused(
                BARS.replace("80    120", "80"), "a row has other columns than the head: one");
        assertRefused(BARS.replace("1,000 ", "many  "), "not many");
        var chart = ChartText.parse(BARS);
        var e = assertThrows(IllegalArgumentException.class, () -> Chart.svg("pie", chart));
        assertTrue(e.getMessage().endsWith("not 'pie'"), e.getMessage());
    }

    private static void assertRefused(String text, String reason) {
        var e = assertThrows(IllegalArgumentException.class, () -> ChartText.parse(text));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
}
