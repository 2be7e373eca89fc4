//DEPS com.google.code.gson:gson:2.15.0
//SOURCES CellOutputs.java ../notebook/PlayerBlock.java
package kit.book;

import module java.base;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;

import kit.notebook.Notebook;
import kit.notebook.PlayerBlock;

/**
 * What the last run of each chapter has printed and recorded, so that a chapter runs again only if
 * its code has changed, or the library's. Any thread may call any method.
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

    /**
     * Makes a memory in a folder.
     *
     * @param library stands for all the code that chapters use: equal means unchanged
     */
    RememberedRuns(Path folder, String library) {
        this.folder = folder;
        this.library = library;
    }

    /** Returns the run of a chapter whose code was this; empty if there was none. */
    Optional<Run> of(String chapter, Notebook notebook) throws IOException {
        Path file = file(chapter);
        if (!Files.exists(file)) return Optional.empty();
        try {
            var found = new Gson().fromJson(Files.readString(file), Remembered.class);
            return found != null && found.key.equals(key(notebook))
                    ? Optional.of(new Run(found.outputs, found.recordings))
                    : Optional.empty();
        } catch (JsonSyntaxException e) {
            return Optional.empty(); // a write was cut off
        }
    }

    /** Remembers a run of a chapter. */
    void put(String chapter, Notebook notebook, Run run) throws IOException {
        Files.createDirectories(folder);
        var remembered = new Remembered(key(notebook), run.outputs, run.recordings);
        Files.writeString(file(chapter), new Gson().toJson(remembered));
    }

    private Path file(String chapter) {
        return folder.resolve(chapter + ".json");
    }

    /**
     * Returns a text that stands for what a run depends on: the cells with code, and the players. A
     * recording names lines of the file, so where there is a player, the prose must be as long as
     * it was.
     */
    String key(Notebook notebook) {
        var players = PlayerBlock.in(notebook);
        List<Object> parts = new ArrayList<>();
        parts.addAll(List.of(System.getProperty("java.vm.version"), library, players));
        for (Notebook.Cell cell : notebook.cells())
            if (cell.type() != Notebook.Type.MARKDOWN) parts.add(cell);
        if (!players.isEmpty()) parts.add(notebook.codeLines());
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (Object part : parts) digest.update((part + "\0").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
