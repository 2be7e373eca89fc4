//SOURCES Names.java Template.java
package kit.book;

import module java.base;

/**
 * Java as HTML with a class for each kind of token, made when the book is made, so that a page
 * needs no script for it and doesn't change after it has been drawn: {@code k} is a keyword, {@code
 * s} a string, {@code n} a number, {@code c} a comment, {@code t} a type, {@code a} an annotation.
 */
final class JavaHighlighter {
    private static final Pattern TOKEN =
            Pattern.compile(
                    """
                    (?<c>//[^\\n]*|/\\*(?:[^*]++|\\*(?!/))*+\\*/)\
                    |(?<s>\"""(?:[^\\\\"]++|\\\\.|"(?!""))*+\"""|"(?:[^"\\\\\\n]|\\\\.)*+"|'(?:[^'\\\\\\n]|\\\\.)++')\
                    |(?<a>@(?!interface)\\w+)\
                    |(?<n>\\b\\d[\\w.]*)\
                    |(?<word>[\\p{L}_$][\\w$]*)\
                    """,
                    Pattern.DOTALL);
    private static final Set<String> KEYWORDS =
            Set.of(
                    ("abstract assert boolean break byte case catch char class continue default do"
                         + " double else enum extends final finally float for if implements import"
                         + " instanceof int interface long native new package private protected"
                         + " public return short static strictfp super switch synchronized this"
                         + " throw throws transient try var void volatile while true false null")
                            .split(" "));

    /** Words that are keywords only in front of a name. */
    private static final Set<String> CONTEXTUAL =
            Set.of("record", "sealed", "permits", "module", "yield", "when");

    private final String source;
    private final Names names;
    private final StringBuilder html = new StringBuilder();

    /** The type before the dot at this place, or an empty text. */
    private String qualifier = "";

    private JavaHighlighter(String source, Names names) {
        this.source = source;
        this.names = names;
    }

    /**
     * Returns the lines of a source as HTML, each of which is complete.
     *
     * @param names for the links of types and of their static methods
     */
    static List<String> lines(String source, Names names) {
        return new JavaHighlighter(source, names).highlight();
    }

    /** Returns a source as HTML. */
    static String html(String source, Names names) {
        return String.join("\n", lines(source, names));
    }

    private List<String> highlight() {
        var token = TOKEN.matcher(source);
        int end = 0;
        while (token.find()) {
            String between = source.substring(end, token.start());
            if (!between.equals(".")) qualifier = "";
            html.append(Template.escaped(between));
            add(token);
            end = token.end();
        }
        html.append(Template.escaped(source.substring(end)));
        return List.of(html.toString().split("\n", -1));
    }

    private void add(Matcher token) {
        String text = token.group();
        if (token.group("word") != null) addWord(text, token.end());
        else
            Stream.of("c", "s", "a", "n")
                    .filter(kind -> token.group(kind) != null)
                    .forEach(kind -> text.lines().forEach(line -> addLine(kind, line)));
        if (token.group("word") == null) html.setLength(html.length() - 1);
    }

    /** A token of several lines is an element on each. */
    private void addLine(String kind, String line) {
        html.append(line.isEmpty() ? "\n" : span(kind, Template.escaped(line)) + "\n");
    }

    private void addWord(String word, int end) {
        boolean isType = Character.isUpperCase(word.charAt(0)) && !word.equals(word.toUpperCase());
        if (isType) {
            html.append(link(word, span("t", word)));
            qualifier = word;
            return;
        }
        boolean isKeyword =
                KEYWORDS.contains(word)
                        || CONTEXTUAL.contains(word)
                                && end + 1 < source.length()
                                && source.charAt(end) == ' '
                                && Character.isJavaIdentifierStart(source.charAt(end + 1));
        if (isKeyword && qualifier.isEmpty()) html.append(span("k", word));
        else html.append(qualifier.isEmpty() ? word : link(qualifier + "." + word, word));
        qualifier = "";
    }

    private String link(String name, String html) {
        return names.link(name)
                .map(url -> "<a href=\"%s\">%s</a>".formatted(url, html))
                .orElse(html);
    }

    private static String span(String kind, String html) {
        return "<span class=" + kind + ">" + html + "</span>";
    }
}
