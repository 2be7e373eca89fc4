//SOURCES JavaHighlighter.java
package kit.book;

import module java.base;

/**
 * Java with line numbers to link to. The numbers are drawn by the style sheet, so that they are not
 * copied with the code; a browser closes no line by itself, so each has its line end in it.
 */
final class CodeListing {
    private CodeListing() {}

    /**
     * Returns a {@code <pre>} element.
     *
     * @param first the number of the first line in its file, from 1; line 7 has the anchor {@code
     *     L7}
     */
    static String html(String source, int first, Names names) {
        return html(source, first, names, Map.of());
    }

    /**
     * Does the same.
     *
     * @param anchors further anchors of lines, by their numbers
     */
    static String html(String source, int first, Names names, Map<Integer, List<String>> anchors) {
        var html = new StringBuilder("<pre tabindex=\"0\"><code class=\"java lines\"");
        html.append(first == 1 ? ">" : " style=\"--first:" + (first - 1) + "\">");
        List<String> sources = source.lines().toList();
        List<String> lines = JavaHighlighter.lines(source, names);
        for (int i = 0; i < sources.size(); i++) {
            int number = first + i;
            String indent = sources.get(i).replaceFirst("\\S.*", "");
            html.append("<span id=L").append(number);
            if (sources.get(i).length() > 40 && !indent.isEmpty())
                html.append(" style=--i:").append(indent.length());
            html.append("><a href=#L").append(number).append("></a>");
            for (String anchor : anchors.getOrDefault(number, List.of()))
                html.append("<b id=\"").append(anchor).append("\"></b>");
            html.append(lines.get(i)).append("\n</span>");
        }
        return html.append("</code></pre>").toString();
    }
}
