//JAVA 25+
//JAVA_OPTIONS -XX:+UseSerialGC
//SOURCES shared/TestRun.java */*.java
package tests;

import tests.shared.TestRun;

import java.util.ArrayList;
import java.util.List;

/** {@code ./jbang test}: runs the tests, all or those of the classes named. */
public final class RunTests {
    private static final String USAGE =
            """
            usage: test [--fast | --long] [class...]

            Runs the tests of the classes named, for example AioServerTest, or those of all classes.

              --fast  leaves out what needs a browser, Jupyter, a JShell, a database, a measurement
                      or a thousand connections, the chapters' console blocks and the exercises
              --long  also runs what repeats something for minutes or measures, what needs
                      10,000 connections, and the wrong attempts at the exercises
            """;

    private RunTests() {}

    public static void main(String... args) {
        List<String> classes = new ArrayList<>(List.of(args));
        if (classes.contains("--help")) {
            IO.print(USAGE);
            return;
        }
        if (RunTests.class.getResource("shared/Kit.class") == null) {
            // Run from a URL, where JBang leaves out the files that a pattern names.
            System.err.println(
                    "test needs a checkout: clone the repository, and call ./jbang test there");
            System.exit(1);
        }
        boolean fast = classes.remove("--fast");
        List<String> without = new ArrayList<>();
        if (fast) without.add(TestRun.SLOW);
        if (!classes.remove("--long") && classes.isEmpty()) without.add(TestRun.LONG);
        for (String name : classes) {
            if (!name.startsWith("-")) continue;
            System.err.println("test: there is no option " + name + " (try --help)");
            System.exit(1);
        }
        System.exit(TestRun.run(classes, without) ? 0 : 1);
    }
}
