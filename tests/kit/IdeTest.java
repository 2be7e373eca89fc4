//SOURCES ../shared/TestRun.java ../shared/ScriptProcess.java
//DEPS org.eclipse.jdt:ecj:3.46.0
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

import tests.shared.Kit;
import tests.shared.ScriptProcess;
import tests.shared.TestRun;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

/** The files of {@code ./jbang ide}, read as Eclipse does, compiled by Eclipse's compiler. */
@Tag(TestRun.SLOW)
class IdeTest {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    @TempDir Path checkout;

    public static void main(String... args) {
        TestRun.main(IdeTest.class);
    }

    /** A copy, because the developer's checkout may be open in an IDE. */
    @BeforeEach
    void copyTheCheckout() throws IOException {
        for (String name : List.of("jbang", "jbang-catalog.json", "lib", "notebooks", "tests")) {
            try (Stream<Path> files = Files.walk(Kit.ROOT.resolve(name))) {
                for (Path file : files.toList())
                    Files.copy(file, checkout.resolve(Kit.ROOT.relativize(file)));
            }
        }
    }

    @Test
    void everySourceIsInTheFolderOfItsPackageAndCompilesWithoutAnError() throws Exception {
        var ide = ScriptProcess.launcher("ide").directory(checkout.toFile());
        ide.command().set(2, checkout.resolve("jbang").toString());
        try (var process = new ScriptProcess(ide)) {
            assertEquals(0, process.exitCode(), process.toString());
        }
        var jars = new ArrayList<String>();
        var sources = new ArrayList<String>();
        for (Element entry : classPathEntries()) {
            String path = entry.getAttribute("path");
            switch (entry.getAttribute("kind")) {
                case "lib" -> jars.add(path);
                case "src" -> sources.addAll(sourcesOf(path, entry));
                default -> {} // the JDK, which is 25 here as well; the folder for the classes
            }
        }
        try (Stream<Path> files = Files.walk(checkout)) {
            long all = files.filter(file -> file.toString().endsWith(".java")).count();
            assertEquals(all, sources.size(), "sources");
        }
        assertEquals("", errors(jars, sources));
    }

    private List<Element> classPathEntries() throws Exception {
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(checkout.resolve(".classpath").toFile());
        var nodes = document.getElementsByTagName("classpathentry");
        List<Element> entries = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) entries.add((Element) nodes.item(i));
        return entries;
    }

    private List<String> sourcesOf(String root, Element entry) throws IOException {
        Path folder = checkout.resolve(root);
        String including = entry.getAttribute("including");
        List<String> excluding = List.of(entry.getAttribute("excluding").split("\\|"));
        try (Stream<Path> files = Files.walk(folder.resolve(including))) {
            List<String> sources = new ArrayList<>();
            for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
                String path = folder.relativize(file).toString();
                if (excluding.stream().anyMatch(out -> !out.isEmpty() && path.startsWith(out)))
                    continue;
                var declared = PACKAGE.matcher(Files.readString(file));
                String name = declared.find() ? declared.group(1) : "";
                Path place = folder.relativize(file.getParent());
                assertEquals(place.toString(), name.replace('.', '/'), () -> "package of " + file);
                sources.add(file.toString());
            }
            return sources;
        }
    }

    private String errors(List<String> jars, List<String> sources) {
        assertTrue(jars.stream().allMatch(jar -> Files.exists(Path.of(jar))), jars.toString());
        var arguments = new ArrayList<>(List.of("--release", "25", "-nowarn", "-proc:none"));
        arguments.addAll(List.of("-encoding", "UTF-8", "-d", "none"));
        arguments.addAll(List.of("-cp", String.join(File.pathSeparator, jars)));
        arguments.addAll(sources);
        var said = new StringWriter();
        var out = new PrintWriter(said);
        BatchCompiler.compile(arguments.toArray(String[]::new), out, out, null);
        return said.toString();
    }
}
