//SOURCES ConsoleBlock.java ConsoleSession.java
package kit.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A notebook or a page of Markdown whose {@code console} blocks can be run. */
public final class ConsoleText {
    private static final String COMMENT = "// ";
    private static final int MOST_LINES = 40;

    private final Path file;
    private final String prefix;
    private final List<String> lines;

    private ConsoleText(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
        prefix = file.toString().endsWith(".java") ? COMMENT : "";
    }

    /** Reads a notebook ({@code .java}) or a page of Markdown. */
    public static ConsoleText of(Path file) throws IOException {
        return new ConsoleText(file, Files.readAllLines(file));
    }

    List<ConsoleBlock> blocks() {
        return ConsoleBlock.in(lines.stream().map(this::uncommented).toList());
    }

    private String uncommented(String line) {
        if (line.startsWith(prefix)) return line.substring(prefix.length());
        return line.equals(prefix.strip()) ? "" : "not prose";
    }

    /** The results of a run of all blocks. */
    record Run(List<ConsoleSession.Result> results) {
        /** Returns a message for each difference; empty if there is none. */
        List<String> complaints(String name) {
            return results.stream()
                    .filter(result -> !result.complaint().isEmpty())
                    .map(result -> complaint(name, result))
                    .toList();
        }

        private static String complaint(String name, ConsoleSession.Result result) {
            var step = result.step();
            var text = new StringBuilder(name + ":" + (step.from() + 1) + ": ");
            text.append(result.complaint()).append('\n');
            if (step.kind() == ConsoleBlock.Kind.COMMAND)
                text.append("    $ ").append(step.command()).append('\n');
            step.output().forEach(line -> text.append("  - ").append(line).append('\n'));
            List<String> actual = result.actual();
            for (String line : actual.subList(0, Math.min(actual.size(), MOST_LINES)))
                text.append("  + ").append(line).append('\n');
            if (actual.size() > MOST_LINES)
                text.append("  + and ").append(actual.size() - MOST_LINES).append(" lines more\n");
            return text.toString();
        }
    }

    Run run(Duration patience) throws IOException, InterruptedException {
        List<ConsoleSession.Result> results = new ArrayList<>();
        try (var session = new ConsoleSession(patience)) {
            for (ConsoleBlock block : blocks()) results.addAll(session.run(block));
            results.addAll(session.endedTooEarly());
        }
        return new Run(results);
    }

    /**
     * Runs every block and returns a message for each command that prints something else: its
     * place, the lines that are shown ({@code -}) and those that were printed ({@code +}).
     *
     * @param patience how long a command may take to print what the text shows
     */
    public List<String> check(Duration patience) throws IOException, InterruptedException {
        return run(patience).complaints(file.getFileName().toString());
    }

    /** Runs every block, and replaces lines that are shown by those that were printed. */
    List<String> rewrite(Duration patience) throws IOException, InterruptedException {
        Run run = run(patience);
        List<String> rewritten = new ArrayList<>(lines);
        for (ConsoleSession.Result result : run.results().reversed()) {
            if (result.complaint().isEmpty() || result.actual().equals(result.step().output()))
                continue;
            var step = result.step();
            List<String> place = rewritten.subList(step.from(), step.to());
            place.clear();
            for (String line : step.with(result.actual()))
                place.add((prefix + line).stripTrailing());
        }
        if (!rewritten.equals(lines)) Files.write(file, rewritten);
        return run.complaints(file.getFileName().toString());
    }
}
