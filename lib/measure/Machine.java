package measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine that measures, in a line: without it a figure means nothing. */
public final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    /**
     * Describes this machine.
     *
     * @return processors, system, Java
     * @throws IOException if the system's description cannot be read
     */
    public static String describe() throws IOException {
        return "%d processors (%s), %s %s, Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        model(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version").replaceAll("-.*", ""),
                        Runtime.version());
    }

    private static String model() throws IOException {
        if (!Files.isReadable(PROCESSORS)) return System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst(".*?: *", ""))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
