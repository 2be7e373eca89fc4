//JAVA 25+
// It compiles small things for a minute: C2's compilation would cost a third more CPU.
//JAVA_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//SOURCES ../Checkout.java ../notebook/Chapters.java ../notebook/Notebook.java BookServer.java
//SOURCES BookSite.java ChapterRuns.java LiveBook.java
package kit.book;

import module java.base;

import kit.Checkout;
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

                    Makes a static site of all chapters and the library. It runs every chapter whose
                    code has changed, shows what the cells print below them, and records the runs
                    that the players show.

                      -o dir   the folder to write it into (default: build/book, in the checkout)
                      --fresh  runs the other chapters again, too
                      --serve  then serves it with this book's own HTTP server (default:
                               localhost 8000), until Ctrl-C. When you save a chapter, its page in
                               the browser changes; if its code has changed, the chapter runs, and
                               the page changes again
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
        try (var runs = new ChapterRuns()) {
            var site = new BookSite(folder);
            if (serve) BookServer.serve(folder, rest, () -> live(site, runs, fresh));
            else make(site, runs, fresh);
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private static List<BookSite.Chapter> make(BookSite site, ChapterRuns runs, boolean fresh)
            throws Exception {
        long start = System.nanoTime();
        List<BookSite.Chapter> chapters = chapters(runs, fresh);
        site.write(chapters);
        double seconds = (System.nanoTime() - start) / 1e9;
        IO.println("%s: made in %.1f s".formatted(site.index(), seconds));
        return chapters;
    }

    private static LiveBook live(BookSite site, ChapterRuns runs, boolean fresh) throws Exception {
        return LiveBook.watch(site, make(site, runs, fresh), runs);
    }

    private static List<BookSite.Chapter> chapters(ChapterRuns runs, boolean fresh)
            throws Exception {
        List<Callable<BookSite.Chapter>> jobs = new ArrayList<>();
        for (var entry : Chapters.all()) {
            String name = entry.name();
            var notebook = parse(name);
            var known =
                    fresh ? Optional.<RememberedRuns.Run>empty() : runs.remembered(name, notebook);
            Callable<RememberedRuns.Run> run =
                    known.isPresent()
                            ? known::get
                            : runs.start(name, notebook, System.err::println);
            jobs.add(() -> BookSite.Chapter.of(entry, notebook, run.call()));
        }
        try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
            return finish(pool, jobs);
        }
    }

    private static Notebook parse(String chapter) throws IOException {
        try {
            return Notebook.parse(Files.readString(Chapters.file(chapter)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(chapter + ": " + e.getMessage(), e);
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

    private static void fail(String message) {
        System.err.println("book: " + message + " (try --help)");
        System.exit(1);
    }
}
