//SOURCES ../shared/Kit.java ../shared/TestRun.java ../../lib/kit/check/NotebookRules.java
//DEPS com.google.code.gson:gson:2.15.0
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import kit.check.NotebookRules;

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

    /** The catalog tells the order; the titles and the README's table repeat it. */
    @ParameterizedTest
    @MethodSource("chapters")
    void isNumberedByItsPlaceInTheCatalog(String chapter) {
        List<String> inOrder =
                aliases().keySet().stream().filter(name -> chapters().contains(name)).toList();
        int number = inOrder.indexOf(chapter) + 1;
        String title = "\n// # " + number + ". ";
        assertTrue(Kit.read("notebooks/" + chapter + ".java").contains(title), title);
        String row = "\n| %d | [%s](".formatted(number, chapter);
        assertTrue(Kit.read("README.md").contains(row), row);
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
                "// %% tags=[\"active-ipynb\"]\ntwice(3);"
            })
    void complainsAboutWhatOneOfTheFourDoorsRejects(String lines) {
        String bad = GOOD.replace("// %%\nint twice", "// %%\n" + lines + "\n\n// %%\nint twice");
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
}
