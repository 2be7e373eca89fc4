//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES ChartFigure.java Diagram.java Library.java
package kit.book;

import module java.base;

import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Renders the Markdown of one chapter as HTML, with anchors, links to the library, diagrams, and
 * pictures for both themes.
 */
public final class Prose {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();

    /** What a fence of a chart begins with; its kind comes after it. */
    private static final String CHART = "chart ";

    private final Library library;
    private final Iterator<String> players;
    private final Set<String> anchors = new HashSet<>();
    private final List<Section> sections = new ArrayList<>();
    private final HtmlRenderer renderer;

    /**
     * A heading and the text below it, for the search.
     *
     * @param anchor the anchor of the heading
     * @param title the heading
     * @param text the text
     */
    public record Section(String anchor, String title, StringBuilder text) {}

    /** Starts a page with links into the library. */
    public Prose(Library library) {
        this(library, List.of());
    }

    /**
     * Starts a page with links into the library and with players.
     *
     * @param players the names of the recordings, in the order of the page's player blocks; an
     *     empty name for a block without a recording
     */
    public Prose(Library library, List<String> players) {
        this.library = library;
        this.players = players.iterator();
        renderer =
                HtmlRenderer.builder()
                        .extensions(List.of(TablesExtension.create()))
                        .attributeProviderFactory(_ ->
                                (node, _, attributes) -> {
                                    if (node instanceof Heading heading)
                                        attributes.put("id", anchor(heading));
                                })
                        .build();
    }

    /** Returns the headings of the cells rendered so far. */
    public List<Section> sections() {
        return sections;
    }

    /** Returns a cell of Markdown as HTML. */
    public String html(String markdown) {
        Node document = PARSER.parse(markdown);
        document.accept(new Rewriter());
        addToSections(document);
        return renderer.render(document)
                .replace("<table>", "<div class=\"wide\"><table>")
                .replace("</table>", "</table></div>");
    }

    private void addToSections(Node document) {
        var plain = TextContentRenderer.builder().build();
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading) {
                String title = plain.render(heading);
                sections.add(new Section(slug(title), title, new StringBuilder()));
            } else if (!sections.isEmpty() && !(node instanceof HtmlBlock)) {
                sections.getLast().text().append(plain.render(node)).append(' ');
            }
        }
    }

    private String anchor(Heading heading) {
        String slug = slug(TextContentRenderer.builder().build().render(heading));
        String anchor = slug;
        for (int n = 2; !anchors.add(anchor); n++) anchor = slug + "-" + n;
        return anchor;
    }

    private static String slug(String title) {
        return title.toLowerCase().replaceAll("[^\\p{L}\\d]+", "-").replaceAll("^-|-$", "");
    }

    /**
     * Draws the diagrams and charts, adds the players, links the names of the library, and replaces
     * {@code [...]}.
     */
    private final class Rewriter extends AbstractVisitor {
        @Override
        public void visit(FencedCodeBlock block) {
            // A chapter is ASCII, so its console blocks have [...] for an ellipsis.
            if (block.getInfo().startsWith("console"))
                block.setLiteral(block.getLiteral().replace("[...]", "\u2026"));
            if (block.getInfo().equals("player")) addPlayer(block);
            if (block.getInfo().startsWith(CHART))
                replace(
                        block,
                        ChartFigure.html(
                                block.getInfo().substring(CHART.length()), block.getLiteral()));
            if (!block.getInfo().equals("diagram")) return;
            String figure = "<figure tabindex=\"0\" aria-label=\"diagram\">\n";
            replace(block, figure + Diagram.svg(block.getLiteral()) + "\n</figure>");
        }

        /** A picture is a paragraph of its own, and next to its file is one for the dark theme. */
        @Override
        public void visit(Image image) {
            String dark = image.getDestination().replaceFirst("\\.png$", "-dark.png");
            replace(
                    image.getParent(),
                    """
                    <figure><picture>
                    <source media="(prefers-color-scheme: dark)" srcset="%s">
                    %s
                    </picture></figure>\
                    """
                            .formatted(dark, renderer.render(image)));
        }

        private static void replace(Node block, String html) {
            block.insertBefore(html(html));
            block.unlink();
        }

        /** Keeps the commands, which a reader can type, and puts the player below them. */
        private void addPlayer(FencedCodeBlock block) {
            block.setInfo("console");
            String recording = players.hasNext() ? players.next() : "";
            if (recording.isEmpty()) return;
            block.insertAfter(
                    html(
                            "<figure class=\"player\" data-recording=\"%s\"></figure>"
                                    .formatted(recording)));
        }

        private static HtmlBlock html(String text) {
            var html = new HtmlBlock();
            html.setLiteral(text);
            return html;
        }

        @Override
        public void visit(Code code) {
            if (code.getParent() instanceof Link) return;
            library.link(code.getLiteral())
                    .ifPresent(target -> {
                        var link = new Link(target, null);
                        code.insertBefore(link);
                        link.appendChild(code);
                    });
        }

        @Override
        public void visit(Link link) {
            String chapter =
                    link.getDestination()
                            .replaceFirst(
                                    "^(\\.\\./)?(notebooks/)?([a-z_0-9]+)\\.java$", "$3.html");
            String page =
                    chapter.replaceFirst(
                            "^(?:\\.\\./|notebooks/)*(?:appendix/)?(\\w+)\\.md$", "$1.html");
            link.setDestination(
                    page.replaceFirst("^\\.\\./lib/(?:\\w+/)+(\\w+)\\.java", "library-$1.html"));
            visitChildren(link);
        }
    }
}
