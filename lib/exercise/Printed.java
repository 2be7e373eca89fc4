//SOURCES Capture.java Finding.java Patience.java Quoted.java
package exercise;

import module java.base;

/** What the code under check prints. {@link Check} captures it. Any thread may call any method. */
public final class Printed {
    private Printed() {}

    /**
     * Returns the lines on standard output so far, without those with which a {@code script.Server}
     * says that it has started and stopped.
     */
    public static List<String> lines() {
        return Capture.lines().stream()
                .filter(line -> !line.matches("server (started on|stopped:) .*"))
                .toList();
    }

    /**
     * Waits until these lines, and no others, are on standard output; a {@link Finding} if that
     * doesn't happen.
     *
     * @param situation what was done, the beginning of a sentence: {@code Bob sent "hello"}
     * @param why what the lines are, for the finding
     */
    public static void expect(List<String> lines, String situation, String why) {
        if (Patience.await(() -> lines().equals(lines))) return;
        throw new Finding(
                situation + ", and the server printed " + Quoted.lines(lines()) + ".",
                Quoted.lines(lines) + ", " + why);
    }

    /** As {@link #expect(List, String, String)} for one line, which may follow others. */
    public static void expect(String line, String situation, String why) {
        if (Patience.await(() -> lines().contains(line))) return;
        throw new Finding(
                situation + ", and the server printed " + Quoted.lines(lines()) + ".",
                Quoted.text(line) + ", " + why);
    }
}
