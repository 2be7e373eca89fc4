//DEPS com.google.code.gson:gson:2.15.0
//SOURCES CellOutputs.java
package kit.book;

import module java.base;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;

/**
 * What the last run of each chapter has printed and recorded, so that a chapter runs again only if
 * it has changed, or the library has. Any thread may call any method.
 */
final class RememberedRuns {
    /**
     * A run of a chapter.
     *
     * @param key what it depends on
     * @param outputs of the active cells, in their order
     * @param recordings of the player blocks, in their order
     */
    private record Remembered(
            String key, List<CellOutputs.Output> outputs, List<String> recordings) {}

    /** What a chapter's cells have printed, in their order, and its recordings. */
    record Run(List<CellOutputs.Output> outputs, List<String> recordings) {}

    private final Path folder;
    private final String library;
    private final boolean forget;

    /**
     * Makes a memory in a folder.
     *
     * @param library stands for all the code that chapters use: equal means unchanged
     * @param forget whether {@link #of} remembers nothing, so that every chapter runs
     */
    RememberedRuns(Path folder, String library, boolean forget) {
        this.folder = folder;
        this.library = library;
        this.forget = forget;
    }

    /** Returns the run of a chapter whose text was this; empty if there was none. */
    Optional<Run> of(String chapter, String text) throws IOException {
        Path file = file(chapter);
        if (forget || !Files.exists(file)) return Optional.empty();
        try {
            var found = new Gson().fromJson(Files.readString(file), Remembered.class);
            return found != null && found.key.equals(key(text))
                    ? Optional.of(new Run(found.outputs, found.recordings))
                    : Optional.empty();
        } catch (JsonSyntaxException e) {
            return Optional.empty(); // a write was cut off
        }
    }

    /** Remembers a run of a chapter. */
    void put(String chapter, String text, Run run) throws IOException {
        Files.createDirectories(folder);
        var remembered = new Remembered(key(text), run.outputs, run.recordings);
        Files.writeString(file(chapter), new Gson().toJson(remembered));
    }

    private Path file(String chapter) {
        return folder.resolve(chapter + ".json");
    }

    private String key(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(System.getProperty("java.vm.version"), library, text))
                digest.update((part + "\0").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
