//SOURCES ../../lib/kit/notebook/IpynbFormat.java ../../lib/kit/notebook/Notebook.java
//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import kit.notebook.IpynbFormat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A chapter becomes a Jupyter notebook and a chapter again, and nothing is lost. */
class IpynbTest {
    private static final String CHAPTER =
            """
            // %%
            //JAVA 25+
            import module java.base;

            // %% [markdown]
            // # A title
            //
            // Prose, "quoted" <b>.

            // %%
            int twice(int n) {

                return 2 * n;
            }

            // %% tags=["active-ipynb"]
            // var n = twice(21);
            //
            // n
            """;

    /** The command that starts Jupytext here; empty if it is not installed. */
    private static final List<String> JUPYTEXT =
            Stream.of(
                            List.of("jupytext"),
                            List.of("python3", "-m", "jupytext"),
                            List.of("/usr/bin/python3", "-m", "jupytext"))
                    .filter(command -> exitCode(command, "--version") == 0)
                    .findFirst()
                    .orElse(List.of());

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(IpynbTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    private static String chapter(String name) {
        return Kit.read("notebooks/" + name + ".java");
    }

    /** Each cell as its kind, its tags and its source. */
    private static List<String> cells(String ipynb) {
        List<String> cells = new ArrayList<>();
        for (JsonElement element :
                JsonParser.parseString(ipynb).getAsJsonObject().getAsJsonArray("cells")) {
            JsonObject cell = element.getAsJsonObject();
            var source = new StringBuilder();
            if (cell.get("source") instanceof JsonArray lines)
                lines.forEach(line -> source.append(line.getAsString()));
            else source.append(cell.get("source").getAsString());
            JsonElement tags = cell.getAsJsonObject("metadata").get("tags");
            cells.add(cell.get("cell_type").getAsString() + " " + tags + "\n" + source);
        }
        return cells;
    }

    @Test
    void eachCellIsWhatItsMarkerSaysAndActiveCellsAreUncommented() {
        assertEquals(
                List.of(
                        "code null\n//JAVA 25+\nimport module java.base;",
                        "markdown null\n# A title\n\nProse, \"quoted\" <b>.",
                        "code null\nint twice(int n) {\n\n    return 2 * n;\n}",
                        "code [\"active-ipynb\"]\nvar n = twice(21);\n\nn"),
                cells(IpynbFormat.fromJava(CHAPTER)));
    }

    @Test
    void theMetadataNamesTheKernelAndLetsJupytextPairTheTwo() {
        var notebook = JsonParser.parseString(IpynbFormat.fromJava(CHAPTER)).getAsJsonObject();
        var metadata = notebook.getAsJsonObject("metadata");
        assertEquals(4, notebook.get("nbformat").getAsInt());
        assertEquals(
                "aio-notebooks", metadata.getAsJsonObject("kernelspec").get("name").getAsString());
        assertEquals(
                "ipynb,java:percent",
                metadata.getAsJsonObject("jupytext").get("formats").getAsString());
    }

    @Test
    void anEditedNotebookComesBackWithItsEditsAndWithoutItsOutputs() {
        String edited =
                IpynbFormat.fromJava(CHAPTER)
                        .replace("\"outputs\": []", "\"outputs\": [{\"output_type\": \"stream\"}]")
                        .replace("twice(21)", "twice(22)");
        assertEquals(CHAPTER.replace("21", "22"), IpynbFormat.toJava(edited));
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void aChapterSurvivesTheWayThereAndBack(String name) {
        assertEquals(chapter(name), IpynbFormat.toJava(IpynbFormat.fromJava(chapter(name))));
    }

    @Tag(TestRun.SLOW)
    @ParameterizedTest
    @MethodSource("chapters")
    @Tag(TestRun.SLOW)
    void jupytextAgrees(String name) throws Exception {
        assumeFalse(JUPYTEXT.isEmpty(), "Jupytext is not installed");
        Path java = Files.writeString(folder.resolve(name + ".java"), chapter(name));
        Path theirs = folder.resolve("theirs.ipynb");
        assertEquals(0, exitCode(JUPYTEXT, "--to", "ipynb", "--output", theirs + "", java + ""));
        String ours = IpynbFormat.fromJava(chapter(name));
        assertEquals(cells(Files.readString(theirs)), cells(ours));
        Path ipynb = Files.writeString(folder.resolve("ours.ipynb"), ours);
        assertEquals(
                0, exitCode(JUPYTEXT, "--to", "java:percent", "--output", java + "", ipynb + ""));
        assertEquals(chapter(name), Files.readString(java));
    }

    private static int exitCode(List<String> command, String... args) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(args));
        try {
            var process = new ProcessBuilder(all).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException | InterruptedException e) {
            return -1;
        }
    }

    @Test
    void theCommandConvertsThereAndBack() throws Exception {
        Path ipynb = folder.resolve("aio_server.ipynb");
        try (var there = ScriptProcess.start("ipynb", "aio_server", "-o", folder.toString())) {
            assertEquals(0, there.exitCode(), there.toString());
            assertEquals(List.of(ipynb.toString()), there.output());
        }
        try (var back = ScriptProcess.start("ipynb", ipynb.toString(), "-o", folder.toString())) {
            assertEquals(0, back.exitCode(), back.toString());
        }
        assertEquals(chapter("aio_server"), Files.readString(folder.resolve("aio_server.java")));
    }

    @Test
    void anExerciseIsConvertedWithItsStartAndItsCheck() throws Exception {
        Path ipynb = folder.resolve("bio_server_1.ipynb");
        try (var there = ScriptProcess.start("ipynb", "bio_server_1", "-o", folder.toString())) {
            assertEquals(0, there.exitCode(), there.toString());
        }
        List<String> cells = cells(Files.readString(ipynb));
        assertEquals("code [\"active-ipynb\"]\ncheck(\"bio_server_1\");", cells.getLast());
        assertFalse(String.join("\n", cells).contains(">>>"), cells.toString());
    }

    @Tag(TestRun.SLOW)
    @Test
    void theCommandSaysInOneLineWhatItCannotConvert() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.ipynb"), "{\"cells\": 3}");
        Path raw = folder.resolve("raw.ipynb");
        Files.writeString(raw, "{\"cells\": [{\"cell_type\": \"raw\", \"source\": \"\"}]}");
        assertFails("broken.ipynb: it is not a Jupyter notebook", broken.toString());
        assertFails("raw.ipynb: cell 1 is 'raw': a chapter has code and Markdown", raw.toString());
        assertFails("there is no chapter 'nothing'", "nothing");
        assertFails("-o needs a folder", "-o");
        assertFails("there is no option --fast (try --help)", "--fast");
    }

    private static void assertFails(String message, String argument) {
        try (var failing = ScriptProcess.start("ipynb", argument)) {
            assertEquals(1, failing.exitCode());
            assertEquals(1, failing.errors().size(), failing.toString());
            assertTrue(failing.errors().getFirst().endsWith(message), failing.toString());
        }
    }
}
