package exercise;

import module java.base;

/**
 * The result of a check.
 *
 * @param passed whether the code is right
 * @param message what is wrong, in one or two lines; empty if nothing is
 * @param line the line of the reader's file where it happened, 0 if none is known
 * @param printed the last lines that the code printed
 */
public record Verdict(boolean passed, String message, int line, List<String> printed) {
    private static final int MARK = 0x45584552;
    private static final int LONGEST = 10_000;

    static final Verdict PASSED = new Verdict(true, "", 0, List.of());

    /** Returns a verdict that something is wrong outside the code's process. */
    public static Verdict failed(String message) {
        return new Verdict(false, message, 0, List.of());
    }

    /** Writes the verdict for {@link #read}. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(MARK);
        out.writeBoolean(passed);
        out.writeUTF(shortened(message));
        out.writeInt(line);
        out.writeInt(printed.size());
        for (String text : printed) out.writeUTF(shortened(text));
        out.flush();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * Reads a verdict.
     *
     * @throws IOException if something else comes, or the stream ends
     */
    public static Verdict read(DataInputStream in) throws IOException {
        if (in.readInt() != MARK) throw new StreamCorruptedException("no verdict");
        boolean passed = in.readBoolean();
        String message = in.readUTF();
        int line = in.readInt();
        List<String> printed = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) printed.add(in.readUTF());
        return new Verdict(passed, message, line, printed);
    }
}
