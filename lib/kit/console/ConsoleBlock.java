package kit.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced {@code console} block of a text: what the reader types at a terminal, and what the
 * terminal shows.
 *
 * <pre>
 *   &#96;&#96;&#96;console server        a terminal with a name: what runs at the end of the block keeps running
 *   $ ./jbang nio_server     a command
 *   server started on [...]  '[...]' is any text; alone on a line it is any lines
 *   &#96;&#96;&#96;
 *   &#96;&#96;&#96;console               a terminal without a name: every command ends by itself
 *   $ ./jbang nio_client
 *   &#96;&#96;&#96;
 *   &#96;&#96;&#96;console server        the first terminal again: what it printed meanwhile
 *   hello
 *   ^Cserver stopped: [...]  Ctrl-C, and what is printed after it
 *   &#96;&#96;&#96;
 * </pre>
 *
 * @param terminal its name, empty if it has none
 * @param line the number of the line with the opening fence, from 1
 * @param steps what is typed, and what is shown
 */
record ConsoleBlock(String terminal, int line, List<Step> steps) {
    private static final Pattern FENCE = Pattern.compile("```console *(\\w*)");
    private static final String ANYTHING = "[...]";
    static final String INTERRUPT = "^C";
    private static final String PROMPT = "$ ";

    /** The kinds of steps. */
    enum Kind {
        /** Nothing is typed; the command that runs prints more. */
        GO_ON,
        /** A command is typed. */
        COMMAND,
        /** Ctrl-C is typed. */
        INTERRUPT
    }

    /**
     * One thing that is typed, and its output.
     *
     * @param kind what is typed
     * @param command the command, if one is
     * @param output the lines that the text shows
     * @param from the index of the first line of this step in the text
     * @param to the index of the line after its last
     */
    record Step(Kind kind, String command, List<String> output, int from, int to) {
        /** Returns the lines of this step with another output. */
        List<String> with(List<String> actual) {
            List<String> lines = new ArrayList<>(actual);
            switch (kind) {
                case COMMAND -> lines.addFirst(PROMPT + command);
                case INTERRUPT ->
                        lines.addFirst(INTERRUPT + (lines.isEmpty() ? "" : lines.removeFirst()));
                case GO_ON -> {}
            }
            return lines;
        }
    }

    /** Returns the blocks of a text, from top to bottom; its lines have no comment signs. */
    static List<ConsoleBlock> in(List<String> lines) {
        List<ConsoleBlock> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) continue;
            int end = i + 1;
            while (end < lines.size() && !lines.get(end).equals("```")) end++;
            blocks.add(new ConsoleBlock(fence.group(1), i + 1, steps(lines, i + 1, end)));
            i = end;
        }
        return blocks;
    }

    private static List<Step> steps(List<String> lines, int from, int end) {
        List<Step> steps = new ArrayList<>();
        for (int start = from, next; start < end; start = next) {
            next = start + 1;
            while (next < end && !isTyped(lines.get(next))) next++;
            List<String> output = new ArrayList<>(lines.subList(start + 1, next));
            String first = lines.get(start);
            if (first.startsWith(PROMPT)) {
                String command = first.substring(PROMPT.length());
                steps.add(new Step(Kind.COMMAND, command, output, start, next));
            } else if (first.startsWith(INTERRUPT)) {
                if (first.length() > INTERRUPT.length())
                    output.addFirst(first.substring(INTERRUPT.length()));
                steps.add(new Step(Kind.INTERRUPT, "", output, start, next));
            } else {
                output.addFirst(first);
                steps.add(new Step(Kind.GO_ON, "", output, start, next));
            }
        }
        return steps;
    }

    private static boolean isTyped(String line) {
        return line.startsWith(PROMPT) || line.startsWith(INTERRUPT);
    }

    /**
     * Returns how many of the printed lines, from the first on, match the lines that are shown;
     * empty if they differ. In the text {@code [...]} is any text, and alone on a line it is any
     * lines.
     */
    static Optional<Integer> match(List<String> shown, List<String> actual) {
        if (shown.isEmpty()) return Optional.of(0);
        List<String> rest = shown.subList(1, shown.size());
        if (shown.getFirst().equals(ANYTHING)) {
            for (int skipped = 0; skipped <= actual.size(); skipped++) {
                int from = skipped;
                var matched = match(rest, actual.subList(from, actual.size()));
                if (matched.isPresent()) return matched.map(count -> from + count);
            }
            return Optional.empty();
        }
        if (actual.isEmpty() || !matches(shown.getFirst(), actual.getFirst()))
            return Optional.empty();
        return match(rest, actual.subList(1, actual.size())).map(count -> count + 1);
    }

    private static boolean matches(String shown, String actual) {
        return actual.matches(Pattern.quote(shown).replace(ANYTHING, "\\E.*\\Q"));
    }

    /** Returns whether the lines that are shown match all that was printed. */
    static boolean matchesAll(List<String> shown, List<String> actual) {
        String end = "<end>";
        List<String> shownToEnd = new ArrayList<>(shown);
        shownToEnd.add(end);
        List<String> actualToEnd = new ArrayList<>(actual);
        actualToEnd.add(end);
        return match(shownToEnd, actualToEnd).isPresent();
    }
}
