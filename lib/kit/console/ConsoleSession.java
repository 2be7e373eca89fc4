//SOURCES ConsoleBlock.java ConsolePorts.java RunningCommand.java
package kit.console;

import kit.console.ConsoleBlock.Kind;
import kit.console.ConsoleBlock.Step;

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
    private final Map<String, RunningCommand> terminals = new HashMap<>();

    /** The commands that should keep running, each with the step after which it was left. */
    private final Map<RunningCommand, Step> leftRunning = new HashMap<>();

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
        RunningCommand left = terminals.get(block.terminal());
        if (block.terminal().isEmpty() && left != null) left.close();
        return results;
    }

    private Result type(String terminal, Step step, boolean mayRunOn)
            throws IOException, InterruptedException {
        if (step.kind() == Kind.COMMAND) {
            var started = RunningCommand.start(step.command(), ports);
            RunningCommand before = terminals.put(terminal, started);
            if (before != null) before.close();
            leftRunning.remove(before);
        }
        RunningCommand running = terminals.get(terminal);
        leftRunning.remove(running);
        if (running == null) return new Result(step, List.of(), "nothing runs in this terminal");
        if (step.kind() == Kind.INTERRUPT) running.interrupt();
        return mayRunOn ? shown(running, step) : ended(running, step);
    }

    /** Waits until the command has printed the lines of the step; it keeps running. */
    private Result shown(RunningCommand running, Step step) throws InterruptedException {
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
        leftRunning.put(running, step);
        return new Result(step, actual.subList(0, count.get()), "");
    }

    /** Returns, after the last block, the steps whose command should still run and has ended. */
    List<Result> endedTooEarly() {
        return leftRunning.entrySet().stream()
                .filter(left -> left.getKey().hasEnded())
                .map(Map.Entry::getValue)
                .map(step -> new Result(step, step.output(), "it should still run, and has ended"))
                .toList();
    }

    /** Waits until the command ends; the lines of the step must be all that it printed. */
    private Result ended(RunningCommand running, Step step) throws InterruptedException {
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

    /** Ends the commands that still run in any terminal. */
    @Override
    public void close() throws IOException {
        terminals.values().forEach(RunningCommand::close);
        ports.close();
    }
}
