//DEPS com.google.code.gson:gson:2.15.0
package kit.exercise;

import module java.base;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;

/**
 * How far the reader is: the file {@code progress.json} in the folder of the reader's exercises.
 * Every change is written at once.
 */
final class Progress {
    private final Path file;
    private final Saved saved;

    /** What the file has. Gson fills the fields. */
    private static final class Saved {
        private final Set<String> done = new TreeSet<>();
        private final Map<String, Integer> hints = new TreeMap<>();
        private String current = "";
    }

    private Progress(Path file, Saved saved) {
        this.file = file;
        this.saved = saved;
    }

    /**
     * Reads the progress in a folder; there is none yet if there is no file.
     *
     * @throws IllegalArgumentException if the file isn't one of ours
     */
    static Progress in(Path folder) throws IOException {
        Path file = folder.resolve("progress.json");
        if (!Files.exists(file)) return new Progress(file, new Saved());
        try {
            Saved saved = new GsonBuilder().create().fromJson(Files.readString(file), Saved.class);
            if (saved != null) return new Progress(file, saved);
        } catch (JsonParseException e) {
            // The message below says what to do.
        }
        throw new IllegalArgumentException(
                file + " is broken: mend it, or delete it to begin without progress");
    }

    boolean isDone(String name) {
        return saved.done.contains(name);
    }

    /**
     * Returns the first of these exercises that isn't solved after the current one, or else before
     * it; empty if all are solved.
     */
    Optional<String> next(List<String> names) {
        int current = names.indexOf(saved.current);
        return Stream.concat(names.stream().skip(current + 1), names.stream())
                .filter(name -> !isDone(name))
                .findFirst();
    }

    /** Notes that an exercise is solved; it stays so until it begins anew. */
    void setDone(String name) throws IOException {
        if (saved.done.add(name)) write();
    }

    /** Returns the exercise that was started last; empty if none was. */
    String current() {
        return saved.current;
    }

    void setCurrent(String name) throws IOException {
        saved.current = name;
        write();
    }

    /** Returns how many hints the reader has seen. */
    int hints(String name) {
        return saved.hints.getOrDefault(name, 0);
    }

    void setHints(String name, int count) throws IOException {
        saved.hints.put(name, count);
        write();
    }

    /** Forgets an exercise, which begins anew. */
    void forget(String name) throws IOException {
        saved.done.remove(name);
        saved.hints.remove(name);
        write();
    }

    private void write() throws IOException {
        Files.createDirectories(file.getParent());
        var json = new GsonBuilder().setPrettyPrinting().create();
        Path fresh = file.resolveSibling("progress.json.new");
        Files.writeString(fresh, json.toJson(saved) + "\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
