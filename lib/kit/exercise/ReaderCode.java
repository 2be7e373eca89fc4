//SOURCES ExerciseSource.java
package kit.exercise;

import module java.base;

/**
 * What a reader has written for an exercise, and the check that is compiled with it into one class.
 * The reader's lines come first and keep their numbers.
 *
 * @param exercise the exercise
 * @param text the reader's file
 */
record ReaderCode(ExerciseSource exercise, String text) {
    /** Returns how many lines of the class are the reader's. */
    int lines() {
        return (int) text.lines().count();
    }

    /** Returns one of the reader's lines, without blanks around it. */
    String line(int number) {
        return text.lines().skip(number - 1L).findFirst().orElse("").strip();
    }

    /** Returns the source of the class. The imports of the check fit into the first line. */
    String withCheck() {
        String imports =
                exercise.imports().stream()
                        .filter(line -> !text.contains(line))
                        .map(line -> line + " ")
                        .collect(Collectors.joining());
        return imports + text.stripTrailing() + "\n".repeat(trailingLines() + 1) + exercise.check();
    }

    private int trailingLines() {
        return lines() - (int) text.stripTrailing().lines().count();
    }
}
