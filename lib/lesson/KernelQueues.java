package lesson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux's kernel keeps for the sockets of a port, as {@code ss -ta} shows it. */
public final class KernelQueues {
    private static final String LISTENING = "0A";
    private static final int HEX = 16;

    private KernelQueues() {}

    /**
     * Reads the table of TCP sockets in {@code /proc/net} (see proc(5)). A listening socket's
     * receive queue has the connections that nobody has accepted, a connection's has the bytes that
     * nobody has read.
     *
     * @param port the port of a server on this machine
     * @return both, as a sentence; on another system, that there is no such table
     */
    public static String of(int port) throws IOException {
        int connections = 0;
        int bytes = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (!Files.exists(Path.of(table))) return "this system has no " + table;
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("[ :]+");
                if (!fields[2].matches("[0-9A-F]{4}") || number(fields[2]) != port) continue;
                if (fields[5].equals(LISTENING)) connections += number(fields[7]);
                else bytes += number(fields[7]);
            }
        }
        return "waiting in the kernel: %,d to accept, %,d bytes to read"
                .formatted(connections, bytes);
    }

    private static int number(String hexadecimal) {
        return Integer.parseInt(hexadecimal, HEX);
    }
}
