//SOURCES ../WholeLibrary.java ../notebook/Chapters.java ../notebook/Notebook.java
//SOURCES InstrumentedChapter.java Printed.java Probe.java Recorder.java
//SOURCES ../../aio/LoopObservers.java
package kit.watch;

import module java.base;

import aio.LoopObservers;

import kit.WholeLibrary;
import kit.notebook.Chapters;
import kit.notebook.Notebook;

/** A chapter, or a file like one, that runs in this JVM and is watched. */
final class WatchedChapter {
    private static final Duration SAMPLED_EVERY = Duration.ofMillis(20);

    private final String name;
    private final String text;
    private final Notebook notebook;
    private final InstrumentedChapter code;

    /**
     * Compiles and instruments a chapter.
     *
     * @throws IllegalArgumentException if it isn't one, or doesn't compile
     */
    WatchedChapter(Path file) throws IOException, ClassNotFoundException {
        name = file.getFileName().toString().replaceAll("\\.java$", "");
        text = Files.readString(file);
        notebook = Notebook.parse(text);
        List<String> classPath = new ArrayList<>(List.of(WholeLibrary.classPath("watch")));
        if (Chapters.needsDependencies(text)) classPath.addAll(Chapters.dependencies(name));
        List<URL> jars = new ArrayList<>();
        for (String jar : classPath.subList(1, classPath.size()))
            jars.add(Path.of(jar).toUri().toURL());
        var parent = new URLClassLoader(jars.toArray(URL[]::new), getClass().getClassLoader());
        String all = String.join(java.io.File.pathSeparator, classPath);
        code = InstrumentedChapter.load(file, all, parent);
    }

    /** Returns its name, which is its file's without {@code .java}. */
    String name() {
        return name;
    }

    Notebook notebook() {
        return notebook;
    }

    /** Returns whether it is a server, which waits for clients until Ctrl-C. */
    boolean isServer() {
        return text.contains("Script.serve(");
    }

    /** Runs it on the calling thread, and throws what its {@code main} throws. Call it once. */
    void run(Recorder recorder, String... arguments) throws Exception {
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
}
