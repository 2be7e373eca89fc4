//SOURCES ../shared/TestRun.java ../shared/Kit.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import tests.shared.Kit;
import tests.shared.TestRun;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every file of the library and the tests compiles alone, because it names the files it uses
 * ({@code //SOURCES}), or one of those does. It finds in the class files what each file uses, so it
 * needs no compiler; it looks at the files that were compiled with this test.
 */
class SourcesTest {
    private static final Pattern CLASS =
            Pattern.compile("(?:^|L)((?:[a-z]+/)+[A-Z]\\w*)(?=[;$<]|$)");

    public static void main(String... args) {
        TestRun.main(SourcesTest.class);
    }

    @Test
    void everyFileNamesTheFilesThatItUses() throws IOException {
        Map<Path, List<Path>> named = new HashMap<>();
        List<Path> files = javaFiles();
        for (Path file : files) named.put(file, named(file, files));
        List<String> missing = new ArrayList<>();
        for (Path file : files) {
            Set<Path> used = used(file, named.keySet());
            used.removeAll(compiledWith(file, named, new HashSet<>()));
            for (Path other : used)
                missing.add(Kit.ROOT.relativize(file) + " uses " + Kit.ROOT.relativize(other));
        }
        assertEquals("", String.join("\n", missing));
    }

    private static List<Path> javaFiles() throws IOException {
        try (Stream<Path> lib = Files.walk(Kit.ROOT.resolve("lib"));
                Stream<Path> tests = Files.walk(Kit.ROOT.resolve("tests"))) {
            return Stream.concat(lib, tests)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }

    /** The files whose classes this file's classes mention. */
    private static Set<Path> used(Path file, Set<Path> all) throws IOException {
        Path root = Kit.ROOT.resolve(file.startsWith(Kit.ROOT.resolve("lib")) ? "lib" : "");
        String name = root.relativize(file).toString().replaceAll("\\.java$", "");
        Set<Path> used = new HashSet<>();
        for (ClassModel part : parts(name)) {
            for (var entry : part.constantPool()) {
                if (!(entry instanceof Utf8Entry text)) continue;
                CLASS.matcher(text.stringValue())
                        .results()
                        .flatMap(found -> Stream.of("lib/", "").map(at -> at + found.group(1)))
                        .map(path -> Kit.ROOT.resolve(path + ".java"))
                        .filter(all::contains)
                        .forEach(used::add);
            }
        }
        return used;
    }

    /** A class and the classes nested in it; none if it was not compiled. */
    private static List<ClassModel> parts(String name) throws IOException {
        List<ClassModel> parts = new ArrayList<>();
        try (var in = SourcesTest.class.getResourceAsStream("/" + name + ".class")) {
            if (in == null) return parts;
            parts.add(ClassFile.of().parse(in.readAllBytes()));
        }
        for (var attribute : parts.getFirst().attributes()) {
            if (!(attribute instanceof NestMembersAttribute members)) continue;
            for (var member : members.nestMembers()) parts.addAll(parts(member.asInternalName()));
        }
        return parts;
    }

    /** The files that JBang compiles with this one. */
    private static Set<Path> compiledWith(Path file, Map<Path, List<Path>> named, Set<Path> found) {
        if (found.add(file)) for (Path other : named.get(file)) compiledWith(other, named, found);
        return found;
    }

    /** The files that this one names. */
    private static List<Path> named(Path file, List<Path> all) throws IOException {
        List<Path> named = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("//SOURCES ")) continue;
            for (String pattern : line.substring("//SOURCES ".length()).strip().split(" +")) {
                Path path = file.getParent().resolve(pattern).normalize();
                var matcher = path.getFileSystem().getPathMatcher("glob:" + path);
                List<Path> matching = all.stream().filter(matcher::matches).toList();
                assertFalse(matching.isEmpty(), () -> file + " names " + pattern);
                named.addAll(matching);
            }
        }
        return named;
    }
}
