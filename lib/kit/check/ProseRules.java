package kit.check;

import module java.base;

/**
 * What prose must not say: a chapter's number or place, which moves when a chapter is inserted, and
 * words that no colleague would say.
 */
public final class ProseRules {
    private static final Pattern PLACE =
            Pattern.compile(
                    "\\b(?:chapters? \\d|(?:the )?(?:next|last|previous|following) chapter)\\b",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern STILTED =
            Pattern.compile(
                    "\\b(?:shall|dearer|heeds?|for want of|need not|may not be asked|in vain|"
                            + "beside it|come what may|so that you need)\\b",
                    Pattern.CASE_INSENSITIVE);

    private ProseRules() {}

    /** Returns what is wrong with a line of prose, if anything. */
    public static Optional<String> complaint(String line) {
        var place = PLACE.matcher(line);
        if (place.find())
            return Optional.of("'" + place.group() + "' moves: link the chapter's name instead");
        var stilted = STILTED.matcher(line);
        if (stilted.find())
            return Optional.of("'" + stilted.group() + "': say it as you would to a colleague");
        return Optional.empty();
    }

    /** Returns the complaints about the prose of a file: all of Markdown, the comments of Java. */
    static List<String> complaints(String file, String text) {
        List<String> complaints = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (file.endsWith(".java") && !line.strip().matches("(?:/?\\*|//).*")) continue;
            String where = file + ":" + number + ": ";
            complaint(line).ifPresent(what -> complaints.add(where + what));
        }
        return complaints;
    }
}
