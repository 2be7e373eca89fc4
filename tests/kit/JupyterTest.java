//SOURCES ../../lib/kit/notebook/IpynbFormat.java KernelSpec.java
//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import module java.base;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import kit.notebook.IpynbFormat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/** Chapters in a real Jupyter, and {@code ./jbang jupyter} itself. */
@Tag(TestRun.SLOW)
class JupyterTest {
    @TempDir static Path data;

    public static void main(String... args) {
        TestRun.main(JupyterTest.class);
    }

    @BeforeAll
    static void makeTheKernel() {
        KernelSpec.in(data);
    }

    private static ScriptProcess jupyter(Path folder, String path) {
        var command = ScriptProcess.launcher("jupyter", "-o", folder.toString());
        command.environment().put("PATH", path);
        command.environment().put("JUPYTER_DATA_DIR", data.toString());
        return new ScriptProcess(command);
    }

    @Test
    void itOpensJupyterOnTheChaptersAndKeepsWhatWasEdited(@TempDir Path folder) throws Exception {
        Path lab = Files.writeString(folder.resolve("jupyter-lab"), "#!/bin/sh\necho opens $1\n");
        assertTrue(lab.toFile().setExecutable(true));
        Path edited = Files.writeString(folder.resolve("nio_server.ipynb"), "edited");
        try (var jupyter = jupyter(folder, folder + ":" + System.getenv("PATH"))) {
            assertEquals(0, jupyter.exitCode(), jupyter.toString());
            assertEquals("opens " + folder, jupyter.output().getLast());
        }
        assertEquals("edited", Files.readString(edited));
        for (String chapter : Kit.chapters())
            assertTrue(Files.exists(folder.resolve(chapter + ".ipynb")), chapter);
        assertTrue(Files.exists(folder.resolve("exercises/bio_server_1.ipynb")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelIsWhereJupyterLooksForItWhateverThePasswordFileCallsHome(@TempDir Path home)
            throws IOException {
        Path real = Path.of(System.getenv("HOME"));
        for (String kept : List.of(".m2", ".jbang", ".cache"))
            Files.createSymbolicLink(home.resolve(kept), real.resolve(kept));
        var command = ScriptProcess.launcher("jupyter", "--kernel");
        command.environment().put("HOME", home.toString());
        command.environment().keySet().removeAll(List.of("JUPYTER_DATA_DIR", "XDG_DATA_HOME"));
        try (var jupyter = new ScriptProcess(command)) {
            Path kernel = home.resolve(".local/share/jupyter/kernels/aio-notebooks/kernel.json");
            assertEquals(0, jupyter.exitCode(), jupyter.toString());
            assertEquals(List.of("kernel: " + kernel), jupyter.output());
            assertTrue(Files.exists(kernel));
        }
    }

    @Test
    void whereJupyterIsNotInstalledItSaysWhatToInstall(@TempDir Path folder) {
        String path = System.getenv("PATH");
        for (String program : List.of("jupyter-lab", "jupyter-notebook"))
            assumeFalse(
                    Stream.of(path.split(":")).anyMatch(dir -> Files.exists(Path.of(dir, program))),
                    "Jupyter is installed");
        try (var jupyter = jupyter(folder, path)) {
            assertEquals(1, jupyter.exitCode(), jupyter.toString());
            assertTrue(
                    jupyter.errors().getLast().startsWith("jupyter: Jupyter is not installed: "),
                    jupyter.toString());
        }
    }

    /** One with callbacks, one with coroutines, one with dependencies; KernelTest runs them all. */
    @ParameterizedTest
    @ValueSource(strings = {"aio_server", "aio_coroutine_server", "tornado_login"})
    @Tag(TestRun.SLOW)
    void everyCellRunsTwiceInARow(String chapter, @TempDir Path folder) throws Exception {
        assumeTrue(hasNbconvert(), "jupyter-nbconvert is not installed");
        var notebook =
                JsonParser.parseString(
                                IpynbFormat.fromJava(Kit.read("notebooks/" + chapter + ".java")))
                        .getAsJsonObject();
        var cells = notebook.getAsJsonArray("cells");
        for (JsonElement cell : cells.deepCopy()) {
            JsonObject again = cell.getAsJsonObject();
            again.addProperty("id", again.get("id").getAsString() + "-again");
            cells.add(again);
        }
        Path file = folder.resolve(chapter + ".ipynb");
        Files.writeString(file, new GsonBuilder().serializeNulls().create().toJson(notebook));
        execute(file);
        boolean draws =
                Kit.read("notebooks/" + chapter + ".java").contains("// SequenceDiagram.of");
        assertEquals(draws, Files.readString(file).contains("\"image/svg+xml\": ["));
        for (JsonElement element :
                JsonParser.parseString(Files.readString(file))
                        .getAsJsonObject()
                        .getAsJsonArray("cells")) {
            JsonObject cell = element.getAsJsonObject();
            if (!cell.get("cell_type").getAsString().equals("code")) continue;
            String outputs = cell.getAsJsonArray("outputs").toString();
            assertFalse(cell.get("execution_count").isJsonNull(), cell.toString());
            assertFalse(outputs.contains("\"output_type\":\"error\""), cell.toString());
        }
    }

    private static boolean hasNbconvert() {
        try {
            return new ProcessBuilder("jupyter-nbconvert", "--version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static void execute(Path notebook) throws Exception {
        var command =
                new ProcessBuilder(
                        "jupyter-nbconvert",
                        "--to=notebook",
                        "--execute",
                        "--inplace",
                        "--ExecutePreprocessor.startup_timeout=60",
                        notebook.toString());
        command.environment().put("JUPYTER_DATA_DIR", data.toString());
        command.environment().put("LC_ALL", "C.UTF-8");
        var process = command.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
    }
}
