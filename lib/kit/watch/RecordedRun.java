//SOURCES ../notebook/PlayerBlock.java Recording.java Scenario.java WatchedChapter.java
package kit.watch;

import module java.base;

import kit.notebook.PlayerBlock;

import script.ScriptException;

/** A run of a chapter that is recorded into a file. */
final class RecordedRun {
    private final WatchedChapter chapter;
    private final Path file;
    private final int slow;
    private final Recording recording = new Recording();

    /**
     * @param slow how many milliseconds everything stands still after each step
     */
    RecordedRun(WatchedChapter chapter, Path file, int slow) {
        this.chapter = chapter;
        this.file = file;
        this.slow = slow;
    }

    /** Runs the chapter on the calling thread until it ends or Ctrl-C stops it. */
    void run(String... arguments) throws Exception {
        var recorder = recorder(UnaryOperator.identity());
        var written = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(written, recorder)));
        try {
            chapter.run(recorder, arguments);
            recorder.removeViewer(recording);
            write(recorder, String.join(" ", arguments), List.of());
        } finally {
            written.countDown();
        }
    }

    /** On Ctrl-C, keeps the JVM until the recording is written. */
    private static void await(CountDownLatch written, Recorder recorder) {
        recorder.setSlow(0);
        try {
            written.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // The JVM ends now.
        }
    }

    /**
     * Runs the chapter on the calling thread, with the servers and clients of a player block, until
     * the last client has ended; without clients, until the chapter ends.
     */
    void run(PlayerBlock block) throws Exception {
        try (var scenario = new Scenario(block)) {
            String[] arguments = scenario.begin();
            var recorder = recorder(scenario::printed);
            Thread main = Thread.currentThread();
            var clients = new FutureTask<>(() -> runClients(scenario, recorder, main));
            boolean hasClients = !block.clients().isEmpty();
            if (hasClients) Thread.ofPlatform().daemon().name("clients").start(clients);
            try {
                chapter.run(recorder, arguments);
            } catch (InterruptedException e) {
                // The clients have ended.
            }
            if (hasClients) get(clients);
            recorder.removeViewer(recording);
            write(recorder, block.arguments(), block.clients());
        }
    }

    private Void runClients(Scenario scenario, Recorder recorder, Thread main) throws Exception {
        try {
            scenario.runClients(recorder);
        } finally {
            recorder.removeViewer(recording); // how the server stops is no part of the recording
            main.interrupt(); // as Ctrl-C does in JShell
        }
        return null;
    }

    private static void get(Future<?> clients) throws Exception {
        try {
            clients.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private Recorder recorder(UnaryOperator<String> ports) {
        var recorder = new Recorder(chapter.name(), false, ports);
        recorder.setSlow(slow);
        recorder.addViewer(recording);
        return recorder;
    }

    private void write(Recorder recorder, String arguments, List<String> clients) {
        if (recorder.failure() != null) throw recorder.failure();
        String command = "./jbang watch " + chapter.name();
        if (!arguments.isEmpty()) command += " -- " + arguments;
        String json =
                recording.json(chapter.name(), command, clients, chapter.notebook().codeLines());
        try {
            Files.writeString(file, json);
        } catch (IOException e) {
            throw new ScriptException("watch: cannot write " + file + ": " + e.getMessage());
        }
    }
}
