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
     * Returns the recordings of a chapter in JSON, one for each of its player blocks. An interrupt
     * ends the recording.
     *
     * @param problem gets the errors of a recording that fails; an empty text stands for it
     */
    static List<String> of(String chapter, Notebook notebook, Consumer<String> problem)
            throws IOException, InterruptedException {
        List<String> recordings = new ArrayList<>();
        int blocks = PlayerBlock.in(notebook).size();
        for (int block = 1; block <= blocks; block++)
            recordings.add(record(chapter, block, problem));
        return recordings;
    }

    private static String record(String chapter, int block, Consumer<String> problem)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(chapter, ".json");
        Path printed = Files.createTempFile(chapter, ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It runs for seconds, so C2's compilation would not pay off.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(WholeLibrary.NATIVE_ACCESS, "-cp"));
        command.addAll(List.of(WholeLibrary.classPath("book"), Watch.class.getName(), chapter));
        command.addAll(List.of("--record", file.toString(), "--scenario", "" + block));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        Process process = builder.redirectOutput(printed.toFile()).start();
        try {
            if (process.waitFor() == 0) return Files.readString(file);
            problem.accept(
                    Files.readString(printed).strip()
                            + "\n"
                            + chapter
                            + ": its player is left out.");
            return "";
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            Files.delete(file);
            Files.delete(printed);
        }
    }
}
