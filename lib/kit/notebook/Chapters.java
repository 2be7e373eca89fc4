//SOURCES ../Checkout.java
package kit.notebook;

import kit.Checkout;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The chapters of the checkout. */
public final class Chapters {
    private static final Pattern CHAPTER =
            Pattern.compile("\"script-ref\": \"notebooks/(\\w+)\\.java\"");

    private Chapters() {}

    /** Returns their names, in the order of the book, which is the catalog's. */
    public static List<String> names() throws IOException {
        String catalog = Files.readString(Checkout.ROOT.resolve("jbang-catalog.json"));
        return CHAPTER.matcher(catalog).results().map(found -> found.group(1)).distinct().toList();
    }

    /** The file of a chapter, whether there is one or not. */
    public static Path file(String name) {
        return Checkout.ROOT.resolve("notebooks/" + name.replaceAll("\\.java$", "") + ".java");
    }

    /**
     * The jars that a chapter needs beyond the library ({@code //DEPS}), which JBang fetches if
     * need be; and the chapter's own, for the sources that only this chapter uses.
     */
    public static List<String> dependencies(String name) throws IOException {
        jbang("build", file(name).toString());
        String classPath = jbang("info", "classpath", file(name).toString());
        return List.of(classPath.strip().split(File.pathSeparator));
    }

    private static String jbang(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(args));
        command.addFirst(Checkout.ROOT.resolve("jbang").toString());
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
