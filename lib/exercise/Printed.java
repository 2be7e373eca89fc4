//SOURCES Finding.java Patience.java Quoted.java
package exercise;

import module java.base;

/**
 * What the code under check prints. {@link Check} captures it. Any thread may call any method.
 */
public final class Printed {
    /** The most that the code may print, in bytes. */
    static final int LIMIT = 100_000;

    private static volatile Capture out = new Capture(() -> {});
    private static volatile Capture err = out;

    private Printed() {}

    /** A stream that keeps what is written to it, up to a limit. */
    private static final class Capture extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Runnable overflow;

        Capture(Runnable overflow) {
            this.overflow = overflow;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int count) {
            if (kept.size() + count > LIMIT) overflow.run();
            else kept.write(bytes, from, count);
        }

        synchronized List<String> lines() {
            return kept.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    /**
     * Captures standard output and standard error from now on.
     *
     * @param overflow called when more than {@link #LIMIT} bytes are printed
     * @return gives the streams back when it is closed
     */
    static Closing capture(Runnable overflow) {
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        out = new Capture(overflow);
        err = new Capture(overflow);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        return () -> {
            System.setOut(oldOut);
            System.setErr(oldErr);
        };
    }

    /** Gives back what was taken. */
    interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns the last lines of both streams, at most this many of each. */
    static List<String> last(int count) {
        return Stream.of(out.lines(), err.lines())
                .flatMap(lines -> lines.stream().skip(Math.max(0, lines.size() - count)))
                .toList();
    }

    /**
     * Returns the lines on standard output so far, without those with which a {@code script.Server}
     * says that it has started and stopped.
     */
    public static List<String> lines() {
        return out.lines().stream()
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
