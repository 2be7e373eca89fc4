//SOURCES ../linux/EventFd.java ../linux/LinuxException.java ../script/LinuxSockets.java
//SOURCES ../script/ScriptException.java
package lesson;

import module java.base;

import linux.EventFd;
import linux.LinuxException;

import script.LinuxSockets;
import script.ScriptException;

/** Many open descriptors that never become readable: eventfds. For one thread at a time. */
public final class IdleDescriptors implements AutoCloseable {
    private final List<EventFd> idle = new ArrayList<>();

    /**
     * Opens them.
     *
     * @throws ScriptException if the process may not have so many, and where this isn't Linux
     */
    public IdleDescriptors(int count) throws IOException {
        LinuxSockets.requireLinux();
        try {
            while (idle.size() < count) idle.add(new EventFd());
        } catch (LinuxException e) {
            close();
            throw new ScriptException(
                    e.getMessage() + ": this needs " + count + " descriptors, see ulimit -n");
        }
    }

    /** Returns their numbers. */
    public int[] fds() {
        return idle.stream().mapToInt(EventFd::fd).toArray();
    }

    @Override
    public void close() throws IOException {
        for (EventFd fd : idle) fd.close();
    }
}
