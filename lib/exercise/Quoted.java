//SOURCES ../script/NetworkText.java
package exercise;

import module java.base;

import script.NetworkText;

/** Writes texts and bytes for a finding: in quotes, on one line, and shortened if they are long. */
final class Quoted {
    private static final int LONGEST = 60;
    private static final int MOST_LINES = 4;

    private Quoted() {}

    /** Returns a text in quotes. */
    static String text(String text) {
        if (text.length() > LONGEST)
            return "\"%s...\" (%,d characters)"
                    .formatted(NetworkText.escape(text.substring(0, LONGEST / 2)), text.length());
        return "\"" + NetworkText.escape(text) + "\"";
    }

    /** Returns bytes as the text that they are in UTF-8, in quotes. */
    static String bytes(byte... bytes) {
        if (bytes.length > LONGEST)
            return "\"%s...\" (%,d bytes)"
                    .formatted(
                            NetworkText.escape(utf8(Arrays.copyOf(bytes, LONGEST / 2))),
                            bytes.length);
        return "\"" + NetworkText.escape(utf8(bytes)) + "\"";
    }

    /** Returns lines in quotes, with commas, of many the last; 'nothing' if there are none. */
    static String lines(List<String> lines) {
        if (lines.isEmpty()) return "nothing";
        int hidden = Math.max(0, lines.size() - MOST_LINES);
        String shown =
                lines.stream().skip(hidden).map(Quoted::text).collect(Collectors.joining(", "));
        return hidden == 0 ? shown : "%d lines, the last of them %s".formatted(lines.size(), shown);
    }

    private static String utf8(byte... bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
