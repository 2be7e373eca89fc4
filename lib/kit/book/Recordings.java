//SOURCES ../WholeLibrary.java ../notebook/PlayerBlock.java ../watch/Watch.java
package kit.book;

import module java.base;

import kit.WholeLibrary;
import kit.notebook.Notebook;
import kit.notebook.PlayerBlock;
import kit.watch.Watch;

/**
 * Records the player blocks of a chapter: each in a JVM of its own, because a recording observes
 * all loops of its JVM.
 */
final class Recordings {
    private Recordings() {}

    /**
     * Returns the recordings of a chapter in JSON, one for each of its player blocks. A recording
     * that fails is an empty text, and its errors are printed.
     */
    static List<String> of(String chapter, Notebook notebook)
            throws IOException, InterruptedException {
        List<String> recordings = new ArrayList<>();
        int blocks = PlayerBlock.in(notebook).size();
        for (int block = 1; block <= blocks; block++) recordings.add(record(chapter, block));
        return recordings;
    }

    private static String record(String chapter, int block)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(chapter, ".json");
        try {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // It runs for seconds, so C2's compilation would not pay off.
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            command.addAll(List.of(WholeLibrary.NATIVE_ACCESS, "-cp"));
            command.addAll(List.of(WholeLibrary.classPath("book"), Watch.class.getName(), chapter));
            command.addAll(List.of("--record", file.toString(), "--scenario", "" + block));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) return Files.readString(file);
            System.err.println(printed.strip() + "\n" + chapter + ": its player is left out.");
            return "";
        } finally {
            Files.delete(file);
        }
    }
}
