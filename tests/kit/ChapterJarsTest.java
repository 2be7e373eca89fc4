//SOURCES ../../lib/kit/notebook/ChapterJars.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kit.notebook.ChapterJars;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.TestRun;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is kept of JBang's answers, and for how long. */
class ChapterJarsTest {
    @TempDir Path folder;

    /** The chapters that were built, one after another. */
    private final List<Path> built = new ArrayList<>();

    private Path chapter;
    private Path jar;
    private Path other;
    private ChapterJars jars;

    public static void main(String... args) {
        TestRun.main(ChapterJarsTest.class);
    }

    @BeforeEach
    void makeAChapterAndItsJars() throws IOException {
        chapter = Files.createFile(folder.resolve("chapter.java"));
        Files.setLastModifiedTime(chapter, at(Duration.ofHours(-1)));
        jar = Files.createFile(folder.resolve("chapter.jar"));
        other = Files.createFile(folder.resolve("other.jar"));
        jars =
                new ChapterJars(
                        folder.resolve("kept"),
                        file -> {
                            built.add(file);
                            return jar + File.pathSeparator + other;
                        });
    }

    private static FileTime at(Duration fromNow) {
        return FileTime.from(Instant.now().plus(fromNow));
    }

    private void assertBuilt(int times) throws IOException {
        assertEquals(List.of(jar.toString(), other.toString()), jars.of(chapter));
        assertEquals(times, built.size());
    }

    @Test
    void anAnswerIsUsedAgain() throws IOException {
        assertBuilt(1);
        assertBuilt(1);
    }

    @Test
    void aChapterThatHasChangedIsBuiltAgain() throws IOException {
        assertBuilt(1);
        Files.setLastModifiedTime(chapter, at(Duration.ofSeconds(1)));
        assertBuilt(2);
    }

    @Test
    void aChapterWhoseJarIsMissingIsBuiltAgain() throws IOException {
        assertBuilt(1);
        Files.delete(other);
        assertBuilt(2);
    }

    @Test
    void aChapterThatCannotBeBuiltHasNoJarsAndIsTriedAgain() throws IOException {
        var broken = new ChapterJars(folder.resolve("kept"), _ -> "");
        assertEquals(List.of(), broken.of(chapter));
        assertBuilt(1);
    }
}
