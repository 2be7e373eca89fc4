//SOURCES Finding.java Quoted.java
package exercise;

import module java.base;

/** Compares what a reader predicts with what a program prints. */
public final class Prediction {
    private Prediction() {}

    /**
     * A {@link Finding} about the first line that is wrong. It doesn't say what the right one is,
     * and doesn't show what was printed.
     *
     * @param predicted the reader's lines; blanks at the ends of a line and blank lines don't count
     * @param printed what the program printed
     */
    public static void check(String predicted, List<String> printed) {
        List<String> lines =
                predicted.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        for (int i = 0; i < Math.min(lines.size(), printed.size()); i++) {
            if (!lines.get(i).equals(printed.get(i).strip()))
                throw new Finding(
                        "Line %d of your prediction is %s, and the program prints something else."
                                .formatted(i + 1, Quoted.text(lines.get(i))),
                        i == 0
                                ? "what the program prints, line by line"
                                : "another line %d; those before it are right".formatted(i + 1),
                        List.of());
        }
        if (lines.size() == printed.size()) return;
        String more = lines.size() < printed.size() ? "more" : "fewer";
        throw new Finding(
                "Your prediction has %d lines, which are right so far, but the program prints %s."
                        .formatted(lines.size(), more),
                "as many lines as the program prints",
                List.of());
    }
}
