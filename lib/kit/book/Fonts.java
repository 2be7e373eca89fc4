//SOURCES Template.java
package kit.book;

import module java.base;

/** The fonts of the book. */
final class Fonts {
    private static final Pattern FILE = Pattern.compile("url\\(([\\w-]+\\.woff2)\\)");

    private Fonts() {}

    /** Returns the style sheet {@code fonts.css} with the font files in it. */
    static String css() throws IOException {
        var css = new StringBuilder();
        var file = FILE.matcher(Files.readString(Template.FOLDER.resolve("fonts.css")));
        while (file.find()) {
            byte[] font =
                    Files.readAllBytes(Template.FOLDER.resolve("fonts").resolve(file.group(1)));
            String data = Base64.getEncoder().encodeToString(font);
            file.appendReplacement(css, "url(data:font/woff2;base64," + data + ")");
        }
        return file.appendTail(css).toString();
    }
}
