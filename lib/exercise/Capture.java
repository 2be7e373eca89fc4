package exercise;

import module java.base;

/**
 * What the code under check prints, while {@link Check} runs it. Any thread may call any method.
 */
final class Capture {
    /** The most that the code may print on a stream, in bytes. */
    static final int LIMIT = 100_000;

    private static volatile Kept out = new Kept(() -> {});
    private static volatile Kept err = out;

    private Capture() {}

    /** A stream that keeps what is written to it, up to the limit. */
    private static final class Kept extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Runnable overflow;

        Kept(Runnable overflow) {
            this.overflow = overflow;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] source, int from, int count) {
            if (bytes.size() + count > LIMIT) overflow.run();
            else bytes.write(source, from, count);
        }

        synchronized List<String> lines() {
            return bytes.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Gives the streams back. */
    interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Captures standard output and standard error from now on.
     *
     * @param overflow called when more than {@link #LIMIT} bytes are printed on one of them
     */
    static Closing begin(Runnable overflow) {
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        out = new Kept(overflow);
        err = new Kept(overflow);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        return () -> {
            System.setOut(oldOut);
            System.setErr(oldErr);
        };
    }

    /** Returns the lines on standard output so far. */
    static List<String> lines() {
        return out.lines();
    }

    /** Returns the last lines on both streams, at most this many of each. */
    static List<String> last(int count) {
        return Stream.of(out.lines(), err.lines())
                .flatMap(lines -> lines.stream().skip(Math.max(0, lines.size() - count)))
                .toList();
    }
}
