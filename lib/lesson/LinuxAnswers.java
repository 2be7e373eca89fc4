//SOURCES Protocol.java ../linux/SocketCalls.java
package lesson;

import linux.SocketCalls;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Sends what a {@link Protocol} has to say, for a loop that waits only for input. */
public final class LinuxAnswers {
    private LinuxAnswers() {}

    /**
     * Sends all that the protocol has to say now.
     *
     * @param fd the descriptor of the connection, in non-blocking mode
     * @return whether the kernel took all of it; if not, the client doesn't read its answers
     */
    public static boolean send(int fd, Protocol protocol) throws IOException {
        for (MemorySegment data = protocol.next(); data != null; data = protocol.next()) {
            if (SocketCalls.send(fd, data) < data.byteSize()) return false;
            protocol.sent();
        }
        return true;
    }
}
