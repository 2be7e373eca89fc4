//SOURCES ../script/ScriptException.java Processors.java
package measure;

import script.ScriptException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, on processor 0 where the system can be told so; its load comes
 * from another process, on processor 1.
 */
public final class ServerUnderTest implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("server started on \\S+:(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What Ctrl-C has to end. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        var end = new Thread(() -> RUNNING.forEach(Process::destroy));
        Runtime.getRuntime().addShutdownHook(end);
    }

    private final Process process;
    private final Path output;
    private final int port;
    private final double secondsToAnswer;

    private ServerUnderTest(Process process, Path output, int port, double secondsToAnswer) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.secondsToAnswer = secondsToAnswer;
    }

    /**
     * Starts a server and waits until it has answered a first request.
     *
     * @param request the request, after which the server ends the connection
     * @param command the command, which prints {@code server started on HOST:PORT}
     * @return the server
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static ServerUnderTest start(String request, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("server", ".txt");
        output.toFile().deleteOnExit();
        long start = System.nanoTime();
        var process =
                Processors.pinned(Processors.SERVER, List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        RUNNING.add(process);
        try {
            int port = awaitPort(String.join(" ", command), process, output, start);
            converse(port, request);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new ServerUnderTest(process, output, port, seconds);
        } catch (Throwable t) {
            end(process, output);
            throw t;
        }
    }

    private static int awaitPort(String command, Process process, Path output, long start)
            throws IOException, InterruptedException {
        while (process.isAlive() && System.nanoTime() - start < PATIENCE.toNanos()) {
            Matcher started = STARTED.matcher(Files.readString(output));
            if (started.find()) return Integer.parseInt(started.group(1));
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new ScriptException(command + " does not start: " + Files.readString(output).strip());
    }

    /** A whole conversation: send, end one's side, read until the server ends its own. */
    private static void converse(int port, String request) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    /**
     * How long it took from the command to the end of the first answer.
     *
     * @return seconds
     */
    public double secondsToAnswer() {
        return secondsToAnswer;
    }

    /**
     * The port that it listens on.
     *
     * @return the port
     */
    public int port() {
        return port;
    }

    /**
     * Opens connections that say nothing.
     *
     * @param number how many
     * @return the connections
     * @throws IOException if the server does not take them
     */
    public List<SocketChannel> connect(int number) throws IOException {
        List<SocketChannel> connections = new ArrayList<>();
        for (int i = 0; i < number; i++)
            connections.add(SocketChannel.open(new InetSocketAddress("localhost", port)));
        return connections;
    }

    /**
     * The part of one processor that it uses from now on.
     *
     * @param time how long to look
     * @return 1 for one whole processor
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public double processors(Duration time) throws InterruptedException {
        long cpu = cpu().toNanos();
        long start = System.nanoTime();
        Thread.sleep(time);
        return (double) (cpu().toNanos() - cpu) / (System.nanoTime() - start);
    }

    /**
     * The processor time that it has used so far.
     *
     * @return user and system time of all its threads
     */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * The memory that it occupies.
     *
     * @return the resident set, in MiB
     * @throws IOException if the system cannot tell
     */
    public double mebibytes() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (Files.exists(status)) {
            Matcher resident = RESIDENT.matcher(Files.readString(status));
            if (resident.find()) return Integer.parseInt(resident.group(1)) / 1024.0;
        }
        var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
        String kibibytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Integer.parseInt(kibibytes.strip()) / 1024.0;
    }

    /** Stops the server and removes what it printed. */
    @Override
    public void close() throws IOException {
        end(process, output);
    }

    private static void end(Process process, Path output) throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
        Files.delete(output);
    }
}
