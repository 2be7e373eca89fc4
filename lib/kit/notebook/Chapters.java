//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../Checkout.java ChapterJars.java
package kit.notebook;

import module java.base;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import kit.Checkout;

/**
 * The chapters of the checkout, as {@code jbang-catalog.json} lists them. The catalog is the one
 * home of their order, and everything that shows it (the README, the book, {@code ./jbang}) takes
 * it from there.
 */
public final class Chapters {
    private static final Pattern SCRIPT = Pattern.compile("notebooks/(\\w+)\\.java");

    private static final ChapterJars JARS = ChapterJars.ofJbang();

    private Chapters() {}

    /**
     * One chapter.
     *
     * @param number its place in the book, from 1
     * @param name its name, which is its file's without {@code .java}
     * @param part the part of the book that it belongs to
     * @param description what a reader learns from it, in one line
     * @param buildsOn the names of the chapters to read before it
     */
    public record Chapter(
            int number, String name, String part, String description, List<String> buildsOn) {}

    /** Returns the chapters, in the order of the book. */
    public static List<Chapter> all() throws IOException {
        String catalog = Files.readString(Checkout.ROOT.resolve("jbang-catalog.json"));
        var aliases = JsonParser.parseString(catalog).getAsJsonObject().getAsJsonObject("aliases");
        List<Chapter> chapters = new ArrayList<>();
        String part = "";
        for (String alias : aliases.keySet()) {
            JsonObject fields = aliases.getAsJsonObject(alias);
            var script = SCRIPT.matcher(text(fields, "script-ref"));
            if (!script.matches() || !fields.has("description")) continue;
            if (fields.has("part")) part = text(fields, "part");
            List<String> buildsOn =
                    Stream.of(text(fields, "builds-on").split(" "))
                            .filter(name -> !name.isEmpty())
                            .toList();
            String description = text(fields, "description");
            chapters.add(
                    new Chapter(chapters.size() + 1, script.group(1), part, description, buildsOn));
        }
        return chapters;
    }

    private static String text(JsonObject fields, String name) {
        return fields.has(name) ? fields.get(name).getAsString() : "";
    }

    /** Returns the names of the chapters, in the order of the book. */
    public static List<String> names() throws IOException {
        return all().stream().map(Chapter::name).toList();
    }

    /** Returns the file of a chapter, which may not exist. */
    public static Path file(String name) {
        return Checkout.ROOT.resolve("notebooks/" + name.replaceAll("\\.java$", "") + ".java");
    }

    /** Returns the message for a chapter that does not exist; it suggests similar names. */
    public static String unknown(String name) throws IOException {
        String typed = name.replaceAll("\\.java$", "");
        List<String> near =
                names().stream()
                        .filter(chapter ->
                                !typed.isEmpty() && chapter.contains(typed)
                                        || distance(chapter, typed) <= 1 + typed.length() / 4)
                        .sorted(Comparator.comparing(chapter -> distance(chapter, typed)))
                        .limit(3)
                        .toList();
        String also = near.isEmpty() ? "" : ": did you mean " + String.join(" or ", near) + "?";
        return "there is no chapter '" + name + "'" + also;
    }

    /**
     * Returns how many letters must be inserted, deleted or replaced to turn one into the other.
     */
    private static int distance(String one, String other) {
        int[] previous = IntStream.rangeClosed(0, other.length()).toArray();
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[previous.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[other.length()];
    }

    /**
     * Returns whether a chapter with this text needs {@link #dependencies}: the library of every
     * command has no jars but the JDK, and so not what measures.
     */
    public static boolean needsDependencies(String text) {
        return text.contains("\n//DEPS ") || text.contains("../lib/measure/");
    }

    /**
     * Returns the jars that a chapter needs apart from the library: those of its {@code //DEPS},
     * which JBang fetches if they are missing, and its own, with the sources that only this chapter
     * uses.
     */
    public static List<String> dependencies(String name) throws IOException {
        return JARS.of(file(name));
    }
}
