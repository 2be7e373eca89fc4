//DEPS org.commonmark:commonmark:0.32.0
//DEPS org.commonmark:commonmark-ext-gfm-tables:0.32.0
//SOURCES Template.java
package kit.book;

import module java.base;

import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * The {@code console} blocks of a page as terminals. Blocks that follow each other, with no more
 * than a short paragraph between them, and that belong to different terminals, stand side by side:
 * a terminal with a name on the left, the others on the right. Their order in the page stays that
 * of the time, from left to right and from top to bottom.
 */
final class Terminals {
    private static final String INFO = "console";

    /** The commands of a player, which starts a terminal for each of them. */
    private static final String PLAYER = "player";

    private static final String PROMPT = "$ ";
    private static final String INTERRUPT = "^C";
    private static final int SHORT_PARAGRAPH = 330; // characters
    private static final int NARROWEST = 30; // characters
    private static final int WIDEST = 62;

    /**
     * A block, with the paragraph that leads to it.
     *
     * @param caption null if there is none
     */
    private record Piece(Paragraph caption, FencedCodeBlock block) {
        String terminal() {
            return block.getInfo().substring(INFO.length()).strip();
        }

        /** Returns 1 for the left one. */
        int column() {
            return terminal().isEmpty() ? 2 : 1;
        }
    }

    private Terminals() {}

    /** Replaces the blocks of a document. */
    static void arrange(Node document) {
        Node node = document.getFirstChild();
        while (node != null) {
            Node next = node.getNext();
            if (node instanceof FencedCodeBlock block && block.getInfo().equals(PLAYER)) {
                block.setInfo(INFO);
                replace(new Piece(null, block), false, false);
            } else if (isConsole(node)) {
                List<Piece> pieces = pieces((FencedCodeBlock) node);
                next = pieces.getLast().block().getNext();
                boolean talk = pieces.stream().map(Piece::column).distinct().count() == 2;
                if (talk) sideBySide(pieces);
                Set<String> seen = new HashSet<>();
                for (Piece piece : pieces) replace(piece, talk, !seen.add(piece.terminal()));
            }
            node = next;
        }
    }

    private static boolean isConsole(Node node) {
        return node instanceof FencedCodeBlock block && block.getInfo().startsWith(INFO);
    }

    private static List<Piece> pieces(FencedCodeBlock first) {
        List<Piece> pieces = new ArrayList<>(List.of(new Piece(null, first)));
        Node next = first.getNext();
        while (next != null) {
            Paragraph caption = next instanceof Paragraph p && isShort(p) ? p : null;
            Node block = caption == null ? next : caption.getNext();
            if (!isConsole(block)) break;
            pieces.add(new Piece(caption, (FencedCodeBlock) block));
            next = block.getNext();
        }
        return pieces;
    }

    private static boolean isShort(Paragraph paragraph) {
        return TextContentRenderer.builder().build().render(paragraph).length() <= SHORT_PARAGRAPH;
    }

    private static void sideBySide(List<Piece> pieces) {
        int row = 0;
        int previous = 2;
        for (Piece piece : pieces) {
            if (piece.column() <= previous) row++;
            previous = piece.column();
            Node start = piece.caption() == null ? piece.block() : piece.caption();
            String area = "<div style=\"grid-area:%d/%d\">".formatted(row, piece.column());
            start.insertBefore(html(area));
            piece.block().insertAfter(html("</div>"));
        }
        Piece first = pieces.getFirst();
        String columns = "--a:%dfr;--b:%dfr".formatted(width(pieces, 1), width(pieces, 2));
        Node opening = first.block().getPrevious();
        opening.insertBefore(html("<div class=\"terminals\" style=\"" + columns + "\">"));
        pieces.getLast().block().getNext().insertAfter(html("</div>"));
    }

    private static int width(List<Piece> pieces, int column) {
        int longest =
                pieces.stream()
                        .filter(piece -> piece.column() == column)
                        .flatMap(piece -> piece.block().getLiteral().lines())
                        .mapToInt(String::length)
                        .max()
                        .orElse(0);
        return Math.clamp(longest, NARROWEST, WIDEST);
    }

    private static void replace(Piece piece, boolean talks, boolean goesOn) {
        String name = piece.terminal().isEmpty() ? "terminal" : piece.terminal();
        if (talks && piece.terminal().isEmpty()) name = "another terminal";
        if (goesOn && !piece.terminal().isEmpty()) name += ", later";
        var text = new StringBuilder();
        piece.block().getLiteral().lines().forEach(line -> text.append(line(line)).append('\n'));
        String html =
                """
                <figure class="terminal"><figcaption>%s</figcaption>%s
                <pre tabindex="0"><code>%s</code></pre></figure>\
                """;
        String copy = text.indexOf("<kbd>") < 0 ? "" : COPY;
        piece.block().insertBefore(html(html.formatted(name, copy, text)));
        piece.block().unlink();
    }

    private static final String COPY = "<button type=\"button\" class=\"copy\">Copy</button>";

    private static String line(String line) {
        // A chapter is ASCII, so its console blocks have [...] for an ellipsis.
        String text = Template.escaped(line).replace("[...]", "\u2026");
        if (text.startsWith(PROMPT))
            return "<i>$ </i><kbd>" + text.substring(PROMPT.length()) + "</kbd>";
        if (text.startsWith(INTERRUPT)) return "<b>^C</b>" + text.substring(INTERRUPT.length());
        return text;
    }

    private static HtmlBlock html(String text) {
        var html = new HtmlBlock();
        html.setLiteral(text);
        return html;
    }
}
