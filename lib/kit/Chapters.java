//SOURCES Checkout.java
//SOURCES Notebook.java
package kit;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The chapters of the checkout. */
final class Chapters {
    private Chapters() {}

    /** Their names, in the order of the book: by the number in the title. */
    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : Checkout.javaFiles("notebooks"))
            names.add(file.getFileName().toString().replaceAll("\\.java$", ""));
        names.sort(Comparator.comparing(Chapters::number));
        return names;
    }

    private static int number(String name) {
        try {
            String number = Notebook.parse(Files.readString(file(name))).title();
            return Integer.parseInt(number.replaceFirst("\\..*", ""));
        } catch (IOException | NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** The file of a chapter, whether there is one or not. */
    static Path file(String name) {
        return Checkout.ROOT.resolve("notebooks/" + name.replaceAll("\\.java$", "") + ".java");
    }

    /**
     * The jars of a chapter's own dependencies ({@code //DEPS}), which JBang fetches if need be.
     */
    static List<String> dependencies(String name) throws IOException {
        String jbang = Checkout.ROOT.resolve("jbang").toString();
        var process =
                new ProcessBuilder(jbang, "info", "classpath", file(name).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String classPath =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        // It begins with the chapter's own jar, which may never have been built.
        return Stream.of(classPath.split(File.pathSeparator)).skip(1).toList();
    }
}
