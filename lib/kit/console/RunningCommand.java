//SOURCES ../Checkout.java ConsolePorts.java
package kit.console;

import kit.Checkout;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that runs as if it were typed: in bash, in the folder of the checkout. Its output and
 * its errors come in one stream, as on a screen. Any thread may call any method.
 */
public final class RunningCommand implements AutoCloseable {
    private final Process process;
    private final ConsolePorts.Command command;
    private final ConsolePorts ports;
    private final List<String> printed = new ArrayList<>();
    private final Thread reader;
    private int read;

    private RunningCommand(Process process, ConsolePorts.Command command, ConsolePorts ports) {
        this.process = process;
        this.command = command;
        this.ports = ports;
        reader = Thread.startVirtualThread(this::collect);
    }

    /**
     * Starts a command.
     *
     * @param shown the command with the ports of the text
     * @param ports translates the ports
     */
    public static RunningCommand start(String shown, ConsolePorts ports) throws IOException {
        ConsolePorts.Command command = ports.command(shown);
        List<String> bash = new ArrayList<>(List.of("bash", "-c", command.text()));
        // A program that is started in the background ignores Ctrl-C. macOS's env has no such
        // option: there, start this in the foreground.
        if (System.getProperty("os.name").startsWith("Linux"))
            bash.addAll(0, List.of("env", "--default-signal=INT"));
        var builder =
                new ProcessBuilder(bash)
                        .directory(Checkout.ROOT.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return new RunningCommand(builder.start(), command, ports);
    }

    private void collect() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) add(line);
        } catch (IOException e) {
            // The process was closed: what it printed so far is all there is.
        }
        ports.forget(command);
    }

    private synchronized void add(String line) {
        ports.learn(command, line);
        // JBang's messages while it builds are not the script's.
        if (!line.startsWith("[jbang]") && !line.startsWith("jbang: waiting")) printed.add(line);
    }

    /** Returns the lines that were printed and not read yet, with the ports of the text. */
    public synchronized List<String> unread() {
        return printed.subList(read, printed.size()).stream().map(ports::inOutput).toList();
    }

    /** Marks so many lines as read. */
    public synchronized void read(int lines) {
        read += lines;
    }

    /** Returns whether the command has ended and all that it printed is here. */
    public boolean hasEnded() {
        return !process.isAlive() && !reader.isAlive();
    }

    /** Returns the exit code; {@code IllegalThreadStateException} if it still runs. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Types Ctrl-D: ends the command's input. */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Types Ctrl-C. */
    public void interrupt() throws IOException, InterruptedException {
        List<String> kill = new ArrayList<>(List.of("kill", "-INT"));
        kill.add(Long.toString(process.pid()));
        process.descendants().forEach(child -> kill.add(Long.toString(child.pid())));
        new ProcessBuilder(kill).start().waitFor();
    }

    /** Ends the command and what it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
