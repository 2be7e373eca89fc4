//SOURCES ../Programs.java ConsoleBlock.java ConsoleSession.java OptionalTools.java
package kit.console;

import kit.Programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A notebook or a page of Markdown whose {@code console} blocks can be run. */
public final class ConsoleText {
    private static final String COMMENT = "// ";
    private static final int MOST_LINES = 40;

    private final Path file;
    private final String prefix;
    private final List<String> lines;
    private final Predicate<String> installed;

    private ConsoleText(Path file, List<String> lines, Predicate<String> installed) {
        this.file = file;
        this.lines = lines;
        this.installed = installed;
        prefix = file.toString().endsWith(".java") ? COMMENT : "";
    }

    /** Reads a notebook ({@code .java}) or a page of Markdown. */
    public static ConsoleText of(Path file) throws IOException {
        return of(file, Programs::isInstalled);
    }

    /** Does the same on a machine that has these of the optional tools. */
    public static ConsoleText of(Path file, Predicate<String> installed) throws IOException {
        return new ConsoleText(file, Files.readAllLines(file), installed);
    }

    List<ConsoleBlock> blocks() {
        return ConsoleBlock.in(lines.stream().map(this::uncommented).toList());
    }

    /**
     * Returns a message for each block that is skipped, because one of its commands needs a tool
     * that is not installed, or because it continues the terminal of such a block.
     */
    public List<String> skipped() {
        return missingTools().entrySet().stream()
                .map(skip ->
                        "%s:%d: skipped, because %s is not installed"
                                .formatted(
                                        file.getFileName(), skip.getKey().line(), skip.getValue()))
                .toList();
    }

    /** The blocks to skip, from top to bottom, each with the tool that is missing. */
    private Map<ConsoleBlock, String> missingTools() {
        Map<ConsoleBlock, String> skipped = new LinkedHashMap<>();
        Map<String, String> terminals = new HashMap<>();
        for (ConsoleBlock block : blocks()) {
            for (ConsoleBlock.Step step : block.steps()) {
                if (step.kind() != ConsoleBlock.Kind.COMMAND) continue;
                terminals.remove(block.terminal());
                Optional<String> tool = OptionalTools.missing(step.command(), installed);
                if (tool.isEmpty()) continue;
                terminals.put(block.terminal(), tool.get());
                break;
            }
            String tool = terminals.get(block.terminal());
            if (tool != null) skipped.put(block, tool);
        }
        return skipped;
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
        var skipped = missingTools().keySet();
        try (var session = new ConsoleSession(patience)) {
            for (ConsoleBlock block : blocks()) {
                if (!skipped.contains(block)) results.addAll(session.run(block));
            }
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
