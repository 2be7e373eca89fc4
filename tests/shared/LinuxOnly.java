//SOURCES ../../lib/linux/IoUring.java ../../lib/linux/Platform.java
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
package tests.shared;

import static org.junit.jupiter.api.Assumptions.abort;

import linux.IoUring;
import linux.LinuxException;
import linux.Platform;

/** Skips tests of what calls Linux's kernel itself, where that doesn't work, and says why. */
public final class LinuxOnly {
    private LinuxOnly() {}

    /** Goes on only on Linux, on a processor that {@code lib/linux} knows. */
    public static void assumeCalls() {
        try {
            Platform.require();
        } catch (UnsupportedOperationException e) {
            abort(e.getMessage());
        }
    }

    /** Goes on only where io_uring is switched on, and the kernel is new enough. */
    public static void assumeRings() throws LinuxException {
        try {
            IoUring.require();
        } catch (UnsupportedOperationException e) {
            abort(e.getMessage());
        }
    }
}
