//JAVA 25+
//SOURCES ../WholeLibrary.java BookServer.java BookSite.java CellOutputs.java Recordings.java
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
                    usage: book [-o dir] [--serve [host] [port]]

                    Makes a static site of all chapters and the library. It runs every chapter, shows
                    what the cells print below them, and records the runs that the players show.

                      -o dir   the folder to write it into (default: build/book, in the checkout)
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
        boolean serve = rest.remove("--serve");
        if (!serve && !rest.isEmpty()) fail("it does not take '" + rest.getFirst() + "'");
        long start = System.nanoTime();
        new BookSite(folder).write(chapters());
        double seconds = (System.nanoTime() - start) / 1e9;
        IO.println("%s: made in %.1f s".formatted(folder.resolve("index.html"), seconds));
        if (serve) BookServer.serve(folder, rest.toArray(String[]::new));
    }

    private static List<BookSite.Chapter> chapters() throws Exception {
        String library = WholeLibrary.classPath("book");
        List<Callable<BookSite.Chapter>> jobs = new ArrayList<>();
        // Recordings wait most of the time, for the pauses of their clients.
        try (var recorders = Executors.newFixedThreadPool(AT_ONCE);
                var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var entry : Chapters.all()) {
                var notebook = Notebook.parse(Files.readString(Chapters.file(entry.name())));
                Future<List<String>> recordings =
                        recorders.submit(() -> Recordings.of(entry.name(), notebook));
                jobs.add(() -> chapter(entry, notebook, library, recordings));
            }
            List<BookSite.Chapter> chapters = new ArrayList<>();
            for (Future<BookSite.Chapter> job : pool.invokeAll(jobs)) chapters.add(job.get());
            return chapters;
        }
    }

    private static BookSite.Chapter chapter(
            Chapters.Chapter entry,
            Notebook notebook,
            String library,
            Future<List<String>> recordings)
            throws Exception {
        String name = entry.name();
        String text = Files.readString(Chapters.file(name));
        List<String> classPath = new ArrayList<>();
        Collections.addAll(classPath, library.split(File.pathSeparator));
        if (text.contains("\n//DEPS ")) classPath.addAll(Chapters.dependencies(name));
        Map<Notebook.Cell, CellOutputs.Output> outputs = Map.of();
        try {
            outputs = CellOutputs.of(notebook, classPath);
        } catch (IllegalStateException e) {
            System.err.println(name + ": " + e.getMessage() + "\nIts outputs are left out.");
        }
        return new BookSite.Chapter(entry, notebook, outputs, recordings.get());
    }

    private static void fail(String message) {
        System.err.println("book: " + message + " (try --help)");
        System.exit(1);
    }
}
