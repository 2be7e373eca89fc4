//SOURCES Course.java Desk.java
package kit.exercise;

import module java.base;

/**
 * An exercise in JShell. The check is part of the session's start-up, where it calls what the
 * reader's file or paste defines later.
 *
 * @param exercise the exercise
 */
public record JshellSession(ExerciseSource exercise) {
    /** Returns the start-up script: the imports, the check, and {@code check(NAME)}. */
    public String startUp() {
        return """
        %s
        %s
        void check(String name) throws Exception {
            exercise.Check.inSession(name, "%s", () -> verify());
        }
        """
                .formatted(
                        String.join("\n", exercise.imports()), exercise.check(), exercise.name());
    }

    /** Writes the start-up script to a file that lasts as long as this JVM. */
    public Path startUpFile() throws IOException {
        return temporary("check", startUp());
    }

    /** Returns the reader's file; before the exercise is started, a file with its start. */
    public Path file() throws IOException {
        var desk = Desk.ofTheCheckout();
        Path file = desk.file(exercise.name());
        return Files.exists(file) ? file : temporary(exercise.name(), desk.startingText(exercise));
    }

    private static Path temporary(String name, String text) throws IOException {
        Path file = Files.createTempFile(name, ".java");
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }
}
