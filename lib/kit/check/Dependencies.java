//SOURCES ../Checkout.java
package kit.check;

import kit.Checkout;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The dependencies of the checkout's scripts. */
final class Dependencies {
    private Dependencies() {}

    /**
     * Returns the jars that the {@code //DEPS} lines of these files name, with their own
     * dependencies. JBang finds them, as it does to run the scripts.
     *
     * @throws IOException if JBang cannot find a jar; it prints which
     */
    static List<String> jars(List<Path> files) throws IOException {
        var lines = new TreeSet<String>();
        for (Path file : files) {
            for (String line : Files.readAllLines(file))
                if (line.startsWith("//DEPS ")) lines.add(line);
        }
        Path script = Files.createTempFile("Dependencies", ".java");
        try {
            Files.write(script, lines);
            // The first entry is the jar of this script, which is never built.
            List<String> all = List.of(classPath(script).split(File.pathSeparator));
            return all.subList(1, all.size());
        } finally {
            Files.delete(script);
        }
    }

    private static String classPath(Path script) throws IOException {
        String jbang = Checkout.ROOT.resolve("jbang").toString();
        var process =
                new ProcessBuilder(jbang, "info", "classpath", script.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() == 0) return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("JBang could not fetch the dependencies of the scripts (offline?)");
    }
}
