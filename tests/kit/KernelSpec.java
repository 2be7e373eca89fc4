//DEPS com.google.code.gson:gson:2.15.0
//SOURCES ../shared/ScriptProcess.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import tests.shared.ScriptProcess;

/**
 * The kernel that {@code ./jbang jupyter --kernel} makes, in a Jupyter data folder of the test's.
 *
 * @param file its {@code kernel.json}
 */
record KernelSpec(Path file) {
    /** Makes the kernel; for the first one, JBang builds the chapters with dependencies. */
    static KernelSpec in(Path data) {
        var command = ScriptProcess.launcher("jupyter", "--kernel");
        command.environment().put("JUPYTER_DATA_DIR", data.toString());
        try (var made = new ScriptProcess(command)) {
            assertEquals(0, made.exitCode(Duration.ofMinutes(10)), made.toString());
        }
        return new KernelSpec(data.resolve("kernels/aio-notebooks/kernel.json"));
    }

    JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    /** The command that starts the kernel. */
    List<String> command() throws IOException {
        return json().getAsJsonArray("argv").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** What JShell's class path has. */
    String classPath() throws IOException {
        return json().getAsJsonObject("env").get("RJK_CLASSPATH").getAsString();
    }

    /** Starts the kernel's JVM with another main class, of the tests'. */
    ScriptProcess start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(command());
        int classPath = command.indexOf("-cp") + 1;
        command.set(
                classPath,
                command.get(classPath)
                        + File.pathSeparator
                        + System.getProperty("java.class.path"));
        command.subList(classPath + 1, command.size()).clear();
        command.add(main.getName());
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command);
        json().getAsJsonObject("env")
                .asMap()
                .forEach((name, value) -> builder.environment().put(name, value.getAsString()));
        return new ScriptProcess(builder);
    }
}
