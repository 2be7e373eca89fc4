//SOURCES Recorder.java
package kit.watch;

import module java.base;

/** Passes on what the program prints, and tells the recorder of each line. */
final class Printed extends OutputStream {
    private final PrintStream original;
    private final Recorder recorder;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private Printed(PrintStream original, Recorder recorder) {
        this.original = original;
        this.recorder = recorder;
    }

    /** Records what is printed on standard output and standard error from now on. */
    static void record(Recorder recorder) {
        System.setOut(stream(System.out, recorder));
        System.setErr(stream(System.err, recorder));
    }

    private static PrintStream stream(PrintStream original, Recorder recorder) {
        return new PrintStream(new Printed(original, recorder), true, original.charset());
    }

    @Override
    public synchronized void write(int b) {
        original.write(b);
        if (b == '\n') {
            recorder.print(line.toString(original.charset()).stripTrailing());
            line.reset();
        } else {
            line.write(b);
        }
    }

    @Override
    public void flush() {
        original.flush();
    }
}
