//SOURCES Notebook.java
package kit.notebook;

import module java.base;

/**
 * A fenced {@code player} block of a chapter: commands that a reader can type, and that the book
 * records. Its page plays the recording back below the block.
 *
 * <pre>
 *   &#96;&#96;&#96;player
 *   $ ./jbang aio_coroutine_server                          a server that the chapter needs
 *   $ ./jbang watch aio_coroutine_client -- --clients 3     the chapter that is watched
 *   $ ./jbang talk localhost 8888                           its clients, one after another
 *   &#96;&#96;&#96;
 * </pre>
 *
 * @param servers the commands before the chapter's
 * @param chapter the name of the chapter that is watched
 * @param arguments the chapter's arguments, as one text; empty if it has none
 * @param clients the commands after the chapter's
 */
public record PlayerBlock(
        List<String> servers, String chapter, String arguments, List<String> clients) {
    private static final String FENCE = "```";
    private static final String PROMPT = "$ ";
    private static final Pattern WATCH = Pattern.compile("\\./jbang watch (\\w+)(?: -- (.+))?");

    /**
     * Returns the blocks of a chapter, from top to bottom.
     *
     * @throws IllegalArgumentException if a line isn't a command, or if not exactly one of a
     *     block's commands is {@code ./jbang watch}; the message says what is wrong
     */
    public static List<PlayerBlock> in(Notebook notebook) {
        List<PlayerBlock> blocks = new ArrayList<>();
        for (Notebook.Cell cell : notebook.cells()) {
            if (cell.type() != Notebook.Type.MARKDOWN) continue;
            List<String> lines = cell.source().lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).equals(FENCE + "player")) continue;
                int end = i + 1;
                while (end < lines.size() && !lines.get(end).equals(FENCE)) end++;
                blocks.add(of(lines.subList(i + 1, end)));
                i = end;
            }
        }
        return blocks;
    }

    private static PlayerBlock of(List<String> lines) {
        List<String> commands = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith(PROMPT))
                throw new IllegalArgumentException(
                        "a line of a player block is a command, '$ ...', not '" + line + "'");
            commands.add(line.substring(PROMPT.length()));
        }
        List<MatchResult> watched =
                commands.stream()
                        .map(WATCH::matcher)
                        .filter(Matcher::matches)
                        .map(Matcher::toMatchResult)
                        .toList();
        if (watched.size() != 1)
            throw new IllegalArgumentException(
                    "a player block has one command './jbang watch CHAPTER' or './jbang watch"
                            + " CHAPTER -- ARGUMENTS', not "
                            + watched.size());
        MatchResult watch = watched.getFirst();
        int at = commands.indexOf(watch.group());
        return new PlayerBlock(
                List.copyOf(commands.subList(0, at)),
                watch.group(1),
                Objects.requireNonNullElse(watch.group(2), ""),
                List.copyOf(commands.subList(at + 1, commands.size())));
    }
}
