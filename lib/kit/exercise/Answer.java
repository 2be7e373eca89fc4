//SOURCES ReaderCode.java ../../exercise/Verdict.java
package kit.exercise;

import module java.base;

import exercise.Verdict;

/** What the reader is told about a check. */
public final class Answer {
    private Answer() {}

    /**
     * Returns the answer: one or two lines, the reader's line where it happened, and the last lines
     * that the reader's code printed.
     *
     * @param text the reader's file
     */
    public static String text(ExerciseSource exercise, String text, Verdict verdict) {
        if (verdict.passed()) return exercise.name() + " is right.";
        var code = new ReaderCode(exercise, text);
        List<String> lines = new ArrayList<>(verdict.message().lines().toList());
        if (verdict.line() > 0)
            lines.add(
                    "  %s.java:%d: %s"
                            .formatted(exercise.name(), verdict.line(), code.line(verdict.line())));
        if (!verdict.printed().isEmpty()) lines.add("The last lines that your code printed:");
        verdict.printed().forEach(line -> lines.add("  | " + line));
        return String.join("\n", lines);
    }
}
