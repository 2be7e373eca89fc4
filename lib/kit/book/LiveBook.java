//SOURCES ../Checkout.java ../SavedFiles.java ../exercise/Course.java Appendix.java
//SOURCES BookSite.java ChapterRuns.java LivePages.java
package kit.book;

import module java.base;

import kit.Checkout;
import kit.SavedFiles;
import kit.notebook.Notebook;

/**
 * A book that is being read while somebody writes it. When a chapter is saved, its page is written
 * again at once, with the outputs of the run before; if its code has changed, the chapter runs on
 * another thread, and its page is written once more.
 */
final class LiveBook implements AutoCloseable {
    private static final Path NOTEBOOKS = Checkout.ROOT.resolve("notebooks");
    private static final Path EXERCISES = NOTEBOOKS.resolve("exercises");
    private static final Path APPENDIX = NOTEBOOKS.resolve("appendix");

    /** A chapter that runs, or waits for its turn. */
    private record Running(String code, Future<?> run) {}

    private final BookSite site;
    private final ChapterRuns runs;
    private final LivePages pages = new LivePages();
    private final ExecutorService runner =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("run").factory());

    // Guarded by this: saves and the ends of runs come from two threads.
    private final List<BookSite.Chapter> chapters;
    private final Map<String, Running> running = new HashMap<>();
    private final Map<Path, String> seen = new HashMap<>();

    private LiveBook(BookSite site, List<BookSite.Chapter> chapters, ChapterRuns runs) {
        this.site = site;
        this.chapters = new ArrayList<>(chapters);
        this.runs = runs;
    }

    /**
     * Starts to watch the chapters, their exercises and the appendix, on a thread that ends with
     * the JVM.
     *
     * @param site has these chapters' pages already
     */
    static LiveBook watch(BookSite site, List<BookSite.Chapter> chapters, ChapterRuns runs)
            throws IOException {
        var book = new LiveBook(site, chapters, runs);
        Path[] folders =
                Stream.of(NOTEBOOKS, EXERCISES, APPENDIX)
                        .filter(Files::isDirectory)
                        .toArray(Path[]::new);
        var saves = new SavedFiles(folders);
        Thread.ofPlatform().daemon().name("saves").start(() -> book.follow(saves));
        return book;
    }

    /** Returns the versions of the pages. */
    LivePages pages() {
        return pages;
    }

    /** Ends what runs, and the waits of the pages. */
    @Override
    public void close() {
        pages.close();
        runner.shutdownNow();
        // A cell that computes doesn't notice that the book has ended.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    private void follow(SavedFiles saves) {
        try (saves) {
            while (true) saves.await().forEach(this::saved);
        } catch (InterruptedException | IOException e) {
            // Nobody interrupts this thread or closes the service: both end with the JVM.
        }
    }

    private synchronized void saved(Path file) {
        String name = file.getFileName().toString().replaceAll("\\.(java|md)$", "");
        boolean isExercise = file.getParent().equals(EXERCISES);
        String page = (isExercise ? name.replaceAll("_\\d+$", "") : name) + ".html";
        try {
            if (!Files.isRegularFile(file)) return;
            String text = Files.readString(file);
            if (text.equals(seen.put(file, text))) return;
            if (file.getParent().equals(APPENDIX)) {
                site.rewrite(new Appendix(name, text));
                pages.publish(page, Notice.NONE);
                return;
            }
            for (int i = 0; i < chapters.size(); i++) {
                BookSite.Chapter chapter = chapters.get(i);
                if (!chapter.url().equals(page)) continue;
                if (isExercise) write(i, chapter, pages.of(page).notice());
                else show(i, Notebook.parse(text));
            }
        } catch (IOException | RuntimeException e) {
            if (!isExercise) stop(name); // or its end would replace this notice
            pages.publish(page, Notice.error(Checkout.name(file) + ": " + message(e)));
        }
    }

    private static String message(Exception e) {
        return e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
    }

    private void show(int i, Notebook notebook) throws IOException {
        var entry = chapters.get(i).entry();
        String code = runs.code(notebook);
        var known = runs.remembered(entry.name(), notebook);
        if (known.isPresent()) {
            stop(entry.name());
            write(i, BookSite.Chapter.of(entry, notebook, known.get()), Notice.NONE);
            return;
        }
        write(i, chapters.get(i).withOutputsFor(notebook), Notice.RUNNING);
        var before = running.get(entry.name());
        if (before != null && before.code().equals(code)) return;
        stop(entry.name());
        running.put(entry.name(), new Running(code, runner.submit(() -> run(i, notebook, code))));
    }

    private void stop(String chapter) {
        var before = running.remove(chapter);
        if (before != null) before.run().cancel(true);
    }

    private Void run(int i, Notebook notebook, String code) throws Exception {
        String name;
        synchronized (this) {
            name = chapters.get(i).entry().name();
        }
        List<String> problems = new CopyOnWriteArrayList<>();
        var run = runs.start(name, notebook, problems::add).call();
        synchronized (this) {
            if (!running.containsKey(name) || !running.get(name).code().equals(code)) return null;
            running.remove(name);
            // Its prose may have changed since.
            var chapter = chapters.get(i);
            var notice =
                    problems.isEmpty() ? Notice.NONE : Notice.error(String.join("\n", problems));
            write(i, BookSite.Chapter.of(chapter.entry(), chapter.notebook(), run), notice);
        }
        return null;
    }

    private void write(int i, BookSite.Chapter chapter, Notice notice) throws IOException {
        String title = chapters.set(i, chapter).title();
        if (title.equals(chapter.title())) site.rewrite(chapters, i);
        else site.write(chapters); // other pages have it, too
        pages.publish(chapter.url(), notice);
    }
}
