//SOURCES ../../lib/linux/IoUring.java ../../lib/linux/SocketCalls.java
package tests.linux;

import linux.IoUring;
import linux.SocketCalls;
import linux.SubmissionEntry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens and closes 200 listeners, each with a ring that accepts from it, and prints how many
 * sockets are left. A program of its own: a process that another test starts would have the
 * sockets, too, until it becomes a program.
 */
final class ClosedRings {
    private ClosedRings() {}

    public static void main(String... args) throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        int open = 0;
        int left = 0;
        for (int i = 0; i < 200; i++) {
            int socket = SocketCalls.socket(loopback, SocketCalls.SOCK_STREAM);
            String inode;
            try (var ring = new IoUring(4, 8)) {
                SocketCalls.bind(socket, new InetSocketAddress(loopback, 0));
                SocketCalls.listen(socket, 100);
                inode = Files.readSymbolicLink(Path.of("/proc/self/fd/" + socket)).toString();
                if (isOpen(inode)) open++;
                ring.add(SubmissionEntry.ACCEPT, socket, 1)
                        .ioprio(SubmissionEntry.ACCEPT_MULTISHOT);
                ring.submitAndWait(0);
            } finally {
                SocketCalls.close(socket);
            }
            if (isOpen(inode)) left++;
        }
        System.out.println(open + " were open, " + left + " are left");
    }

    /**
     * Returns whether the kernel has the TCP socket of a link like {@code socket:[4711]}; its table
     * has the number in each socket's line (proc_net(5)).
     */
    private static boolean isOpen(String inode) throws IOException {
        String number = inode.replaceAll("\\D", "");
        try (var lines = Files.lines(Path.of("/proc/net/tcp"))) {
            return lines.anyMatch(line -> line.contains(" " + number + " "));
        }
    }
}
