//SOURCES ../aio/AcceptPause.java ../linux/LinuxException.java ../linux/SocketCalls.java
//SOURCES Waiting.java
package lesson;

import aio.AcceptPause;

import linux.LinuxException;
import linux.SocketCalls;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Accepts connections by Linux's own call, and backs off while the process is out of file
 * descriptors, see {@link AcceptPause}. For one thread, the one that accepts.
 */
public final class LinuxAcceptor {
    private final int listener;
    private final AcceptPause pause;
    private boolean removed;

    /**
     * Makes an acceptor.
     *
     * @param listener the descriptor of a listening socket in non-blocking mode
     * @param report gets a line of text when accept fails, at most once in ten seconds
     */
    public LinuxAcceptor(int listener, Consumer<String> report) {
        this.listener = listener;
        this.pause = new AcceptPause(report);
    }

    /**
     * Returns the descriptor of a connection, in non-blocking mode. Returns {@code -EAGAIN} if no
     * client is waiting, and -1 during a pause. A failure starts a pause and is not thrown.
     */
    public int accept() {
        if (pauseMillis() > 0) return -1;
        try {
            return SocketCalls.accept4(
                    listener, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
        } catch (LinuxException e) {
            pause.begin(e);
            return -1;
        }
    }

    /** Returns how many milliseconds of a pause are left, 0 if there is none. */
    public int pauseMillis() {
        return (int) pause.millis();
    }

    /**
     * Returns how long a loop may wait, in milliseconds: what is left of a pause, or -1 without
     * end. During a pause the listener stays readable, and the loop would spin; so this takes it
     * out of the loop's set, and puts it back after the pause.
     *
     * @param waiting the set, to which the listener was added
     */
    public int timeout(Waiting waiting) throws IOException {
        int left = pauseMillis();
        if (left > 0 && !removed) waiting.remove(listener);
        if (left == 0 && removed) waiting.add(listener);
        removed = left > 0;
        return removed ? left : -1;
    }
}
