//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import module java.base;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/** {@code ./jbang check} and {@code ./jbang format}, in a checkout of a few files. */
@Tag(TestRun.SLOW)
class CheckTest {
    private static final String GOOD =
            """
            package part;

            /** Counts, as {@link #next} says. */
            public final class %s {
                private int count;

                /** Returns the next number. */
                public int next() {
                    return ++count;
                }
            }
            """;
    private static final String NOTEBOOK =
            """
            // %%
            //JAVA 25+
            import module java.base;

            // %% [markdown]
            // # A title

            // %%
            void main() {
                IO.println("hello");
            }
            """;

    private static final String TABLES =
            """
            # A book

            <!-- The tables are made from jbang-catalog.json by ./jbang format. -->
            <!-- The end of the tables. -->
            """;

    /** A program that only compiles with preview features, and a fragment that is no program. */
    private static final String LISTINGS =
            """

            // %% [markdown]
            // ```java preview
            // void main() throws InterruptedException {
            //     try (var scope = StructuredTaskScope.open()) {
            //
            //         scope.fork(() -> 42);
            //         scope.join();
            //     }
            // }
            // ```
            //
            // ```java
            // a fragment;
            // ```
            """;

    @TempDir Path checkout;

    public static void main(String... args) {
        TestRun.main(CheckTest.class);
    }

    private Path write(String file, String text) throws IOException {
        Path path = checkout.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private void writeCheckout() throws IOException {
        write("jbang-catalog.json", "{\"aliases\": {}}");
        Path launcher =
                write("jbang", "#!/bin/sh\nexec '" + Kit.ROOT.resolve("jbang") + "' \"$@\"\n");
        assertTrue(launcher.toFile().setExecutable(true));
        write("lib/part/Good.java", GOOD.formatted("Good"));
        write("tests/part/GoodTest.java", GOOD.formatted("GoodTest"));
        write("notebooks/good.java", NOTEBOOK);
    }

    private ScriptProcess run(String command, String... args) {
        List<String> all =
                new ArrayList<>(List.of(Kit.ROOT + "/lib/kit/check/" + command + ".java"));
        all.addAll(List.of(args));
        var builder = ScriptProcess.launcher(all.toArray(String[]::new));
        return new ScriptProcess(builder.directory(checkout.toFile()));
    }

    @Test
    void aGoodCheckoutHasNoComplaintsAndStaysAsItIs() throws Exception {
        writeCheckout();
        write("notebooks/listings.java", NOTEBOOK + LISTINGS);
        try (var check = run("Check")) {
            assertEquals(0, check.exitCode(), check.toString());
            assertEquals(List.of("check: all is well"), check.output());
        }
        assertEquals(NOTEBOOK, Files.readString(checkout.resolve("notebooks/good.java")));
    }

    @Test
    void eachPartComplainsAboutItsKindOfDefect() throws Exception {
        writeCheckout();
        write("lib/part/Wide.java", GOOD.formatted("Wide").replace("    ", "  "));
        write(
                "lib/part/Raw.java",
                GOOD.formatted("Raw")
                        .replace("int count", "java.util.List count")
                        .replace("return ++count", "return count.size()"));
        write("lib/part/Stale.java", GOOD.formatted("Stale").replace("#next}", "#previous}"));
        write("lib/part/Bold.java", GOOD.formatted("Bold").replace("Returns", "<b>Returns"));
        write("lib/part/Cut.java", GOOD.formatted("Cut").replace("Returns", "{@code Returns"));
        write("notebooks/late.java", NOTEBOOK.replace("// %%\n//JAVA", "//JAVA"));
        write(
                "notebooks/early.java",
                NOTEBOOK + "\n// %%\nclass A {\n    B b;\n}\n\n// %%\nclass B {}\n");
        write(
                "notebooks/listings.java",
                NOTEBOOK + LISTINGS.replace("scope.fork", "scope.spawn") + LISTINGS);
        write("notebooks/prose.java", NOTEBOOK.replace("# A title", "# The next chapter"));
        write("README.md", TABLES);
        try (var check = run("Check")) {
            assertEquals(1, check.exitCode(), check.toString());
            assertEquals(
                    List.of(
                            "README.md: not formatted (run ./jbang format)",
                            "check: 10 complaints",
                            "lib/part/Bold.java:7: element not closed: b",
                            "lib/part/Cut.java:7: unterminated inline tag",
                            "lib/part/Raw.java:5: found raw type: java.util.List",
                            "lib/part/Stale.java:3: reference not found",
                            "lib/part/Wide.java: not formatted (run ./jbang format)",
                            "notebooks/early.java:15: class A names B, which a later cell declares:"
                                    + " a kernel rejects it",
                            "notebooks/late.java:1: line 1 must be '// %%', or Jupytext changes the"
                                    + " file",
                            "notebooks/listings.java:18: cannot find symbol",
                            "notebooks/prose.java:6: 'The next chapter' moves: link the chapter's"
                                    + " name instead"),
                    check.output().stream()
                            .filter(line -> !line.startsWith("  "))
                            .sorted()
                            .toList());
        }
    }

    @Test
    void formatChangesWhatIsNotFormattedAndNamesIt() throws Exception {
        writeCheckout();
        Path wide =
                write(
                        "lib/part/Wide.java",
                        "//SOURCES Good.java\n" + GOOD.formatted("Wide").replace("    ", "  "));
        try (var format = run("Format")) {
            assertEquals(0, format.exitCode(), format.toString());
            assertEquals(List.of("lib/part/Wide.java"), format.output());
        }
        assertEquals("//SOURCES Good.java\n" + GOOD.formatted("Wide"), Files.readString(wide));
    }

    @Test
    void formatMakesTheReadmesTablesFromTheCatalog() throws Exception {
        writeCheckout();
        write(
                "jbang-catalog.json",
                """
                {"aliases": {
                  "good": {"part": "One", "script-ref": "notebooks/good.java", "description": "What"},
                  "more": {"script-ref": "notebooks/more.java", "description": "More",
                           "builds-on": "good"},
                  "test": {"script-ref": "tests/RunTests.java", "description": "No chapter"},
                  "good.java": {"script-ref": "notebooks/good.java"}}}
                """);
        Path readme = write("README.md", TABLES);
        try (var format = run("Format")) {
            assertEquals(0, format.exitCode(), format.toString());
            assertEquals(List.of("README.md"), format.output());
        }
        assertEquals(
                """
                # A book

                <!-- The tables are made from jbang-catalog.json by ./jbang format. -->

                ### One

                | | file | what you learn | builds on |
                | --- | --- | --- | --- |
                | 1 | [good](notebooks/good.java) | What |  |
                | 2 | [more](notebooks/more.java) | More | good |

                <!-- The end of the tables. -->
                """,
                Files.readString(readme));
    }

    @Test
    void formatBreaksALongDirectiveIntoTwoThatJBangReads() throws Exception {
        writeCheckout();
        String names = "Good.java ".repeat(12).strip();
        Path wide =
                write("lib/part/Wide.java", "//SOURCES " + names + "\n" + GOOD.formatted("Wide"));
        try (var format = run("Format")) {
            assertEquals(0, format.exitCode(), format.toString());
        }
        List<String> lines = Files.readAllLines(wide);
        assertEquals("//SOURCES " + "Good.java ".repeat(9).strip(), lines.get(0));
        assertEquals("//SOURCES " + "Good.java ".repeat(3).strip(), lines.get(1));
    }

    @Test
    void aFileThatIsNoJavaIsOneLine() throws Exception {
        writeCheckout();
        write("lib/part/Good.java", "public class {");
        try (var format = run("Format")) {
            assertEquals(1, format.exitCode(), format.toString());
            assertEquals(1, format.errors().size(), format.toString());
            assertTrue(
                    format.errors().getFirst().startsWith("format: lib/part/Good.java:1:"),
                    format.toString());
        }
    }

    @Test
    void bothSayInOneLineThatTheyTakeNoArguments() throws Exception {
        writeCheckout();
        for (String command : List.of("Check", "Format")) {
            try (var failing = run(command, "--check")) {
                assertEquals(1, failing.exitCode());
                assertEquals(1, failing.errors().size(), failing.toString());
                assertTrue(failing.errors().getFirst().contains(": it takes no arguments ("));
            }
        }
    }
}
