//SOURCES ../../lib/kit/notebook/Chapters.java ../shared/Paste.java ../shared/ScriptProcess.java
//SOURCES ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kit.notebook.Chapters;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.Paste;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.File;
import java.io.IOException;
import java.util.List;

/** Every chapter pasted into a JShell, in this JVM and without a terminal. */
@Tag(TestRun.SLOW)
class PasteTest {
    private static String library;

    public static void main(String... args) {
        TestRun.main(PasteTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    @BeforeAll
    static void findTheLibrary() {
        output("build", "jshell");
        library = output("info", "classpath", "jshell");
    }

    private static String output(String... args) {
        try (var jbang = ScriptProcess.start(args)) {
            assertEquals(0, jbang.exitCode(), jbang.toString());
            return String.join("", jbang.output());
        }
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void takesAChapterWithoutAnErrorAndCanCallItsMain(String chapter) throws IOException {
        String text = Kit.read("notebooks/" + chapter + ".java");
        try (var jshell =
                Paste.open(
                        Chapters.needsDependencies(text)
                                ? String.join(File.pathSeparator, Chapters.dependencies(chapter))
                                : library)) {
            assertEquals(List.of(), Paste.complaints(jshell, text));
            String said = String.join("", Paste.complaints(jshell, "main(\"--nothing\")\n"));
            assertTrue(said.matches(".*ScriptException: .* has no option --nothing .*"), said);
        }
    }

    /** Finds a chapter that JShell cuts in the wrong place, or that calls a missing method. */
    @Test
    void findsWhatJshellDoesNotTake() {
        for (String bad :
                List.of(
                        "String a = \"x\"\n    .strip();\n",
                        "@Deprecated\nvoid a() { }\n",
                        "void a() { missing(); }\n",
                        "void a() {\n",
                        "throw new IllegalStateException();\n")) {
            try (var jshell = Paste.open(library)) {
                assertEquals(1, Paste.complaints(jshell, bad).size(), bad);
            }
        }
    }
}
