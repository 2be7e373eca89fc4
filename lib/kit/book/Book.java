//JAVA 25+
//SOURCES ../WholeLibrary.java BookServer.java BookSite.java CellOutputs.java
//SOURCES RememberedRuns.java Recordings.java
package kit.book;

import module java.base;

import kit.Checkout;
import kit.WholeLibrary;
import kit.notebook.Chapters;
import kit.notebook.Notebook;

/** {@code ./jbang book}: makes a static site of the chapters. */
public final class Book {
    private static final int AT_ONCE = 2;

    private Book() {}

    /**
     * Makes the book, and serves it with {@code --serve}; {@code --help} explains the arguments.
     */
    public static void main(String... args) throws Exception {
        List<String> rest = new ArrayList<>(List.of(args));
        if (rest.contains("--help")) {
            IO.print(
                    """
                    usage: book [-o dir] [--fresh] [--serve [host] [port]]

                    Makes a static site of all chapters and the library. It runs every chapter that has
                    changed, shows what the cells print below them, and records the runs that the
                    players show.

                      -o dir   the folder to write it into (default: build/book, in the checkout)
                      --fresh  runs the other chapters again, too
                      --serve  then serves it with this book's own HTTP server (default:
                               localhost 8000), until Ctrl-C
                    """);
            return;
        }
        Path folder = Checkout.ROOT.resolve("build/book");
        int option = rest.indexOf("-o");
        if (option >= 0) {
            if (option + 1 == rest.size()) fail("-o needs a folder");
            folder = Path.of(rest.remove(option + 1));
            rest.remove(option);
        }
        boolean fresh = rest.remove("--fresh");
        boolean serve = rest.remove("--serve");
        if (!serve && !rest.isEmpty()) fail("it does not take '" + rest.getFirst() + "'");
        long start = System.nanoTime();
        new BookSite(folder).write(chapters(fresh));
        double seconds = (System.nanoTime() - start) / 1e9;
        IO.println("%s: made in %.1f s".formatted(folder.resolve("index.html"), seconds));
        if (serve) BookServer.serve(folder, rest.toArray(String[]::new));
    }

    private static List<BookSite.Chapter> chapters(boolean fresh) throws Exception {
        String library = WholeLibrary.classPath("book");
        var runs = new RememberedRuns(Checkout.ROOT.resolve("build/book-runs"), library, fresh);
        List<Callable<BookSite.Chapter>> jobs = new ArrayList<>();
        // Recordings wait most of the time, for the pauses of their clients.
        try (var recorders = Executors.newFixedThreadPool(AT_ONCE);
                var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var entry : Chapters.all()) {
                String text = Files.readString(Chapters.file(entry.name()));
                var notebook = Notebook.parse(text);
                var known = runs.of(entry.name(), text);
                if (known.isPresent()) {
                    jobs.add(() -> chapter(entry, notebook, known.get()));
                    continue;
                }
                Future<List<String>> recordings =
                        recorders.submit(() -> Recordings.of(entry.name(), notebook));
                jobs.add(() -> {
                    Optional<Map<Notebook.Cell, CellOutputs.Output>> outputs =
                            outputs(entry.name(), text, notebook, library);
                    var run = new RememberedRuns.Run(inOrder(notebook, outputs), recordings.get());
                    if (outputs.isPresent() && !run.recordings().contains(""))
                        runs.put(entry.name(), text, run);
                    return chapter(entry, notebook, run);
                });
            }
            return finish(pool, jobs);
        }
    }

    /** Runs the jobs, and shows on a terminal how many are done. */
    private static List<BookSite.Chapter> finish(
            ExecutorService pool, List<Callable<BookSite.Chapter>> jobs) throws Exception {
        boolean terminal = System.console() != null && System.console().isTerminal();
        var done = new AtomicInteger();
        List<Future<BookSite.Chapter>> futures = new ArrayList<>();
        for (var job : jobs) {
            futures.add(
                    pool.submit(() -> {
                        BookSite.Chapter chapter = job.call();
                        int count = done.incrementAndGet();
                        if (terminal)
                            System.err.print("\r%d of %d chapters".formatted(count, jobs.size()));
                        return chapter;
                    }));
        }
        List<BookSite.Chapter> chapters = new ArrayList<>();
        for (var future : futures) chapters.add(future.get());
        if (terminal) System.err.println();
        return chapters;
    }

    private static List<CellOutputs.Output> inOrder(
            Notebook notebook, Optional<Map<Notebook.Cell, CellOutputs.Output>> outputs) {
        return notebook.cells().stream()
                .filter(cell -> outputs.isPresent() && outputs.get().containsKey(cell))
                .map(cell -> outputs.get().get(cell))
                .toList();
    }

    private static BookSite.Chapter chapter(
            Chapters.Chapter entry, Notebook notebook, RememberedRuns.Run run) {
        // Two cells may have the same text.
        Map<Notebook.Cell, CellOutputs.Output> outputs = new IdentityHashMap<>();
        var next = run.outputs().iterator();
        for (Notebook.Cell cell : notebook.cells())
            if (cell.type() == Notebook.Type.ACTIVE && next.hasNext())
                outputs.put(cell, next.next());
        return new BookSite.Chapter(entry, notebook, outputs, run.recordings());
    }

    /** Runs the cells of a chapter; if one fails, says so and returns nothing. */
    private static Optional<Map<Notebook.Cell, CellOutputs.Output>> outputs(
            String name, String text, Notebook notebook, String library) throws Exception {
        List<String> classPath = new ArrayList<>();
        Collections.addAll(classPath, library.split(File.pathSeparator));
        if (text.contains("\n//DEPS ")) classPath.addAll(Chapters.dependencies(name));
        try {
            return Optional.of(CellOutputs.of(notebook, classPath));
        } catch (IllegalStateException e) {
            System.err.println(name + ": " + e.getMessage() + "\nIts outputs are left out.");
            return Optional.empty();
        }
    }

    private static void fail(String message) {
        System.err.println("book: " + message + " (try --help)");
        System.exit(1);
    }
}
