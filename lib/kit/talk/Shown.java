//SOURCES ../../script/ScriptException.java
package kit.talk;

import script.ScriptException;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Writes what the other side sent to standard output, byte for byte. */
final class Shown {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private Shown() {}

    /**
     * Copies until the other side ends its side.
     *
     * @param broken the start of the message if the connection breaks
     * @throws ScriptException if the connection breaks, or if standard output is closed
     */
    static void copy(InputStream from, String broken) {
        byte[] buffer = new byte[16_384];
        for (int n = read(from, buffer, broken); n >= 0; n = read(from, buffer, broken))
            write(buffer, n);
    }

    private static int read(InputStream from, byte[] buffer, String broken) {
        try {
            return from.read(buffer);
        } catch (IOException e) {
            throw new ScriptException(broken + ": " + e.getMessage());
        }
    }

    static void write(byte[] bytes, int length) {
        try {
            OUT.write(bytes, 0, length);
        } catch (IOException e) {
            throw new ScriptException("cannot write the output: " + e.getMessage());
        }
    }
}
