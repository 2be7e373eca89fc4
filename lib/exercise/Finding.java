package exercise;

/**
 * What a check has found wrong, for the reader: what was seen, and what was expected. It is an
 * error, so that no {@code catch (Exception e)} of the code under check hides it.
 */
public final class Finding extends Error {
    private static final long serialVersionUID = 1;

    /**
     * Makes a finding.
     *
     * @param seen what happened, a sentence in the words of the chapter
     * @param expected what should have happened, without a period at its end
     */
    public Finding(String seen, String expected) {
        super(seen + "\nExpected: " + expected + ".", null, false, false);
    }
}
