//SOURCES ../Checkout.java ConsoleBlock.java ConsolePorts.java
package kit.console;

import kit.Checkout;
import kit.console.ConsoleBlock.Kind;
import kit.console.ConsoleBlock.Step;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The terminals of a reader who types, block after block, what a text shows. Commands run in bash,
 * in the folder of the checkout. Their output and their errors come in one stream, as on a screen.
 */
final class ConsoleSession implements AutoCloseable {
    /** How long a command may take to show what it should. */
    private final Duration patience;

    private final ConsolePorts ports = new ConsolePorts();
    private final Map<String, Running> terminals = new HashMap<>();

    /**
     * @param patience how long a command may take to show what it should
     */
    ConsoleSession(Duration patience) {
        this.patience = patience;
    }

    /**
     * The result of a step.
     *
     * @param step the step
     * @param actual the lines that were printed, with the ports of the text
     * @param complaint what is wrong; empty if the text is right
     */
    record Result(Step step, List<String> actual, String complaint) {}

    /** Types a block and returns the result of each step. */
    List<Result> run(ConsoleBlock block) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (Step step : block.steps()) {
            boolean last = step == block.steps().getLast();
            boolean interruptedNext =
                    !last
                            && block.steps().get(block.steps().indexOf(step) + 1).kind()
                                    == Kind.INTERRUPT;
            boolean mayRunOn =
                    interruptedNext
                            || (last
                                    && !block.terminal().isEmpty()
                                    && step.kind() != Kind.INTERRUPT);
            results.add(type(block.terminal(), step, mayRunOn));
        }
        Running left = terminals.get(block.terminal());
        if (block.terminal().isEmpty() && left != null) left.close();
        return results;
    }

    private Result type(String terminal, Step step, boolean mayRunOn)
            throws IOException, InterruptedException {
        if (step.kind() == Kind.COMMAND) {
            Running before = terminals.put(terminal, start(ports.command(step.command())));
            if (before != null) before.close();
        }
        Running running = terminals.get(terminal);
        if (running != null) running.leftBy = null;
        if (running == null) return new Result(step, List.of(), "nothing runs in this terminal");
        if (step.kind() == Kind.INTERRUPT) running.interrupt();
        return mayRunOn ? shown(running, step) : ended(running, step);
    }

    /** Waits until the command has printed the lines of the step; it keeps running. */
    private Result shown(Running running, Step step) throws InterruptedException {
        BooleanSupplier complete =
                () -> ConsoleBlock.match(step.output(), running.unread()).isPresent();
        awaitTrue(() -> complete.getAsBoolean() || running.hasEnded());
        List<String> actual = running.unread();
        var count = ConsoleBlock.match(step.output(), actual);
        if (count.isEmpty()) {
            running.read(actual.size());
            return new Result(step, actual, "it printed something else");
        }
        running.read(count.get());
        running.leftBy = step;
        return new Result(step, actual.subList(0, count.get()), "");
    }

    /** Returns, after the last block, the steps whose command should still run and has ended. */
    List<Result> endedTooEarly() {
        return terminals.values().stream()
                .filter(running -> running.leftBy != null && running.hasEnded())
                .map(running ->
                        new Result(
                                running.leftBy,
                                running.leftBy.output(),
                                "it should still run, and has ended"))
                .toList();
    }

    /** Waits until the command ends; the lines of the step must be all that it printed. */
    private Result ended(Running running, Step step) throws InterruptedException {
        awaitTrue(running::hasEnded);
        String complaint = running.hasEnded() ? "" : "it does not end";
        List<String> actual = running.unread();
        running.read(actual.size());
        running.close();
        if (complaint.isEmpty() && !ConsoleBlock.matchesAll(step.output(), actual))
            complaint = "it printed something else";
        return new Result(step, actual, complaint);
    }

    private void awaitTrue(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline)
            TimeUnit.MILLISECONDS.sleep(10);
    }

    private Running start(ConsolePorts.Command command) throws IOException {
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
        return new Running(builder.start(), command, ports);
    }

    /** Ends the commands that still run in any terminal. */
    @Override
    public void close() throws IOException {
        terminals.values().forEach(Running::close);
        ports.close();
    }

    /** A command that was typed, and what it has printed so far. */
    private static final class Running {
        private final Process process;
        private final ConsolePorts.Command command;
        private final ConsolePorts ports;
        private final List<String> printed = new ArrayList<>();
        private final Thread reader;
        private int read;

        /** The step after which it should keep running; null if there is none. */
        private Step leftBy;

        Running(Process process, ConsolePorts.Command command, ConsolePorts ports) {
            this.process = process;
            this.command = command;
            this.ports = ports;
            reader = Thread.startVirtualThread(this::collect);
        }

        private void collect() {
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine())
                    add(line);
            } catch (IOException e) {
                // The process was closed: what it printed so far is all there is.
            }
            ports.forget(command);
        }

        private synchronized void add(String line) {
            ports.learn(command, line);
            // JBang's messages while it builds are not the script's.
            if (!line.startsWith("[jbang]") && !line.startsWith("jbang: waiting"))
                printed.add(line);
        }

        synchronized List<String> unread() {
            return printed.subList(read, printed.size()).stream().map(ports::inOutput).toList();
        }

        synchronized void read(int lines) {
            read += lines;
        }

        boolean hasEnded() {
            return !process.isAlive() && !reader.isAlive();
        }

        void interrupt() throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of("kill", "-INT"));
            command.add(Long.toString(process.pid()));
            process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
            new ProcessBuilder(command).start().waitFor();
        }

        void close() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
