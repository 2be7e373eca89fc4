//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../../lib/kit/notebook/IpynbFormat.java ../../lib/kit/notebook/Notebook.java
//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
// ../shared/TestRun.java ../shared/ScriptProcess.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.params.provider.MethodSource;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Every chapter runs in a real Jupyter kernel, all cells from top to bottom, twice in a row. */
@Tag(TestRun.SLOW)
class JupyterTest {
    /** The kernel does not always become ready; then it is started again. */
    private static final int ATTEMPTS = 5;

    @TempDir static Path data;

    public static void main(String... args) {
        TestRun.main(JupyterTest.class);
    }

    static List<String> chapters() {
        return Kit.chapters();
    }

    @BeforeAll
    static void makeTheKernel() {
        var command = ScriptProcess.launcher("jupyter", "--kernel");
        command.environment().put("JUPYTER_DATA_DIR", data.toString());
        try (var made = new ScriptProcess(command)) {
            assertEquals(0, made.exitCode(), made.toString());
        }
    }

    private static Path kernel() {
        return data.resolve("kernels/aio-notebooks/kernel.json");
    }

    @Test
    void theKernelRunsOnThisJdkWhateverJavaIsOnThePath() throws IOException {
        var spec = JsonParser.parseString(Files.readString(kernel())).getAsJsonObject();
        String java = spec.getAsJsonArray("argv").get(0).getAsString();
        assertEquals(Path.of(System.getProperty("java.home"), "bin", "java"), Path.of(java));
        String classPath = spec.getAsJsonObject("env").get("RJK_CLASSPATH").getAsString();
        assertTrue(classPath.contains("/Jupyter.jar"), classPath);
        assertTrue(classPath.contains("jasync-mysql"), classPath);
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

    @ParameterizedTest
    @MethodSource("chapters")
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
        for (int attempt = 1; ; attempt++) {
            var command =
                    new ProcessBuilder(
                            "jupyter-nbconvert",
                            "--to=notebook",
                            "--execute",
                            "--inplace",
                            "--ExecutePreprocessor.startup_timeout=15",
                            notebook.toString());
            command.environment().put("JUPYTER_DATA_DIR", data.toString());
            command.environment().put("LC_ALL", "C.UTF-8");
            var process = command.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() == 0) return;
            boolean neverReady =
                    said.contains("Kernel didn't respond") || said.contains("Kernel died before");
            if (!neverReady || attempt == ATTEMPTS) throw new AssertionError(said);
        }
    }
}
