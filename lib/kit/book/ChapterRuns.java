//SOURCES ../WholeLibrary.java ../Checkout.java ../notebook/Chapters.java CellOutputs.java
//SOURCES LibraryCode.java RememberedRuns.java Recordings.java
package kit.book;

import module java.base;

import kit.Checkout;
import kit.WholeLibrary;
import kit.notebook.Chapters;
import kit.notebook.Notebook;

/**
 * Runs chapters: their cells, and the recordings of their players. What a run without an error
 * found is remembered. Any thread may call any method.
 */
final class ChapterRuns implements AutoCloseable {
    /** Recordings wait most of the time, for the pauses of their clients. */
    private static final int RECORDERS = 2;

    private final String library = WholeLibrary.classPath("book");
    private final RememberedRuns remembered =
            new RememberedRuns(Checkout.ROOT.resolve("build/book-runs"), LibraryCode.version());
    private final ExecutorService recorders = Executors.newFixedThreadPool(RECORDERS);

    /** Returns a text that is equal for two notebooks whose runs are equal. */
    String code(Notebook notebook) {
        return remembered.key(notebook);
    }

    /** Returns the remembered run of a chapter with this code; empty if there is none. */
    Optional<RememberedRuns.Run> remembered(String chapter, Notebook notebook) throws IOException {
        return remembered.of(chapter, notebook);
    }

    /**
     * Begins to record the players of a chapter, and returns what runs its cells and waits for the
     * recordings. An interrupt ends both.
     *
     * @param problem gets what fails, in words for people; then the run goes on without it
     */
    Callable<RememberedRuns.Run> start(
            String chapter, Notebook notebook, Consumer<String> problem) {
        Future<List<String>> recordings =
                recorders.submit(() -> Recordings.of(chapter, notebook, problem));
        return () -> {
            try {
                var outputs = outputs(chapter, notebook, problem);
                var run = new RememberedRuns.Run(outputs.orElse(List.of()), recordings.get());
                if (outputs.isPresent() && !run.recordings().contains(""))
                    remembered.put(chapter, notebook, run);
                return run;
            } finally {
                recordings.cancel(true);
            }
        };
    }

    /** Returns the outputs of the active cells, in their order; empty if a cell fails. */
    private Optional<List<CellOutputs.Output>> outputs(
            String chapter, Notebook notebook, Consumer<String> problem)
            throws IOException, InterruptedException {
        List<String> classPath = new ArrayList<>();
        Collections.addAll(classPath, library.split(File.pathSeparator));
        String directives = notebook.cells().getFirst().source();
        if (Chapters.needsDependencies(directives))
            classPath.addAll(Chapters.dependencies(chapter));
        try {
            return Optional.of(CellOutputs.of(notebook, classPath));
        } catch (IllegalStateException e) {
            problem.accept(chapter + ": " + e.getMessage() + "\nIts outputs are left out.");
            return Optional.empty();
        }
    }

    /** Ends the recordings. */
    @Override
    public void close() {
        recorders.shutdownNow();
    }
}
