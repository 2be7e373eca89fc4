//SOURCES Course.java Progress.java
package kit.exercise;

import module java.base;

/** The list of exercises, with a bar that shows how many are done. */
final class Listing {
    private static final int BAR = 40;

    private Listing() {}

    /**
     * Returns the list, with the lines' ends.
     *
     * @param prompt what to type before a command
     */
    static String text(Progress progress, String prompt) throws IOException {
        List<String> names = Course.names();
        long done = names.stream().filter(progress::isDone).count();
        int full = names.isEmpty() ? 0 : (int) Math.ceilDiv(done * BAR, names.size());
        var text = new StringBuilder();
        text.append(
                "[%s%s] %d of %d exercises done%n"
                        .formatted("#".repeat(full), "-".repeat(BAR - full), done, names.size()));
        String chapter = "";
        for (String name : names) {
            ExerciseSource exercise = Course.EXERCISES.find(name);
            if (!exercise.chapter().equals(chapter)) {
                chapter = exercise.chapter();
                text.append("%n%s%n".formatted(chapter));
            }
            text.append(
                    "  [%s] %-26s %-8s %s%n"
                            .formatted(
                                    progress.isDone(name) ? "x" : " ",
                                    name,
                                    exercise.kind(),
                                    exercise.title()));
        }
        String next =
                progress.next(names)
                        .map(name -> "Go on: %s start %s".formatted(prompt, name))
                        .orElse("You have solved them all.");
        return text.append("%n%s%n".formatted(next)).toString();
    }
}
