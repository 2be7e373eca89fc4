//SOURCES ../Checkout.java
package kit.book;

import module java.base;

import kit.Checkout;

/** The README's sections, of which the book's first page shows some. */
final class Readme {
    private Readme() {}

    /**
     * Returns the Markdown of these sections, with their headings.
     *
     * @throws IllegalStateException if the README has no section of one of these names
     */
    static String sections(String... titles) throws IOException {
        String readme = Files.readString(Checkout.ROOT.resolve("README.md"));
        var found = new StringBuilder();
        for (String title : titles) {
            int start = readme.indexOf("\n## " + title + "\n");
            if (start < 0) throw new IllegalStateException("README.md has no '## " + title + "'");
            int end = readme.indexOf("\n## ", start + 1);
            found.append(readme, start, end < 0 ? readme.length() : end);
        }
        return found.toString();
    }
}
