package kit.book;

import module java.base;

/**
 * The files of the player, which shows a run of a chapter: they lie next to this one, and a page
 * needs all of them.
 */
public final class PlayerFiles {
    /** Their names, in the order in which a page loads them. */
    public static final List<String> NAMES =
            List.of(
                    "player.css",
                    "player-history.js",
                    "player-actors.js",
                    "player-motion.js",
                    "player-code.js",
                    "player-board.js",
                    "player-screen.js",
                    "player-controls.js",
                    "player-print.js",
                    "player.js");

    /** The names of the scripts, in that order. */
    public static final List<String> SCRIPTS =
            NAMES.stream().filter(name -> name.endsWith(".js")).toList();

    private PlayerFiles() {}

    /**
     * Returns the elements for the head of a page in the same folder. The page also has {@code
     * book.css}, before them, for the colours. The script of a recording comes after them, with
     * {@code defer} as well.
     */
    public static String elements() {
        return NAMES.stream()
                .map(name ->
                        name.endsWith(".css")
                                ? "<link rel=\"stylesheet\" href=\"%s\">".formatted(name)
                                : "<script src=\"%s\" defer></script>".formatted(name))
                .collect(Collectors.joining("\n"));
    }
}
