//SOURCES ../script/ScriptException.java
package lesson;

import com.sun.management.UnixOperatingSystemMXBean;

import script.ScriptException;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that connect and say nothing. They live in a process of their own, because a process has
 * a limit of open files, and the server needs its files for its own side of the connections.
 */
public final class SilentClients implements AutoCloseable {
    /** The files that a JVM has open anyway, and some more. */
    private static final int OTHER_FILES = 100;

    private static final String CONNECTED = "connected";

    private final Process process;

    private SilentClients(Process process) {
        this.process = process;
    }

    /**
     * Connects so many clients to a server of this process.
     *
     * @throws ScriptException if the limit of open files is too low, or a client can't connect
     */
    public static SilentClients connect(String host, int port, int count) throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < count + OTHER_FILES)
            throw new ScriptException(
                    "%,d clients need %,d open files, and the limit is %,d: raise it (ulimit -n), or start fewer clients"
                            .formatted(
                                    count,
                                    count + OTHER_FILES,
                                    system.getMaxFileDescriptorCount()));
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        jar(),
                        SilentClients.class.getName(),
                        host,
                        Integer.toString(port),
                        Integer.toString(count));
        var clients = new SilentClients(new ProcessBuilder(command).start());
        String said = clients.process.inputReader().readLine();
        if (CONNECTED.equals(said)) return clients;
        clients.close();
        throw new ScriptException("the clients can't connect: " + said);
    }

    private static String jar() {
        try {
            return Path.of(
                            SilentClients.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects the clients, says so, and waits for the end of the input. */
    public static void main(String... args) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = Integer.parseInt(args[2]); i > 0; i--)
                clients.add(new Socket(args[0], Integer.parseInt(args[1])));
            IO.println(CONNECTED);
            while (System.in.read() >= 0) {
                // Nobody types anything; the end of the input is the end of the clients.
            }
        } catch (IOException e) {
            IO.println(e.getMessage() + ", after " + clients.size() + " clients");
        } finally {
            for (Socket client : clients) client.close();
        }
    }

    /** Makes all clients leave. */
    @Override
    public void close() {
        process.destroy();
    }
}
