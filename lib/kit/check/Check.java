//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java Compiler.java ForwardReferences.java Formatting.java
//SOURCES Listings.java NotebookRules.java ProseRules.java
package kit.check;

import module java.base;

import kit.Checkout;

/** {@code ./jbang check}: checks all sources without running them. */
public final class Check {
    private static final String USAGE =
            """
            usage: check

            Changes nothing, and fails if
            - a file of lib/ or tests/, or the README's table, is not formatted (./jbang format does it),
            - a notebook breaks a rule that keeps it readable for JBang, JShell and Jupyter,
            - prose names a chapter by its place, which moves, or uses a word nobody would say,
            - javac reports an error or a warning (with -Xlint:all),
            - a program in a ```java preview block of a notebook does not compile,
            - the Javadoc of lib/ has a broken reference, HTML or tag.
            """;

    private Check() {}

    /** Prints the complaints, one a line, and exits with code 1 if there are any. */
    public static void main(String... args) throws IOException {
        if (args.length > 0) {
            boolean help = List.of(args).equals(List.of("--help"));
            if (help) IO.print(USAGE);
            else System.err.println("check: it takes no arguments (try --help)");
            System.exit(help ? 0 : 1);
        }
        List<String> complaints = new ArrayList<>();
        try {
            for (Path file : Formatting.changes().keySet())
                complaints.add(Checkout.name(file) + ": not formatted (run ./jbang format)");
        } catch (IllegalArgumentException e) {
            complaints.add(e.getMessage());
        }
        for (Path file : Checkout.javaFiles("notebooks"))
            complaints.addAll(NotebookRules.check(Checkout.name(file), Files.readString(file)));
        complaints.addAll(ForwardReferences.complaints(Checkout.javaFiles("notebooks")));
        for (Path file : Checkout.proseFiles())
            complaints.addAll(ProseRules.complaints(Checkout.name(file), Files.readString(file)));
        complaints.addAll(Listings.complaints(Checkout.javaFiles("notebooks")));
        complaints.addAll(Compiler.complaints(Checkout.javaFiles("lib", "tests", "notebooks")));
        complaints.forEach(IO::println);
        IO.println(
                complaints.isEmpty()
                        ? "check: all is well"
                        : "check: " + complaints.size() + " complaints");
        System.exit(complaints.isEmpty() ? 0 : 1);
    }
}
