//SOURCES ScriptException.java ../linux/IoUring.java ../linux/Platform.java
package script;

import linux.IoUring;
import linux.LinuxException;
import linux.Platform;

/** Tells in one line why a script that needs io_uring can't run here. */
public final class LinuxRings {
    private LinuxRings() {}

    /**
     * Does nothing where a ring can be made.
     *
     * @throws ScriptException if this isn't Linux, its kernel is too old, or io_uring is switched
     *     off, as containers often do
     */
    public static void require() throws LinuxException {
        try {
            Platform.require();
            IoUring.require();
        } catch (UnsupportedOperationException e) {
            throw new ScriptException(e.getMessage());
        }
    }
}
