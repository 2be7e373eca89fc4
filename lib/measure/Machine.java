package measure;

import module java.base;

/** Describes the machine in one line, to go with the figures. */
public final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Returns its processors, operating system and Java version. */
    public static String describe() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        return "%d %s (%s), %s %s, Java %s"
                .formatted(
                        processors,
                        processors == 1 ? "processor" : "processors",
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
