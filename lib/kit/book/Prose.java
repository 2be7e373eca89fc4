//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES ChartFigure.java Diagram.java JavaHighlighter.java Notes.java Terminals.java
package kit.book;

import module java.base;

import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Renders the Markdown of one chapter as HTML, with anchors, links to the library, terminals,
 * diagrams, charts, and notes in the margin.
 */
public final class Prose {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();

    /** What a fence of a chart begins with; its kind comes after it. */
    private static final String CHART = "chart ";

    private static final Pattern LIBRARY =
            Pattern.compile("^(?:\\.\\./)+lib/(?:\\w+/)+(\\w+)\\.java");

    private final Names names;
    private final Iterator<String> players;
    private final Set<String> anchors = new HashSet<>();
    private final List<Section> sections = new ArrayList<>();
    private final HtmlRenderer renderer;

    /**
     * A heading and the text below it, for the search.
     *
     * @param level the level of the heading, from 1
     * @param anchor the anchor of the heading
     * @param title the heading
     * @param text the text
     */
    public record Section(int level, String anchor, String title, StringBuilder text) {}

    /** Starts a page with these links of names. */
    public Prose(Names names) {
        this(names, List.of());
    }

    /**
     * Starts a page with links of names and with players.
     *
     * @param players the names of the recordings, in the order of the page's player blocks; an
     *     empty name for a block without a recording
     */
    public Prose(Names names, List<String> players) {
        this.names = names;
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
        addToSections(document);
        document.accept(new Rewriter());
        Terminals.arrange(document);
        Notes.arrange(document);
        return renderer.render(document)
                .replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
                .replace("</table>", "</table></div>")
                .replaceAll(HEADING, LINKED_HEADING);
    }

    private static final String HEADING = "<(h[23]) id=\"([^\"]*)\">(.*?)</\\1>";
    private static final String LINKED_HEADING =
            "<$1 id=\"$2\">$3 <a class=\"anchor\" href=\"#$2\" aria-label=\"Link to this"
                    + " section\">#</a></$1>";

    private void addToSections(Node document) {
        var plain = TextContentRenderer.builder().build();
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading) {
                String title = title(heading);
                sections.add(
                        new Section(heading.getLevel(), slug(title), title, new StringBuilder()));
            } else if (!sections.isEmpty() && !isDiagram(node)) {
                sections.getLast().text().append(plain.render(node)).append(' ');
            }
        }
    }

    private static boolean isDiagram(Node node) {
        return node instanceof FencedCodeBlock block && block.getInfo().equals("diagram");
    }

    private String anchor(Heading heading) {
        String slug = slug(title(heading));
        String anchor = slug;
        for (int n = 2; !anchors.add(anchor); n++) anchor = slug + "-" + n;
        return anchor;
    }

    private static String title(Heading heading) {
        var title = new StringBuilder();
        heading.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Text text) {
                        title.append(text.getLiteral());
                    }

                    @Override
                    public void visit(Code code) {
                        title.append(code.getLiteral());
                    }
                });
        return title.toString();
    }

    private static String slug(String title) {
        return title.toLowerCase().replaceAll("[^\\p{L}\\d]+", "-").replaceAll("^-|-$", "");
    }

    /**
     * Draws the diagrams and charts, adds the players, highlights Java, and links the names of the
     * library.
     */
    private final class Rewriter extends AbstractVisitor {
        @Override
        public void visit(FencedCodeBlock block) {
            if (block.getInfo().equals("player")) addPlayer(block);
            if (block.getInfo().startsWith(CHART))
                replace(
                        block,
                        ChartFigure.html(
                                block.getInfo().substring(CHART.length()), block.getLiteral()));
            if (isDiagram(block)) replace(block, Diagram.figure(block.getLiteral()));
            if (block.getInfo().startsWith("java")) {
                String code = JavaHighlighter.html(block.getLiteral(), names);
                replace(
                        block,
                        "<pre tabindex=\"0\"><code class=\"java\">" + code + "</code></pre>");
            }
        }

        private static void replace(Node block, String html) {
            block.insertBefore(html(html));
            block.unlink();
        }

        /** Keeps the commands, which a reader can type, and puts the player below them. */
        private void addPlayer(FencedCodeBlock block) {
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
            names.inProse(code.getLiteral())
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
            var library = LIBRARY.matcher(page);
            if (library.find()) names.linked(library.group(1));
            link.setDestination(library.replaceFirst("library-$1.html"));
            visitChildren(link);
        }
    }
}
