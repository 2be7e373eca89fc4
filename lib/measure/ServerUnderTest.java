//SOURCES ../aio/script/ScriptException.java
//SOURCES Load.java
//SOURCES LoadResult.java
package measure;

import aio.script.ScriptException;

import org.HdrHistogram.Histogram;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server in a process of its own, on processor 0 where the system can be told so; its load comes
 * from another process, on processor 1.
 */
public final class ServerUnderTest implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("server started on \\S+:(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final boolean PINS =
            Runtime.getRuntime().availableProcessors() > 1
                    && Files.isExecutable(Path.of("/usr/bin/taskset"));

    private final Process process;
    private final Path output;
    private final int port;
    private final double secondsToStart;

    private ServerUnderTest(Process process, Path output, int port, double secondsToStart) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.secondsToStart = secondsToStart;
    }

    /**
     * Starts a server and waits until it says where it listens.
     *
     * @param command the command, which prints {@code server started on HOST:PORT}
     * @return the server
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static ServerUnderTest start(String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("server", ".txt");
        long start = System.nanoTime();
        var process =
                new ProcessBuilder(pinned(0, List.of(command)))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        while (process.isAlive() && System.nanoTime() - start < PATIENCE.toNanos()) {
            Matcher started = STARTED.matcher(Files.readString(output));
            if (started.find()) {
                double seconds = (System.nanoTime() - start) / 1e9;
                int port = Integer.parseInt(started.group(1));
                return new ServerUnderTest(process, output, port, seconds);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        process.destroyForcibly();
        String said = Files.readString(output).strip();
        Files.delete(output);
        throw new ScriptException(String.join(" ", command) + " does not start: " + said);
    }

    private static List<String> pinned(int processor, List<String> command) {
        List<String> pinned = new ArrayList<>(command);
        if (PINS) pinned.addAll(0, List.of("taskset", "-c", Integer.toString(processor)));
        return pinned;
    }

    /**
     * How long it took from the command to the line that says where it listens.
     *
     * @return seconds
     */
    public double secondsToStart() {
        return secondsToStart;
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
        var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
        String kibibytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Integer.parseInt(kibibytes.strip()) / 1024.0;
    }

    /**
     * Loads it, see {@link Load#main}.
     *
     * @param mode {@code close} or {@code keep}
     * @param request what each client sends
     * @param plan for each load three numbers: clients, seconds, requests a second
     * @return what came of each load
     * @throws IOException if the generator fails
     */
    public List<LoadResult> load(String mode, String request, String... plan) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = jar(Load.class) + File.pathSeparator + jar(Histogram.class);
        List<String> command = new ArrayList<>(List.of(java, "-cp", classPath));
        command.addAll(List.of("measure.Load", Integer.toString(port), mode, request));
        command.addAll(List.of(plan));
        var generator =
                new ProcessBuilder(pinned(1, command))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (Stream<String> lines = generator.inputReader().lines()) {
            List<LoadResult> results = lines.map(LoadResult::parse).toList();
            if (results.size() != plan.length / 3) throw new IOException("the generator failed");
            return results;
        } finally {
            generator.destroy();
        }
    }

    private static String jar(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the server and removes what it printed. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.delete(output);
    }
}
