//SOURCES ../Checkout.java ../notebook/Chapters.java
package kit.check;

import module java.base;

import kit.Checkout;
import kit.notebook.Chapters;
import kit.notebook.Chapters.Chapter;

/**
 * The tables of chapters in the README, made from the catalog. They stand between two comments,
 * which Markdown doesn't show.
 */
final class Contents {
    private static final String BEGIN =
            "<!-- The tables are made from jbang-catalog.json by ./jbang format. -->\n";
    private static final String END = "<!-- The end of the tables. -->\n";

    private Contents() {}

    /** Returns the README's path and its text with the tables of today's catalog. */
    static Optional<Map.Entry<Path, String>> readme() throws IOException {
        Path file = Checkout.ROOT.resolve("README.md");
        String text = Files.exists(file) ? Files.readString(file) : "";
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) return Optional.empty();
        String before = text.substring(0, begin + BEGIN.length());
        return Optional.of(Map.entry(file, before + tables() + text.substring(end)));
    }

    private static String tables() throws IOException {
        var tables = new StringBuilder();
        String part = "";
        for (Chapter chapter : Chapters.all()) {
            if (!chapter.part().equals(part)) {
                part = chapter.part();
                tables.append("\n### ").append(part).append("\n\n");
                tables.append("| | file | what you learn | builds on |\n");
                tables.append("| --- | --- | --- | --- |\n");
            }
            tables.append(
                    "| %d | [%s](notebooks/%2$s.java) | %s | %s |\n"
                            .formatted(
                                    chapter.number(),
                                    chapter.name(),
                                    chapter.description(),
                                    String.join(", ", chapter.buildsOn())));
        }
        return tables.append('\n').toString();
    }
}
