package kit.console;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Programs that a text shows although not every machine has them. A block that runs one of them is
 * skipped where it is missing.
 */
final class OptionalTools {
    private static final List<String> NAMES = List.of("perf", "ss", "strace");

    private OptionalTools() {}

    /** Returns the optional tool that a command runs and that is missing, if there is one. */
    static Optional<String> missing(String command, Predicate<String> installed) {
        List<String> words = List.of(command.split("[^\\w./-]+"));
        return NAMES.stream().filter(words::contains).filter(Predicate.not(installed)).findFirst();
    }
}
