//SOURCES Capture.java
package exercise;

import module java.base;

/**
 * What a check has found wrong, for the reader: what was seen, and what was expected. It is an
 * error, so that no {@code catch (Exception e)} of the code under check hides it.
 */
public final class Finding extends Error {
    private static final long serialVersionUID = 1;

    private final transient List<String> printed;

    /**
     * Makes a finding.
     *
     * @param seen what happened, a sentence in the words of the chapter
     * @param expected what should have happened, without a period at its end
     */
    public Finding(String seen, String expected) {
        this(seen, expected, Capture.last(10));
    }

    /** As the other, but the last lines that the code has printed are these. */
    Finding(String seen, String expected, List<String> printed) {
        super(seen + "\nExpected: " + expected + ".", null, false, false);
        this.printed = printed;
    }

    /** Returns the last lines that the code had printed when this was found. */
    List<String> printed() {
        return printed;
    }
}
