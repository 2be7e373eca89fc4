//SOURCES ExerciseSource.java
package kit.exercise;

import module java.base;

/**
 * The exercises in a folder.
 *
 * @param folder the folder of their sources, {@code notebooks/exercises}
 */
public record Exercises(Path folder) {
    /** Returns the names of the exercises of a chapter, in their order. */
    public List<String> of(String chapter) throws IOException {
        var name = Pattern.compile(Pattern.quote(chapter) + "_(\\d+)");
        return names().stream()
                .filter(name.asMatchPredicate())
                .sorted(
                        Comparator.comparingInt(
                                found -> Integer.parseInt(found.substring(chapter.length() + 1))))
                .toList();
    }

    /** Returns the names of all exercises, sorted as texts. */
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".java"))
                    .map(file -> file.substring(0, file.length() - ".java".length()))
                    .sorted()
                    .toList();
        }
    }

    /** Returns whether there is an exercise of this name. */
    public boolean has(String name) {
        return Files.isRegularFile(file(name));
    }

    /**
     * Returns an exercise.
     *
     * @throws IllegalArgumentException if its source breaks a rule of the format
     */
    public ExerciseSource find(String name) throws IOException {
        return ExerciseSource.parse(name, Files.readString(file(name)));
    }

    private Path file(String name) {
        return folder.resolve(name + ".java");
    }
}
