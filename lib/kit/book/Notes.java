//DEPS org.commonmark:commonmark:0.32.0
package kit.book;

import module java.base;

import org.commonmark.node.BlockQuote;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.StrongEmphasis;

/**
 * The notes of a page: quotations that begin with a bold word, such as {@code > **Note.** ...},
 * which Jupyter shows as quotations. In the book they stand in the margin, next to the paragraph
 * before them, where there is room.
 */
final class Notes {
    private Notes() {}

    /** Moves the notes of a document into the margin. */
    static void arrange(Node document) {
        Node next;
        for (Node node = document.getFirstChild(); node != null; node = next) {
            next = node.getNext();
            if (!(node instanceof BlockQuote quote) || !isNote(quote)) continue;
            Node text = quote.getPrevious();
            boolean hasText = text instanceof Paragraph;
            (hasText ? text : quote).insertBefore(html("<div class=\"noted\">"));
            quote.insertBefore(html("<aside class=\"note\">"));
            while (quote.getFirstChild() != null) quote.insertBefore(quote.getFirstChild());
            quote.insertBefore(html("</aside></div>"));
            quote.unlink();
        }
    }

    private static boolean isNote(BlockQuote quote) {
        return quote.getFirstChild() instanceof Paragraph first
                && first.getFirstChild() instanceof StrongEmphasis;
    }

    private static HtmlBlock html(String text) {
        var html = new HtmlBlock();
        html.setLiteral(text);
        return html;
    }
}
