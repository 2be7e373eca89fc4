//SOURCES ../linux/Signals.java ../script/LinuxSockets.java
package lesson;

import linux.Signals;

import script.LinuxSockets;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs an experiment with signals on a thread of its own, so that no other thread blocks them. */
public final class SignalThread {
    /** The experiment. */
    @FunctionalInterface
    public interface Experiment {
        /**
         * Runs on the thread that blocks the signals, and closes the descriptors that send them.
         */
        void run(Signals signals) throws Exception;
    }

    private SignalThread() {}

    /**
     * Runs it with SIGRTMIN and SIGIO blocked, and waits for its end. Any thread may call this.
     *
     * @throws ExecutionException if the experiment throws; the cause is its exception
     * @throws script.ScriptException where this isn't Linux
     */
    public static void run(Experiment experiment) throws InterruptedException, ExecutionException {
        LinuxSockets.requireLinux();
        var task =
                new FutureTask<Void>(() -> {
                    int[] blocked = {Signals.sigrtmin(), Signals.SIGIO};
                    try (var signals = new Signals(blocked)) {
                        experiment.run(signals);
                    }
                    return null;
                });
        Thread.ofPlatform().start(task);
        task.get();
    }
}
