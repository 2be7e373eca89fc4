//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java Formatting.java
package kit.check;

import module java.base;

import kit.Checkout;

/** {@code ./jbang format}: formats lib/ and tests/. */
public final class Format {
    private Format() {}

    /** Formats the files and prints the names of those that changed. */
    public static void main(String... args) throws IOException {
        if (args.length > 0) {
            boolean help = List.of(args).equals(List.of("--help"));
            if (help) IO.print(USAGE);
            else System.err.println("format: it takes no arguments (to check: ./jbang check)");
            System.exit(help ? 0 : 1);
        }
        try {
            for (var change : Formatting.changes().entrySet()) {
                Files.writeString(change.getKey(), change.getValue());
                IO.println(Checkout.name(change.getKey()));
            }
        } catch (IllegalArgumentException e) {
            System.err.println("format: " + e.getMessage());
            System.exit(1);
        }
    }

    private static final String USAGE =
            """
            usage: format

            Formats lib/ and tests/ and names the files that changed.
            """;
}
