//SOURCES Page.java Recorder.java ../notebook/Notebook.java
package kit.watch;

import module java.base;

import com.google.gson.Gson;
import com.google.gson.JsonObject;

import kit.notebook.Notebook;

/** The pages that show a running chapter. Any thread may call any method. */
final class Pages implements Consumer<Step> {
    private final Recorder recorder;
    private final String chapter;
    private final List<Notebook.Line> source;
    private final List<Page> open = new CopyOnWriteArrayList<>();
    private final CountDownLatch first = new CountDownLatch(1);

    /**
     * The last step that the pages got; null while there is no page. The recorder's lock guards it.
     */
    private Step before;

    /**
     * @param chapter the chapter's name
     * @param source the lines of its code
     */
    Pages(Recorder recorder, String chapter, List<Notebook.Line> source) {
        this.recorder = recorder;
        this.chapter = chapter;
        this.source = source;
    }

    /** Opens a page. It waits for the recorder, so call it where that holds nobody up. */
    Page open() {
        return recorder.get(() -> {
            Step now = recorder.now();
            if (before == null) {
                recorder.addViewer(this);
                before = now;
            }
            // The next event says what changes after the last one, and not after now.
            var state = new Step(before.t(), before.say(), before.state(), now.printed());
            var event = new JsonObject();
            event.addProperty("chapter", chapter);
            event.add("source", new Gson().toJsonTree(source));
            event.add("state", Recording.json(state, null));
            var page = new Page(event.toString());
            open.add(page);
            first.countDown();
            return page;
        });
    }

    /** Forgets a page. */
    void close(Page page) {
        open.remove(page);
    }

    /** Waits until somebody has opened a page. */
    void awaitFirst() throws InterruptedException {
        first.await();
    }

    @Override
    public void accept(Step step) {
        if (open.isEmpty()) {
            recorder.removeViewer(this);
            before = null;
            return;
        }
        String event = Recording.json(step, before).toString();
        before = step;
        for (Page page : open) page.add(step, event);
    }
}
