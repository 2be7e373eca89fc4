//SOURCES ../Programs.java LivePage.java Pages.java WatchedChapter.java
package kit.watch;

import module java.base;

import kit.Programs;

/** A run of a chapter that pages show while it goes on. */
final class LiveRun {
    private LiveRun() {}

    /**
     * Runs the chapter on the calling thread, and serves its page until Ctrl-C.
     *
     * @param slow how many milliseconds everything stands still after each step
     */
    static void run(WatchedChapter chapter, int slow, String... arguments) throws Exception {
        var recorder = new Recorder(chapter.name(), true, UnaryOperator.identity());
        var pages = new Pages(recorder, chapter.name(), chapter.notebook().codeLines());
        URI address = LivePage.serve(pages, chapter.name());
        IO.println("watch " + chapter.name() + " at " + address);
        openBrowser(address);
        // A chapter that ends by itself would be over before anybody sees it.
        if (!chapter.isServer()) pages.awaitFirst();
        recorder.setSlow(slow);
        var isStopped = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            isStopped.set(true);
                            recorder.setSlow(0);
                        }));
        chapter.run(recorder, arguments);
        if (!isStopped.get()) IO.println(chapter.name() + " has ended; Ctrl-C ends watch, too");
        Thread.currentThread().join();
    }

    private static void openBrowser(URI address) throws IOException {
        boolean hasScreen =
                System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (hasScreen && Programs.isInstalled("xdg-open"))
            new ProcessBuilder("xdg-open", address.toString()).start();
    }
}
