//SOURCES Kit.java
//DEPS org.awaitility:awaitility:4.3.0
package tests.shared;

import static org.awaitility.Awaitility.await;
import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import org.awaitility.Awaitility;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A script that runs as a reader runs it: in a process of its own, through the launcher. */
public final class ScriptProcess implements AutoCloseable {
    /** Enough for a first start, which fetches JBang and the dependencies of a chapter. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Pattern STARTED = Pattern.compile("server started on (\\S+):(\\d+)");

    static {
        // By default Awaitility fails on an uncaught exception of any thread, another test's too.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        Awaitility.setDefaultTimeout(PATIENCE);
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(iterative(ScriptProcess::longer, Duration.ofMillis(1)));
    }

    /** Halves the CPU time of a JVM that lives for a second. */
    private static final List<String> SHORT_LIVED =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final Map<String, List<String>> COMMANDS = new ConcurrentHashMap<>();

    /** A program started in the background of another ignores SIGINT; macOS has no such option. */
    private static final List<String> CTRL_C_WORKS =
            System.getProperty("os.name").startsWith("Linux")
                    ? List.of("env", "--default-signal=INT")
                    : List.of();

    private static Duration longer(Duration pause) {
        return pause.toMillis() < 20 ? pause.multipliedBy(2) : pause;
    }

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    public ScriptProcess(ProcessBuilder builder) {
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        readers =
                List.of(
                        Thread.startVirtualThread(() -> collect(process.getInputStream(), output)),
                        Thread.startVirtualThread(() -> collect(process.getErrorStream(), errors)));
    }

    /** Starts {@code ./jbang} with these arguments. */
    public static ScriptProcess start(String... args) {
        return new ScriptProcess(launcher(args));
    }

    /**
     * A script with these arguments. The first time the launcher runs it and becomes a java
     * command, which later calls repeat as it is.
     */
    public static ScriptProcess startAgain(String script, List<String> args) {
        var launcher = launcher(script);
        List<String> known = COMMANDS.get(script);
        if (known != null) launcher.command(new ArrayList<>(known));
        launcher.command().addAll(args);
        var started = new ScriptProcess(launcher);
        if (known == null) Thread.startVirtualThread(() -> started.learn(script, args));
        return started;
    }

    /** A server on a free port, already listening. */
    public static ScriptProcess startServer(String script, String... options) {
        List<String> args = new ArrayList<>(List.of("localhost", "0"));
        args.addAll(List.of(options));
        var server = startAgain(script, args);
        try {
            server.port();
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    /** Looks until the launcher has become a java command; nothing is learned if it never does. */
    private void learn(String script, List<String> args) {
        List<String> command =
                await().forever()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(this::command, now -> !process.isAlive() || isJava(now));
        if (!isJava(command)) return;
        command.subList(command.size() - args.size(), command.size()).clear();
        command.addAll(1, SHORT_LIVED);
        command.addAll(0, CTRL_C_WORKS);
        COMMANDS.put(script, command);
    }

    private static boolean isJava(List<String> command) {
        return !command.isEmpty() && command.getFirst().endsWith("/java");
    }

    /** The command that the process runs now; empty if it has ended, or without {@code /proc}. */
    private List<String> command() {
        try {
            String all = Files.readString(Path.of("/proc/" + pid() + "/cmdline"));
            List<String> command = new ArrayList<>(List.of(all.split("\0", -1)));
            command.removeLast(); // each argument ends with the character 0
            return command;
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * The launcher's command; SIGINT reaches it even if this JVM was started with SIGINT ignored.
     */
    public static ProcessBuilder launcher(String... args) {
        List<String> command = new ArrayList<>(CTRL_C_WORKS);
        command.add(Kit.ROOT.resolve("jbang").toString());
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).directory(Kit.ROOT.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** The command of another JVM with the classes of this one. */
    public static ProcessBuilder java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    private static void collect(InputStream stream, List<String> lines) {
        try (var reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine())
                lines.add(line);
        } catch (IOException e) {
            // The process is gone; what it printed so far is all there is.
        }
    }

    /** The lines on standard output so far. */
    public List<String> output() {
        return List.copyOf(output);
    }

    /**
     * The lines on standard error so far, without JBang's messages while it builds or waits for
     * another JBang.
     */
    public List<String> errors() {
        return errors.stream()
                .filter(line -> !line.startsWith("[jbang]") && !line.startsWith("jbang: waiting"))
                .toList();
    }

    /** Waits until a line of standard output equals this one. */
    public void awaitLine(String line) {
        await("the line '" + line + "' in " + this).until(() -> output.contains(line));
    }

    /** The port that the start line names. */
    public int port() {
        return Integer.parseInt(startLine().replaceAll(".*:", ""));
    }

    /** The first line, once the server has printed it. */
    public String startLine() {
        await("a start line").until(() -> !output.isEmpty() || !process.isAlive());
        if (output.isEmpty()) throw new AssertionError("no start line: " + awaitEnd());
        if (!STARTED.matcher(output.getFirst()).matches())
            throw new AssertionError("another line than the start line came first: " + this);
        return output.getFirst();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Types this text into its standard input. */
    public ScriptProcess type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends its standard input. */
    public void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to this process alone. */
    public void signal(String name) {
        signal(name, pid());
    }

    public static void signal(String name, long pid) {
        run("kill", "-" + name, Long.toString(pid));
    }

    /** Runs a command of the system to its end. */
    public static void run(String... command) {
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end of the process and of its output, and returns the exit code. */
    public int exitCode() {
        return exitCode(PATIENCE);
    }

    /** The same, with a longer limit for a slow script. */
    public int exitCode(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
                throw new AssertionError("still running: " + this);
            for (Thread reader : readers) reader.join(PATIENCE);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String awaitEnd() {
        exitCode();
        return toString();
    }

    @Override
    public String toString() {
        return "output " + output + ", errors " + errors;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exitCode();
    }
}
