//SOURCES ../../lib/kit/book/LibraryFile.java ../shared/TestRun.java
package tests.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import module java.base;

import kit.book.LibraryFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tests.shared.TestRun;

/** The lines of a file's declarations, also in files that are hard to read. */
class LibraryFileTest {
    private static final String TEXT =
            """
            package part.of;

            /** Gives {@code one} to {@link #accept a callback}. <p>As a void fake() { would. */
            public final class Giver<T> implements Runnable {
                private final Runnable field = new Runnable() {
                    public void run() {}
                };

                /** Not a method: a constructor. */
                Giver() {
                    accept(null);
                }

                @Override
                public void run() {
                    throw new IllegalStateException(
                            \"""
                                void text() {
                            \""");
                }

                public <A extends Comparable<A>, B>
                        Map<A, List<? super B>> wrapped(
                                A one) {
                    return null;
                }

                void accept(Consumer<T> one) {}
                void accept(Consumer<T> one, T two) {}

                /** Inner. */
                record Pair(int left, int right) {
                    Pair {
                        check(left);
                    }

                    static int check(int left) { return left; }

                    interface Deep { void down(); }
                }
            }
            """;

    @TempDir Path folder;

    public static void main(String... args) {
        TestRun.main(LibraryFileTest.class);
    }

    private LibraryFile parsed() throws IOException {
        Path file = Files.writeString(folder.resolve("Giver.java"), TEXT);
        return LibraryFile.parse(List.of(file)).getFirst();
    }

    @Test
    void eachTypeAndMethodHasTheLineOfItsDeclarationAndNothingElseHasOne() throws IOException {
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("Giver", 4L);
        expected.put("run", 14L);
        expected.put("wrapped", 22L);
        expected.put("accept", 28L);
        expected.put("Pair", 32L);
        expected.put("Pair.check", 37L);
        expected.put("Pair.Deep", 39L);
        expected.put("Pair.Deep.down", 39L);
        assertEquals(expected, parsed().lines());
    }

    @Test
    void itsDocumentationIsWordsWithoutMarkup() throws IOException {
        assertEquals(
                "Gives one to accept a callback . As a void fake() { would. Inner.",
                parsed().documentation().replaceAll("\\s+", " ").strip());
    }

    @Test
    void itKnowsItsNameItsPackageAndItsText() throws IOException {
        assertEquals("Giver", parsed().type());
        assertEquals("part.of", parsed().packageName());
        assertEquals(TEXT, parsed().text());
    }
}
