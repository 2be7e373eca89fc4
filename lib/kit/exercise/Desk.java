//SOURCES ../Checkout.java ../../script/ScriptException.java ExerciseSource.java
package kit.exercise;

import module java.base;

import kit.Checkout;

import script.ScriptException;

/**
 * The folder with the reader's own files, one for each exercise that was started.
 *
 * @param folder the folder, which may not exist yet
 * @param library the folder of the library, for the files' {@code //SOURCES}
 * @param prompt what to type before a command
 */
record Desk(Path folder, Path library, String prompt) {
    /** The folder {@code exercises} of the checkout. */
    static Desk ofTheCheckout() {
        Path folder = Checkout.ROOT.resolve("exercises");
        return new Desk(folder, Checkout.ROOT.resolve("lib"), "./jbang exercise");
    }

    /** A folder that the reader has chosen. */
    static Desk in(Path folder) {
        String prompt = "./jbang exercise --in " + folder;
        return new Desk(folder, Checkout.ROOT.resolve("lib"), prompt);
    }

    /** Returns the reader's file for an exercise, which may not exist. */
    Path file(String name) {
        return folder.resolve(name + ".java");
    }

    /**
     * Returns what the reader's file has.
     *
     * @throws ScriptException if it isn't there, or isn't in UTF-8
     */
    String text(String name) throws IOException {
        Path file = file(name);
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ScriptException(
                    "exercise: there is no %s yet: %s start %s".formatted(file, prompt, name));
        } catch (CharacterCodingException e) {
            throw new ScriptException("exercise: " + file + " is not in UTF-8");
        }
    }

    /** Writes the starting file; returns false, and writes nothing, if there is a file already. */
    boolean start(ExerciseSource exercise) throws IOException {
        Files.createDirectories(folder);
        try {
            Files.writeString(
                    file(exercise.name()), startingText(exercise), StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Returns the starting text, which finds the library from this folder. */
    String startingText(ExerciseSource exercise) {
        Path from = folder.toAbsolutePath().normalize();
        String path = from.relativize(library.toAbsolutePath().normalize()).toString();
        return exercise.text(Choices.START, path.replace(File.separatorChar, '/'));
    }

    /**
     * Moves the reader's file aside, next to itself, and writes the starting file.
     *
     * @return where the old file is now; empty if there was none
     */
    Optional<Path> reset(ExerciseSource exercise) throws IOException {
        Path file = file(exercise.name());
        Optional<Path> old = Optional.empty();
        if (Files.exists(file)) {
            Path to = unused(file.getFileName().toString());
            Files.move(file, to);
            old = Optional.of(to);
        }
        start(exercise);
        return old;
    }

    private Path unused(String name) {
        return IntStream.iterate(1, n -> n + 1)
                .mapToObj(n -> folder.resolve(name + "." + n))
                .filter(Files::notExists)
                .findFirst()
                .orElseThrow();
    }
}
