//SOURCES ../script/ScriptException.java Processors.java
package measure;

import module java.base;

import script.ScriptException;

/**
 * A server in a process of its own, on processor 0 if the system supports that. Its load comes from
 * another process, on processor 1.
 */
public final class ServerUnderTest implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("server started on \\S+:(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** The processes that Ctrl-C has to end. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        var end = new Thread(() -> RUNNING.forEach(Process::destroy));
        Runtime.getRuntime().addShutdownHook(end);
    }

    private final Process process;
    private final Path output;
    private final int port;

    private ServerUnderTest(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /**
     * Starts a server and waits until it has answered its first request.
     *
     * @param request the request; the server must end the connection after it
     * @param command the command; it must print {@code server started on HOST:PORT}
     * @throws ScriptException if it does not start within two minutes
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
            return new ServerUnderTest(process, output, port);
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

    /** Sends the request, ends its side, and reads until the server ends its own. */
    private static void converse(int port, String request) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return port;
    }

    /** Opens so many connections that say nothing. The caller closes them. */
    public List<SocketChannel> connect(int number) throws IOException {
        List<SocketChannel> connections = new ArrayList<>();
        for (int i = 0; i < number; i++)
            connections.add(SocketChannel.open(new InetSocketAddress("localhost", port)));
        return connections;
    }

    /** Waits so long and returns how much of one processor the server used: 1 is a whole one. */
    public double processors(Duration time) throws InterruptedException {
        long cpu = cpu().toNanos();
        long start = System.nanoTime();
        Thread.sleep(time);
        return (double) (cpu().toNanos() - cpu) / (System.nanoTime() - start);
    }

    /** Returns the user and system time that the server's threads have used so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Returns the server's resident memory, in MiB. */
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

    /** Stops the server and deletes the file with its output. */
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
