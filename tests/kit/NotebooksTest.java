//SOURCES ../shared/Kit.java ../shared/TestRun.java ../../lib/kit/check/NotebookRules.java
//SOURCES ../../lib/kit/check/ProseRules.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import kit.check.NotebookRules;
import kit.check.ProseRules;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.TestRun;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every notebook is listed everywhere and follows the rules of its format; the rules catch one that
 * breaks them.
 */
class NotebooksTest {
    private static final String GOOD =
            """
            // %%
            //JAVA 25+
            import module java.base;

            // %% [markdown]
            // # A title

            // %%
            int twice(int n) {
                return n
                        + n;
            }

            // %% tags=["active-ipynb"]
            // twice(2);
            """;

    public static void main(String... args) {
        TestRun.main(NotebooksTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    private static JsonObject aliases() {
        return JsonParser.parseString(Kit.read("jbang-catalog.json"))
                .getAsJsonObject()
                .getAsJsonObject("aliases");
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void hasAnAliasUnderItsNameAndItsFileName(String chapter) {
        for (String name : List.of(chapter, chapter + ".java")) {
            assertTrue(aliases().has(name), "no alias " + name);
            assertEquals(
                    "notebooks/" + chapter + ".java",
                    aliases().getAsJsonObject(name).get("script-ref").getAsString());
        }
    }

    /** The catalog alone tells the order; a title with a number would have to be kept in step. */
    @ParameterizedTest
    @MethodSource("chapters")
    void hasATitleWithoutANumber(String chapter) {
        assertFalse(Kit.read("notebooks/" + chapter + ".java").matches("(?s).*\n// # \\d.*"));
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void buildsOnChaptersThatComeBeforeIt(String chapter) {
        List<String> before =
                aliases().keySet().stream().takeWhile(name -> !name.equals(chapter)).toList();
        JsonObject alias = aliases().getAsJsonObject(chapter);
        String buildsOn = alias.has("builds-on") ? alias.get("builds-on").getAsString() : "";
        assertEquals(before.isEmpty(), buildsOn.isEmpty(), chapter + " builds on nothing");
        for (String name : buildsOn.isEmpty() ? new String[0] : buildsOn.split(" "))
            assertTrue(before.contains(name), chapter + " builds on " + name);
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void hasATestClassOfItsOwn(String chapter) {
        String test =
                Stream.of(chapter.split("_"))
                        .map(word ->
                                word.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                                        + word.substring(1))
                        .collect(Collectors.joining("", "", "Test"));
        assertTrue(
                Files.exists(Kit.ROOT.resolve("tests/chapters/" + test + ".java")),
                "no tests/chapters/" + test + ".java");
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void hasALineInTheReadme(String chapter) {
        assertTrue(
                Kit.read("README.md").contains("](notebooks/" + chapter + ".java)"),
                chapter + " is not linked");
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void keepsTheRulesOfTheFormat(String chapter) {
        String file = "notebooks/" + chapter + ".java";
        assertEquals(List.of(), NotebookRules.check(file, Kit.read(file)));
    }

    @Test
    void hasADescriptionForEveryAliasButTheSecondOnesAndNoAliasWithoutItsFile() {
        for (String name : aliases().keySet()) {
            JsonObject alias = aliases().getAsJsonObject(name);
            assertEquals(!name.endsWith(".java"), alias.has("description"), name);
            assertTrue(Files.exists(Kit.ROOT.resolve(alias.get("script-ref").getAsString())), name);
        }
    }

    @Test
    void acceptsAGoodNotebook() {
        assertEquals(List.of(), NotebookRules.check("notebooks/good.java", GOOD));
    }

    @Test
    void acceptsAPlayerThatWatchesItsChapterBetweenAServerAndItsClients() {
        String player =
                "// ```player\n// $ ./jbang aio_server\n// $ ./jbang watch good -- 8888 --twice\n"
                        + "// $ sleep 5 | ./jbang talk localhost 8888\n// ```\n";
        String good = GOOD.replace("// # A title\n", "// # A title\n//\n" + player);
        assertEquals(List.of(), NotebookRules.check("notebooks/good.java", good));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int n = 1\n    ;\n+ 1;",
                "boolean b = true\n? false : true;",
                ".strip();",
                "@Deprecated\nvoid old() {}",
                "synchronized void locked() {}",
                "void wait(int seconds) {}",
                "twice(2);",
                "//DEPS com.example:late:1",
                "// DEPS com.example:spaced:1",
                "// %matplotlib",
                "\tvoid tab() {}",
                "// a na\u00efve comment",
                "package somewhere;",
                "// %%  [markdown]",
                "\n\n// %% [markdown]\n// Far below.",
                "// %% [markdown]\n// Near.\n// %%",
                "// %% [markdown]\n// Prose.\n\nvoid inProse() {}",
                "// %% tags=[\"active-ipynb\"]\ntwice(3);",
                "// %% [markdown]\n// ```player\n// ./jbang watch good\n// ```",
                "// %% [markdown]\n// ```player\n// $ ./jbang good\n// ```",
                "// %% [markdown]\n"
                        + "// ```player\n"
                        + "// $ ./jbang watch bad\n"
                        + "// $ ./jbang watch bad\n"
                        + "// ```",
                "// %% [markdown]\n// ```player\n// $ ./jbang watch good\n// ```"
            })
    void complainsAboutWhatOneOfTheFourDoorsRejects(String lines) {
        String cell = lines.startsWith("// %%") ? lines : "// %%\n" + lines;
        String bad = GOOD.replace("// %%\nint twice", cell + "\n\n// %%\nint twice");
        assertFalse(NotebookRules.check("notebooks/bad.java", bad).isEmpty(), bad);
    }

    @Test
    void complainsAboutAFileWithoutItsFirstLineImportTitleOrName() {
        assertFalse(
                NotebookRules.check("notebooks/bad.java", GOOD.substring("// %%\n".length()))
                        .isEmpty());
        assertFalse(
                NotebookRules.check(
                                "notebooks/bad.java",
                                GOOD.replace("import module java.base;\n", ""))
                        .isEmpty());
        assertFalse(
                NotebookRules.check(
                                "notebooks/bad.java", GOOD.replace("// # A title", "// A title"))
                        .isEmpty());
        assertFalse(NotebookRules.check("notebooks/01-bad.java", GOOD).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The loop of chapter 4 is kept.",
                "Chapters 4 to 9 compare.",
                "// The next chapter builds it.",
                "as in the last chapter",
                "The function there that shall be called",
                "A thread is dearer.",
                "It looked in vain."
            })
    void complainsAboutAPlaceThatMovesAndAWordThatNobodySays(String line) {
        assertTrue(ProseRules.complaint(line).isPresent(), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[aio_server](aio_server.java) builds it.", "This chapter asks.", ""})
    void acceptsProseThatNamesWhatItMeans(String line) {
        assertEquals(java.util.Optional.empty(), ProseRules.complaint(line));
    }
}
