//SOURCES Diagram.java JavaHighlighter.java Names.java Template.java
package kit.book;

import module jdk.compiler;

import module java.base;

import com.sun.source.doctree.LiteralTree;

/** A documentation comment as HTML, with the links that a page has. */
final class Javadoc extends DocTreeScanner<Void, StringBuilder> {
    private static final Set<String> ELEMENTS =
            Set.of(
                    "p", "pre", "ul", "ol", "li", "b", "i", "em", "strong", "code", "a", "table",
                    "tr", "td", "th", "dl", "dt", "dd");

    /** A drawing of characters: it has an arrow, and no elements in it. */
    private static final Pattern PICTURE =
            Pattern.compile("<pre>\\s*?\n?(?:<code>)?([^<]*--&gt;[^<]*)(?:</code>)?\\s*</pre>");

    private final Names names;

    private Javadoc(Names names) {
        this.names = names;
    }

    /** Returns the whole text of a comment, without its tags for parameters and the like. */
    static String body(DocCommentTree comment, Names names) {
        if (comment == null) return "";
        return PICTURE.matcher("<p>" + html(comment.getFullBody(), names))
                .replaceAll(pre -> Matcher.quoteReplacement(Diagram.figure(plain(pre.group(1)))));
    }

    private static String plain(String html) {
        return html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }

    /** Returns the first sentence. */
    static String firstSentence(DocCommentTree comment, Names names) {
        return comment == null ? "" : html(comment.getFirstSentence(), names);
    }

    private static String html(List<? extends DocTree> trees, Names names) {
        var html = new StringBuilder();
        var javadoc = new Javadoc(names);
        for (DocTree tree : trees) javadoc.scan(tree, html);
        return html.toString();
    }

    @Override
    public Void visitText(TextTree text, StringBuilder html) {
        html.append(Template.escaped(text.getBody()));
        return null;
    }

    @Override
    public Void visitEntity(EntityTree entity, StringBuilder html) {
        html.append(entity);
        return null;
    }

    @Override
    public Void visitStartElement(StartElementTree element, StringBuilder html) {
        if (ELEMENTS.contains(element.getName().toString())) html.append(element);
        return null;
    }

    @Override
    public Void visitEndElement(EndElementTree element, StringBuilder html) {
        if (ELEMENTS.contains(element.getName().toString())) html.append(element);
        // What follows may come without a <p> of its own.
        if (element.getName().contentEquals("pre")) html.append("<p>");
        return null;
    }

    @Override
    public Void visitLiteral(LiteralTree literal, StringBuilder html) {
        String text = Template.escaped(literal.getBody().getBody());
        html.append(literal.getKind() == DocTree.Kind.CODE ? "<code>" + text + "</code>" : text);
        return null;
    }

    @Override
    public Void visitSnippet(SnippetTree snippet, StringBuilder html) {
        String code = snippet.getBody().getBody().stripIndent().strip();
        html.append("<pre tabindex=\"0\"><code class=\"java\">")
                .append(JavaHighlighter.html(code, names))
                .append("</code></pre><p>");
        return null;
    }

    @Override
    public Void visitLink(LinkTree link, StringBuilder html) {
        String name = link.getReference().getSignature().replaceFirst("^#", "").replace('#', '.');
        String label = html(link.getLabel(), names);
        String code = "<code>" + (label.isBlank() ? Template.escaped(name) : label) + "</code>";
        html.append(
                names.link(name)
                        .map(url -> "<a href=\"%s\">%s</a>".formatted(url, code))
                        .orElse(code));
        return null;
    }
}
