//DEPS com.samskivert:jmustache:1.16
//SOURCES ../Checkout.java
package kit.book;

import module java.base;

import com.samskivert.mustache.Mustache;

import kit.Checkout;

/** The templates of the book, which lie next to this file. */
final class Template {
    static final Path FOLDER = Checkout.ROOT.resolve("lib/kit/book");

    private Template() {}

    /** Returns a template's text with these values; a missing value is an empty text. */
    static String render(String template, Map<String, ?> values) {
        try {
            return Mustache.compiler()
                    .defaultValue("")
                    .emptyStringIsFalse(true)
                    .compile(Files.readString(FOLDER.resolve(template)))
                    .execute(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Escapes text for HTML, also between quotation marks. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
