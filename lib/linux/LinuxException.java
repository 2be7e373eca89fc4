//SOURCES Errno.java
package linux;

import java.io.IOException;

/** A system call failed. Its message says how, which call and where: ECONNRESET from recv on 7. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * Makes an exception.
     *
     * @param errno the positive number of the error, see {@link Errno}
     * @param call the name of the call
     * @param fd the file descriptor, or -1 if the call has none
     */
    public LinuxException(int errno, String call, int fd) {
        super(Errno.name(errno) + " from " + call + (fd < 0 ? "" : " on " + fd));
        this.errno = errno;
    }

    /** Returns the number of the error, see {@link Errno}. */
    public int errno() {
        return errno;
    }
}
