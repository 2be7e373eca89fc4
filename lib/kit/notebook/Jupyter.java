//JAVA 25+
// It runs for seconds, so C2's compilation would not pay off.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java ../Programs.java ../WholeLibrary.java ../exercise/Course.java
//SOURCES ../exercise/SessionCheck.java Chapters.java IpynbFormat.java KernelClasses.java
package kit.notebook;

import module java.base;

import com.google.gson.GsonBuilder;

import kit.Checkout;
import kit.Programs;
import kit.WholeLibrary;
import kit.exercise.Course;
import kit.exercise.SessionCheck;

/**
 * {@code ./jbang jupyter}: makes a Jupyter kernel with the library and the dependencies of the
 * chapters on its class path, writes the chapters and the exercises as notebooks, and opens Jupyter
 * if it is installed.
 */
public final class Jupyter {
    private static final String KERNEL_JAR = "rapaio-jupyter-kernel-";

    /** A kernel compiles new cells all the time, so a quick compiler serves it best. */
    private static final List<String> QUICK_TO_ANSWER =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Jupyter() {}

    /**
     * Makes the kernel and the notebooks, and opens Jupyter; {@code --help} explains the arguments.
     */
    public static void main(String... args) throws Exception {
        List<String> options = List.of(args);
        if (options.contains("--help")) {
            IO.print(
                    """
                    usage: jupyter [--kernel | -o dir]

                    Makes a Jupyter kernel for this checkout, writes the chapters and the exercises
                    as notebooks into a folder (existing files are not overwritten), and opens
                    Jupyter on it. Run it again after a change to the library.

                      --kernel  only makes the kernel
                      -o dir    the folder (default: build/ipynb, in the checkout)
                    """);
            return;
        }
        boolean kernelOnly = options.equals(List.of("--kernel"));
        boolean named = options.size() == 2 && options.getFirst().equals("-o");
        if (!options.isEmpty() && !kernelOnly && !named)
            fail("it takes --kernel, or -o with a folder (try --help)");
        IO.println("kernel: " + writeKernel());
        if (kernelOnly) return;
        Path folder = named ? Path.of(args[1]) : Checkout.ROOT.resolve("build/ipynb");
        writeNotebooks(folder);
        String program =
                Stream.of("jupyter-lab", "jupyter-notebook")
                        .filter(Programs::isInstalled)
                        .findFirst()
                        .orElse("");
        if (program.isEmpty())
            fail(
                    "Jupyter is not installed: 'pip install jupyterlab', or 'apt install"
                            + " jupyter-notebook'; then run this again. The notebooks are in "
                            + folder);
        var jupyter = new ProcessBuilder(program, folder.toString()).inheritIO().start();
        System.exit(jupyter.waitFor());
    }

    private static Path writeKernel() throws IOException {
        List<String> own = List.of(WholeLibrary.classPath("jupyter").split(File.pathSeparator));
        String kernel =
                own.stream().filter(jar -> jar.contains(KERNEL_JAR)).findFirst().orElseThrow();
        Set<String> classPath =
                new LinkedHashSet<>(own); // the library is compiled with this command
        classPath.remove(kernel);
        for (String chapter : Chapters.names())
            if (Chapters.needsDependencies(Files.readString(Chapters.file(chapter))))
                classPath.addAll(Chapters.dependencies(chapter));
        Map<String, Object> spec = new LinkedHashMap<>();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv = new ArrayList<>(List.of(java.toString()));
        argv.addAll(QUICK_TO_ANSWER);
        argv.add(WholeLibrary.NATIVE_ACCESS);
        Path folder = dataFolder().resolve("kernels").resolve(IpynbFormat.KERNEL);
        Path classes = folder.resolve("classes");
        KernelClasses.write(classes);
        argv.addAll(List.of("-cp", classes + File.pathSeparator + kernel, Kernel.class.getName()));
        argv.add("{connection_file}");
        spec.put("argv", argv);
        spec.put("display_name", IpynbFormat.KERNEL_TITLE);
        spec.put("language", "java");
        spec.put("interrupt_mode", "message");
        Path startUp = folder.resolve("startup.jshell");
        Files.writeString(startUp, SessionCheck.START_UP);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(SessionCheck.CLASS_PATH, String.join(";", classPath));
        environment.put("RJK_INIT_SCRIPT", startUp.toString());
        environment.put(SessionCheck.EXERCISES, Course.EXERCISES.folder().toString());
        spec.put("env", environment);
        Path file = folder.resolve("kernel.json");
        var json = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
        return Files.writeString(file, json.toJson(spec) + "\n");
    }

    /** Returns the folder where Jupyter looks for a user's kernels. */
    private static Path dataFolder() {
        String named = System.getenv("JUPYTER_DATA_DIR");
        if (named != null && !named.isEmpty()) return Path.of(named);
        String own = System.getenv("HOME"); // Java takes it from the password file
        Path home = Path.of(own == null ? System.getProperty("user.home") : own);
        if (System.getProperty("os.name").startsWith("Mac")) return home.resolve("Library/Jupyter");
        String data = System.getenv("XDG_DATA_HOME");
        Path share = data == null || data.isEmpty() ? home.resolve(".local/share") : Path.of(data);
        return share.resolve("jupyter");
    }

    private static void writeNotebooks(Path folder) throws IOException {
        Map<String, String> notebooks = new LinkedHashMap<>();
        for (String chapter : Chapters.names())
            notebooks.put(chapter, Files.readString(Chapters.file(chapter)));
        for (String exercise : Course.names())
            notebooks.put("exercises/" + exercise, Course.EXERCISES.find(exercise).start());
        Files.createDirectories(folder.resolve("exercises"));
        List<String> kept = new ArrayList<>();
        for (var entry : notebooks.entrySet()) {
            Path file = folder.resolve(entry.getKey() + ".ipynb");
            String notebook = IpynbFormat.fromJava(entry.getValue());
            if (!Files.exists(file)) Files.writeString(file, notebook);
            else if (!Files.readString(file).equals(notebook)) kept.add(entry.getKey());
        }
        if (!kept.isEmpty())
            IO.println(
                    "not overwritten: "
                            + String.join(", ", kept)
                            + " (they differ; delete them to get new ones)");
    }

    private static void fail(String message) {
        System.err.println("jupyter: " + message);
        System.exit(1);
    }
}
