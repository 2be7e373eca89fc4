//SOURCES Recorder.java ../console/ConsolePorts.java ../console/RunningCommand.java
//SOURCES ../notebook/PlayerBlock.java ../../script/ScriptException.java
package kit.watch;

import module java.base;

import kit.console.ConsolePorts;
import kit.console.RunningCommand;
import kit.notebook.PlayerBlock;

import script.ScriptException;

/**
 * Runs the commands of a player block around the chapter that it watches: the servers before it,
 * and its clients one after another. Each client waits until the one before it has connected or
 * ended. Nothing is typed into a client, and its input ends when the last client has ended: so
 * {@code ./jbang talk} connects, and stays silent.
 */
final class Scenario implements AutoCloseable {
    /** How long a command may take; the first start of one fetches what it needs. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long the chapter goes on after its last client. */
    private static final Duration REST = Duration.ofMillis(300);

    private final PlayerBlock block;
    private final ConsolePorts ports = new ConsolePorts();
    private final List<RunningCommand> running = new ArrayList<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private ConsolePorts.Command watched;

    Scenario(PlayerBlock block) {
        this.block = block;
    }

    /** Starts the servers, and returns the chapter's arguments, with the ports in use. */
    String[] begin() throws IOException, InterruptedException {
        for (String server : block.servers()) {
            var command = RunningCommand.start(server, ports);
            running.add(command);
            await(server, () -> command.unread().stream().anyMatch(Scenario::isStartLine));
        }
        watched = ports.command("./jbang " + block.chapter() + " " + block.arguments());
        // Without a server there is nothing to wait for.
        if (watched.serves().isEmpty()) started.countDown();
        List<String> words = List.of(watched.text().strip().split(" +"));
        return words.subList(2, words.size()).toArray(String[]::new);
    }

    private static boolean isStartLine(String line) {
        return line.startsWith("server started on ");
    }

    /** Returns a line that the chapter has printed with the ports of the text. */
    String printed(String line) {
        ports.learn(watched, line);
        if (isStartLine(line)) started.countDown();
        return ports.inOutput(line);
    }

    /** Runs the clients, and returns when the last of them has ended. */
    void runClients(Recorder recorder) throws IOException, InterruptedException {
        started.await();
        List<RunningCommand> clients = new ArrayList<>();
        for (String client : block.clients()) {
            int before = recorder.clients();
            var command = RunningCommand.start(client, ports);
            running.add(command);
            clients.add(command);
            await(client, () -> recorder.clients() > before || command.hasEnded());
        }
        for (int i = clients.size() - 1; i >= 0; i--) {
            RunningCommand command = clients.get(i);
            String client = block.clients().get(i);
            if (i < clients.size() - 1) command.endInput();
            await(client, command::hasEnded);
            if (command.exitCode() != 0)
                throw new ScriptException(
                        "'" + client + "' failed: " + String.join("\n", command.unread()));
        }
        Thread.sleep(REST);
    }

    private static void await(String command, BooleanSupplier condition)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0)
                throw new ScriptException("'" + command + "' takes too long");
            Thread.sleep(10);
        }
    }

    /** Ends what still runs. */
    @Override
    public void close() throws IOException {
        running.forEach(RunningCommand::close);
        ports.close();
    }
}
