//SOURCES CellRunner.java ExerciseCells.java KernelPictures.java KernelSpec.java KernelThreads.java
//SOURCES ../shared/Kit.java ../shared/ScriptProcess.java ../shared/TestRun.java
package tests.kit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import module java.base;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

/** The kernel of {@code ./jbang jupyter}, without Jupyter. */
@Tag(TestRun.SLOW)
class KernelTest {
    @TempDir static Path data;
    private static KernelSpec kernel;
    private static ScriptProcess runner;

    public static void main(String... args) {
        TestRun.main(KernelTest.class);
    }

    @BeforeAll
    static void makeTheKernel() {
        kernel = KernelSpec.in(data);
    }

    @AfterAll
    static void stop() {
        if (runner != null) runner.close();
    }

    @Test
    void runsOnThisJdkWhateverJavaIsOnThePathAndKnowsTheLibraryAndItsDependencies()
            throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertEquals(java, Path.of(kernel.command().getFirst()));
        assertTrue(kernel.classPath().contains("/Jupyter.jar"), kernel.classPath());
        assertTrue(kernel.classPath().contains("jasync-mysql"), kernel.classPath());
    }

    /** A kernel that never became ready had lost one of these threads, or had run one too early. */
    @Test
    void losesNoThreadOfAChannelAndStartsNoneBeforeAllAreConnected() throws IOException {
        Path connection = Files.writeString(data.resolve("connection.json"), CONNECTION);
        try (var started = kernel.start(KernelThreads.class, connection.toString())) {
            assertEquals(0, started.exitCode(), started.toString());
            int all = KernelThreads.THREADS;
            assertEquals(KernelThreads.report(all, 0, all), started.output().getLast());
        }
    }

    /** The picture's class comes from JShell's class path, and the kernel doesn't know it. */
    @Test
    void showsACellsValueAsAPictureIfItIsOne() throws IOException {
        try (var started = kernel.start(KernelPictures.class)) {
            assertEquals(0, started.exitCode(), started.toString());
            List<String> shown =
                    started.output().stream().filter(line -> line.startsWith("-- ")).toList();
            assertEquals(3, shown.size(), started.toString());
            assertTrue(shown.get(0).startsWith("-- image/svg+xml: <svg xmlns="), shown.get(0));
            assertEquals("-- text/plain: loop                            main", shown.get(1));
            assertEquals("-- text/html: 3", shown.get(2));
        }
    }

    @Test
    void checkInACellChecksWhatTheCellsHaveDefined() throws IOException {
        String folder = Kit.ROOT.resolve("notebooks/exercises").toString();
        try (var cells = kernel.start(ExerciseCells.class, folder, "bio_server_1")) {
            assertEquals(0, cells.exitCode(), cells.toString());
            assertTrue(
                    cells.output().stream()
                            .anyMatch(
                                    line -> line.startsWith("Line 1 of your prediction is \"?\"")),
                    cells.toString());
            assertEquals("bio_server_1 is right.", cells.output().getLast());
        }
    }

    private static final String CONNECTION =
            """
            {"transport": "tcp", "ip": "127.0.0.1", "key": "secret", "signature_scheme": "hmac-sha256",
             "shell_port": 0, "control_port": 0, "stdin_port": 0, "hb_port": 0, "iopub_port": 0}
            """;

    @TestFactory
    @Tag(TestRun.SLOW)
    Stream<DynamicTest> everyCellRunsTwiceInARow() throws IOException {
        List<String> files = new ArrayList<>();
        for (String chapter : Kit.chapters())
            files.add(Kit.ROOT.resolve("notebooks/" + chapter + ".java").toString());
        runner = kernel.start(CellRunner.class, files.toArray(String[]::new));
        return files.stream()
                .map(file ->
                        dynamicTest(Path.of(file).getFileName().toString(), () -> awaitEnd(file)));
    }

    private static void awaitEnd(String file) {
        String ran = CellRunner.report(file, "");
        String failed = CellRunner.report(file, " ").strip();
        await().until(() -> reports(ran, failed).findAny().isPresent() || !runner.isAlive());
        assertEquals(List.of(ran), reports(ran, failed).toList());
    }

    private static Stream<String> reports(String ran, String failed) {
        return runner.output().stream().filter(line -> line.equals(ran) || line.startsWith(failed));
    }
}
