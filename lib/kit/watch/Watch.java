//JAVA 25+
//SOURCES ../Programs.java ../WholeLibrary.java ../notebook/Chapters.java InstrumentedChapter.java
//SOURCES LivePage.java Printed.java Recording.java Scenario.java ../../script/Script.java
package kit.watch;

import module java.base;

import aio.LoopObservers;

import kit.Programs;
import kit.WholeLibrary;
import kit.notebook.Chapters;
import kit.notebook.Notebook;
import kit.notebook.PlayerBlock;

import script.Arguments;
import script.Script;
import script.ScriptException;

/** {@code ./jbang watch}: shows a chapter's code and its loop while it runs. */
public final class Watch {
    private static final String USAGE =
            """
            watch [chapter] [--slow MS] [--record FILE] [--scenario N] [-- chapter's arguments]

            Runs a chapter, and shows in a browser which line each of its tasks, callbacks and
            threads has reached, who waits for what, and what the loop does. Ctrl-C ends it. A
            chapter that is no server starts when the page is open.

              --slow MS      lets everything stand still for so many milliseconds after each step
              --record FILE  shows no page, but writes the first 300 steps into a file (JSON)
              --scenario N   with --record: runs the clients of the chapter's Nth player block, with
                             the arguments that it names, and stops when they have ended
            """;

    private static final Duration SAMPLED_EVERY = Duration.ofMillis(20);

    private final String chapter;
    private final Notebook notebook;
    private final InstrumentedChapter code;

    private Watch(String chapter) throws Exception {
        this.chapter = chapter;
        Path file = Chapters.file(chapter);
        String text = Files.readString(file);
        notebook = Notebook.parse(text);
        String classPath = WholeLibrary.classPath("watch");
        ClassLoader parent = Watch.class.getClassLoader();
        if (text.contains("\n//DEPS ")) {
            List<URL> jars = new ArrayList<>();
            for (String jar : Chapters.dependencies(chapter)) {
                classPath += java.io.File.pathSeparator + jar;
                jars.add(Path.of(jar).toUri().toURL());
            }
            parent = new URLClassLoader(jars.toArray(URL[]::new), parent);
        }
        code = InstrumentedChapter.load(file, classPath, parent);
    }

    /** Runs the chapter; {@code --help} explains the arguments. */
    public static void main(String... args) throws Exception {
        int end = List.of(args).indexOf("--");
        String[] own = end < 0 ? args : Arrays.copyOf(args, end);
        String[] chapters = end < 0 ? new String[0] : Arrays.copyOfRange(args, end + 1, args.length);
        Script.run(USAGE, own, arguments -> watch(arguments, chapters));
    }

    private static void watch(Arguments arguments, String... chapterArguments) throws Exception {
        String chapter = arguments.text("chapter", "").replaceAll("\\.java$", "");
        if (chapter.isEmpty()) throw new ScriptException("watch needs a chapter (try --help)");
        if (!Files.exists(Chapters.file(chapter)))
            throw new ScriptException("watch: " + Chapters.unknown(chapter));
        String file = arguments.text("--record", "");
        int scenario = arguments.number("--scenario", 0, 1, 99);
        if (scenario > 0 && file.isEmpty())
            throw new ScriptException("watch: --scenario needs --record (try --help)");
        int slow = arguments.number("--slow", 0, 0, 60_000);
        var watch = new Watch(chapter);
        if (file.isEmpty()) {
            watch.live(slow, chapterArguments);
            return;
        }
        try {
            if (scenario == 0) watch.record(Path.of(file), slow, chapterArguments);
            else watch.record(Path.of(file), slow, watch.block(scenario));
        } catch (ScriptException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        System.exit(0); // threads of the chapter may still be there
    }

    private PlayerBlock block(int number) {
        List<PlayerBlock> blocks = PlayerBlock.in(notebook);
        if (number <= blocks.size()) return blocks.get(number - 1);
        throw new ScriptException(
                "watch: " + chapter + " has " + blocks.size() + " player blocks, not " + number);
    }

    private String command(String arguments) {
        return "./jbang watch " + chapter + (arguments.isEmpty() ? "" : " -- " + arguments);
    }

    // ---- Live

    private void live(int slow, String... arguments) throws Exception {
        var recorder = new Recorder(chapter, true, UnaryOperator.identity());
        var pages = new Pages(recorder, chapter, notebook.codeLines());
        URI address = LivePage.serve(pages, chapter);
        IO.println("watch " + chapter + " at " + address);
        openBrowser(address);
        if (!Files.readString(Chapters.file(chapter)).contains("Script.serve(")) pages.awaitFirst();
        recorder.setSlow(slow);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> recorder.setSlow(0)));
        run(recorder, arguments);
        IO.println(chapter + " has ended; Ctrl-C ends watch, too");
        Thread.currentThread().join();
    }

    private static void openBrowser(URI address) throws IOException {
        boolean hasScreen = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (hasScreen && Programs.isInstalled("xdg-open"))
            new ProcessBuilder("xdg-open", address.toString()).start();
    }

    private void run(Recorder recorder, String... arguments) throws Exception {
        Printed.record(recorder);
        LoopObservers.setForNewLoops(recorder::observe);
        Probe.passTo(recorder);
        Thread.ofPlatform().daemon().name("sampler").start(() -> sample(recorder));
        code.main(arguments);
    }

    private static void sample(Recorder recorder) {
        try {
            while (true) {
                Thread.sleep(SAMPLED_EVERY);
                recorder.sample();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it.
        }
    }

    // ---- Recorded

    private void record(Path file, int slow, String... arguments) throws Exception {
        var recorder = new Recorder(chapter, false, UnaryOperator.identity());
        recorder.setSlow(slow);
        var recording = new Recording();
        recorder.addViewer(recording);
        var written = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(written, recorder)));
        try {
            run(recorder, arguments);
            String command = command(String.join(" ", arguments));
            write(file, recorder, recording, command, List.of());
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

    private void record(Path file, int slow, PlayerBlock block) throws Exception {
        try (var scenario = new Scenario(block)) {
            String[] arguments = scenario.begin();
            var recorder = new Recorder(chapter, false, scenario::printed);
            recorder.setSlow(slow);
            var recording = new Recording();
            recorder.addViewer(recording);
            Thread main = Thread.currentThread();
            var clients =
                    new FutureTask<>(() -> {
                        try {
                            scenario.runClients(recorder);
                        } finally {
                            recorder.removeViewer(recording);
                            main.interrupt(); // as Ctrl-C does in JShell
                        }
                        return null;
                    });
            boolean hasClients = !block.clients().isEmpty();
            if (hasClients) Thread.ofPlatform().daemon().name("clients").start(clients);
            try {
                run(recorder, arguments);
            } catch (InterruptedException e) {
                // The clients have ended.
            }
            if (hasClients) get(clients);
            write(file, recorder, recording, command(block.arguments()), block.clients());
        }
    }

    private static void get(Future<?> clients) throws Exception {
        try {
            clients.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void write(
            Path file,
            Recorder recorder,
            Recording recording,
            String command,
            List<String> clients)
            throws IOException {
        if (recorder.failure() != null) throw recorder.failure();
        String json = recording.json(chapter, command, clients, notebook.codeLines());
        Files.writeString(file, json);
    }
}
