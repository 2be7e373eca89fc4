//SOURCES ../Checkout.java
package kit.book;

import module java.base;

import kit.Checkout;

/**
 * A page of the book that is no chapter and no script: a Markdown file in {@code
 * notebooks/appendix}.
 *
 * @param name the file's name without {@code .md}
 * @param text its Markdown, which begins with the title
 */
record Appendix(String name, String text) {
    /** Returns all of them, in the order of their names. */
    static List<Appendix> all() throws IOException {
        List<Appendix> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("notebooks/appendix"))) {
            for (Path file : files.sorted().toList())
                all.add(
                        new Appendix(
                                file.getFileName().toString().replaceAll("\\.md$", ""),
                                Files.readString(file)));
        }
        return all;
    }

    String url() {
        return name + ".html";
    }

    String title() {
        return text.lines().findFirst().orElse("").replaceFirst("^# ", "");
    }

    Map<String, String> link() {
        return Map.of("url", url(), "title", title());
    }
}
